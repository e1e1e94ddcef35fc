"""Upload callbacks with alibabacloud-oss-v2, told to a small server of the client's own."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import alibabacloud_oss_v2 as oss
import pytest
from support_oss_v2 import refusal
from support_shop import Shop, opened_shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    with opened_shop() as found:
        yield found


def encoded(document: dict[str, str]) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()


def asked(shop: Shop) -> dict[str, str]:
    body = "bucket=${bucket}&object=${object}&size=${size}&type=${mimeType}&etag=${etag}&mine=${x:mine}"
    callback = {"callbackUrl": shop.url, "callbackBody": body, "callbackBodyType": "application/x-www-form-urlencoded"}
    return {"callback": encoded(callback), "callback_var": encoded({"x:mine": "1 +猫"})}


def test_put(client: Any, bucket: str, shop: Shop) -> None:
    request = oss.PutObjectRequest(bucket=bucket, key="dir/a", body=b"12345", content_type="text/x-poem", **asked(shop))
    result = client.put_object(request)
    assert json.loads(result.callback_result) == {"taken": True}
    ((_, body),) = shop.told
    told = {name: values[0] for name, values in parse_qs(body).items()}
    assert (told["bucket"], told["object"], told["size"], told["mine"]) == (bucket, "dir/a", "5", "1 +猫")
    assert (told["type"], told["etag"]) == ("text/x-poem", result.etag.strip('"'))


def test_complete(client: Any, bucket: str, shop: Shop) -> None:
    begun = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=bucket, key="a"))
    upload = {"bucket": bucket, "key": "a", "upload_id": begun.upload_id}
    client.upload_part(oss.UploadPartRequest(**upload, part_number=1, body=b"12345"))
    request = oss.CompleteMultipartUploadRequest(**upload, complete_all="yes", **asked(shop))
    assert json.loads(client.complete_multipart_upload(request).callback_result) == {"taken": True}
    ((_, body),) = shop.told
    assert parse_qs(body)["size"] == ["5"]


def test_a_callback_that_fails_leaves_the_object(client: Any, bucket: str, shop: Shop) -> None:
    shop.status = 502
    request = oss.PutObjectRequest(bucket=bucket, key="a", body=b"12345", **asked(shop))
    result = client.put_object(request)
    assert (result.status_code, "<Code>CallbackFailed</Code>" in result.callback_result) == (203, True)
    assert client.is_object_exist(bucket, "a")


def test_what_is_no_callback(client: Any, bucket: str) -> None:
    request = oss.PutObjectRequest(bucket=bucket, key="a", body=b"", callback="no base64")
    assert refusal(lambda: client.put_object(request)) == (400, "InvalidArgument")
    assert not client.is_object_exist(bucket, "a")
