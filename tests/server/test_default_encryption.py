"""The encryption of a bucket is told of whatever is written into it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from oss_client import Answer, Client

pytestmark = pytest.mark.anyio

ALGORITHM, KEY = "x-oss-server-side-encryption", "x-oss-server-side-encryption-key-id"
RULE = (
    b"<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm>"
    b"<KMSMasterKeyID>a-key</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>"
)

Write = Callable[[Client, str], Awaitable[Answer]]


async def put(client: Client, target: str) -> Answer:
    return await client.put(target, b"x")


async def append(client: Client, target: str) -> Answer:
    return await client.post(f"{target}?append&position=0", b"x")


async def copy(client: Client, target: str) -> Answer:
    await client.put("/plain/source", b"x")
    return await client.put(target, headers={"x-oss-copy-source": "/plain/source"})


async def upload(client: Client, target: str) -> Answer:
    started = await client.post(f"{target}?uploads")
    assert started.headers[ALGORITHM] == "KMS"
    name = started.field("UploadId")
    part = await client.put(f"{target}?partNumber=1&uploadId={name}", b"x")
    listed = f"<Part><PartNumber>1</PartNumber><ETag>{part.headers['etag']}</ETag></Part>"
    body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    return await client.post(f"{target}?uploadId={name}", body)


@pytest.mark.parametrize("write", [put, append, copy, upload])
async def test_what_is_written_has_the_encryption_of_the_bucket(client: Client, bucket: str, write: Write) -> None:
    await client.put("/plain")
    assert (await client.put(f"/{bucket}?encryption", RULE)).status == 200
    for answer in (await write(client, f"/{bucket}/a"), await client.head(f"/{bucket}/a")):
        assert (answer.status, answer.headers[ALGORITHM], answer.headers[KEY]) == (200, "KMS", "a-key")


async def test_a_header_counts_more_than_the_bucket(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}?encryption", RULE)
    put = await client.put(f"/{bucket}/a", b"x", headers={ALGORITHM: "AES256"})
    assert (put.headers[ALGORITHM], KEY in put.headers) == ("AES256", False)


async def test_what_was_written_before_or_after_the_rule_is_not_encrypted(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/before", b"x")
    await client.put(f"/{bucket}?encryption", RULE)
    await client.delete(f"/{bucket}?encryption")
    await client.put(f"/{bucket}/after", b"x")
    for key in ("before", "after"):
        assert ALGORITHM not in (await client.head(f"/{bucket}/{key}")).headers
