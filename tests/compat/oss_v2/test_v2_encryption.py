"""Encryption on the client's side with alibabacloud-oss-v2: the key travels in metadata, the server sees ciphertext."""

from __future__ import annotations

import alibabacloud_oss_v2 as oss
import pytest
from alibabacloud_oss_v2.encryption_client import EncryptionClient, EncryptionMultiPartContext
from Crypto.PublicKey import RSA

CONTENT = bytes(range(256)) * 1000


@pytest.fixture(scope="module")
def cipher() -> oss.crypto.MasterRsaCipher:
    pair = RSA.generate(1024)  # quickly made; nothing here is secret
    public, private = pair.public_key().export_key().decode(), pair.export_key().decode()
    return oss.crypto.MasterRsaCipher(mat_desc={"tag": "value"}, public_key=public, private_key=private)


@pytest.fixture
def encrypting(sync: oss.Client, cipher: oss.crypto.MasterRsaCipher) -> EncryptionClient:
    return EncryptionClient(sync, cipher)


def test_put_get_and_range(encrypting: EncryptionClient, sync: oss.Client, bucket: str) -> None:
    encrypting.put_object(oss.PutObjectRequest(bucket=bucket, key="猫", body=CONTENT))
    plain = sync.get_object(oss.GetObjectRequest(bucket=bucket, key="猫"))
    assert plain.body is not None and plain.metadata is not None
    assert plain.body.content != CONTENT
    assert plain.metadata["client-side-encryption-cek-alg"] == "AES/CTR/NoPadding"
    whole = encrypting.get_object(oss.GetObjectRequest(bucket=bucket, key="猫"))
    part = encrypting.get_object(oss.GetObjectRequest(bucket=bucket, key="猫", range_header="bytes=17-1000"))
    assert whole.body is not None and part.body is not None
    assert (whole.body.read(), part.body.read()) == (CONTENT, CONTENT[17:1001])


def test_parts(encrypting: EncryptionClient, bucket: str) -> None:
    size = 102_400
    begun = encrypting.initiate_multipart_upload(
        oss.InitiateMultipartUploadRequest(bucket=bucket, key="a", cse_part_size=size, cse_data_size=len(CONTENT))
    )
    assert isinstance(begun.cse_multipart_context, EncryptionMultiPartContext)
    upload = {"bucket": bucket, "key": "a", "upload_id": begun.upload_id}
    parts = []
    for number, start in enumerate(range(0, len(CONTENT), size), 1):
        body = CONTENT[start : start + size]
        request = oss.UploadPartRequest(
            **upload, part_number=number, body=body, cse_multipart_context=begun.cse_multipart_context
        )
        parts.append(oss.UploadPart(part_number=number, etag=encrypting.upload_part(request).etag))
    listed = encrypting.list_parts(oss.ListPartsRequest(**upload))
    assert listed.parts is not None
    assert [one.part_number for one in listed.parts] == [1, 2, 3]
    document = oss.CompleteMultipartUpload(parts=parts)
    encrypting.complete_multipart_upload(
        oss.CompleteMultipartUploadRequest(**upload, complete_multipart_upload=document)
    )
    found = encrypting.get_object(oss.GetObjectRequest(bucket=bucket, key="a"))
    assert found.body is not None
    assert found.body.read() == CONTENT
