"""Pictures with alibabacloud-oss-v2: while reading, saved, and in the background."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from PIL import Image
from support_oss_v2 import failure

# In V1 this SDK does not sign x-oss-process, which the service refuses; see tests/compat/test_oss_v2.py.
CLIENTS = pytest.mark.parametrize("name", ["sync-v4", "aio-v4"])


def encoded(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


@pytest.fixture
def source(clients: dict[str, Any], bucket: str, picture: bytes) -> str:
    clients["sync-v4"].put_object(oss.PutObjectRequest(bucket=bucket, key="dir/图 1+2.jpg", body=picture))
    return "dir/图 1+2.jpg"


@CLIENTS
def test_while_reading(clients: dict[str, Any], bucket: str, source: str, name: str) -> None:
    def processed(process: str) -> Any:
        return clients[name].get_object(oss.GetObjectRequest(bucket=bucket, key=source, process=process))

    found = processed("image/resize,w_100/format,png")
    opened = Image.open(io.BytesIO(found.body.content))
    assert (opened.size, opened.format, found.content_type) == ((100, 67), "PNG", "image/png")
    assert json.loads(processed("image/info").body.content)["ImageWidth"]["value"] == "400"
    error = failure(lambda: processed("image/resize,w_0"))
    assert (error.status_code, error.code) == (400, "InvalidArgument")


@CLIENTS
def test_saved(clients: dict[str, Any], bucket: str, source: str, name: str) -> None:
    process = f"image/resize,w_50|sys/saveas,o_{encoded('新/small.jpg')},b_{encoded(bucket)}"
    result = clients[name].process_object(oss.ProcessObjectRequest(bucket=bucket, key=source, process=process))
    saved = clients[name].get_object(oss.GetObjectRequest(bucket=bucket, key="新/small.jpg")).body.content
    assert (result.bucket, result.key, result.file_size) == (bucket, "新/small.jpg", len(saved))
    assert (result.process_status, Image.open(io.BytesIO(saved)).size) == ("OK", (50, 33))


@CLIENTS
def test_in_the_background(clients: dict[str, Any], bucket: str, source: str, name: str) -> None:
    """Refused as the service refuses it in a bucket without a project of Intelligent Media Management."""
    process = f"image/resize,w_50|sys/saveas,o_{encoded('later.jpg')}"
    request = oss.AsyncProcessObjectRequest(bucket=bucket, key=source, process=process)
    error = failure(lambda: clients[name].async_process_object(request))
    assert (error.status_code, error.code) == (400, "Imm Client")
