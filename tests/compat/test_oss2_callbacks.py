"""Upload callbacks as the guide of oss2 sends them, to a web server of the test's own."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import oss2
import pytest
import requests
from live_server import Server
from support_listener import Listener, listening

BODY = "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&mimeType=${mimeType}&mine=${x:mine}"
ANSWER = {"Status": "OK"}


@pytest.fixture
def shop() -> Iterator[Listener]:
    with listening() as listener:
        listener.answers["/callback"] = (200, {"Content-Type": "application/json"}, json.dumps(ANSWER).encode())
        yield listener


def encoded(document: Any) -> str:
    """As the guide: JSON in Base64."""
    return oss2.utils.b64encode_as_string(json.dumps(document).strip())


def asking(shop: Listener, path: str = "/callback", kind: str = "application/x-www-form-urlencoded") -> dict[str, str]:
    """The two headers of an upload that wants a callback."""
    body = BODY if "form" in kind else '{"object":${object},"size":${size},"mine":${x:mine}}'
    wanted = {"callbackUrl": f"{shop.url}{path}", "callbackBody": body, "callbackBodyType": kind}
    return {"x-oss-callback": encoded(wanted), "x-oss-callback-var": encoded({"x:mine": "猫 1+2"})}


def asked(shop: Listener) -> dict[str, str]:
    """The fields of the only form that came."""
    ((method, path, headers, body),) = shop.asked
    assert (method, path, headers["Content-Type"]) == ("POST", "/callback", "application/x-www-form-urlencoded")
    return {name: value for name, (value,) in parse_qs(body.decode(), strict_parsing=True).items()}


def test_after_an_upload(bucket: oss2.Bucket, shop: Listener) -> None:
    put = bucket.put_object("dir/猫 1+2.txt", "content", headers=asking(shop))
    assert (put.status, json.loads(put.resp.read()), bool(put.etag)) == (200, ANSWER, True)
    assert asked(shop) == {
        "bucket": bucket.bucket_name,
        "object": "dir/猫 1+2.txt",
        "etag": put.etag,
        "size": "7",
        "mimeType": "text/plain",
        "mine": "猫 1+2",
    }


def test_after_parts(bucket: oss2.Bucket, shop: Listener) -> None:
    upload_id = bucket.init_multipart_upload("a.txt").upload_id
    part = bucket.upload_part("a.txt", upload_id, 1, "content")
    parts = [oss2.models.PartInfo(1, part.etag, size=7, part_crc=part.crc)]
    done = bucket.complete_multipart_upload("a.txt", upload_id, parts, headers=asking(shop))
    assert json.loads(done.resp.read()) == ANSWER
    assert (asked(shop)["object"], asked(shop)["etag"]) == ("a.txt", done.etag)


def test_json(bucket: oss2.Bucket, shop: Listener) -> None:
    bucket.put_object("a", "content", headers=asking(shop, kind="application/json"))
    ((_, _, headers, body),) = shop.asked
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {"object": "a", "size": 7, "mine": "猫 1+2"}


def test_by_a_signed_url(bucket: oss2.Bucket, shop: Listener) -> None:
    headers = asking(shop)
    params = {"callback": headers["x-oss-callback"], "callback-var": headers["x-oss-callback-var"]}
    url = bucket.sign_url("PUT", "a.txt", 60, params=params)
    answer = requests.put(url, b"content", timeout=10)
    assert (answer.status_code, answer.json()) == (200, ANSWER)
    assert asked(shop)["object"] == "a.txt"


def test_by_a_form(bucket: oss2.Bucket, server: Server, shop: Listener) -> None:
    bucket.put_bucket_acl("public-read-write")
    fields = {"key": "a.txt", "callback": asking(shop)["x-oss-callback"], "x:mine": "猫 1+2"}
    answer = requests.post(
        f"{server.endpoint}/{bucket.bucket_name}", fields, files={"file": ("a.txt", b"content")}, timeout=10
    )
    assert (answer.status_code, answer.json()) == (200, ANSWER)
    assert asked(shop)["mine"] == "猫 1+2"


@pytest.mark.parametrize(
    ("path", "answer"),
    [("/none", None), ("/failing", (500, {}, b"{}")), ("/text", (200, {}, b"this is not JSON"))],
)
def test_what_failed_is_stored_all_the_same(
    bucket: oss2.Bucket, shop: Listener, path: str, answer: tuple[int, dict[str, str], bytes] | None
) -> None:
    if answer:
        shop.answers[path] = answer
    # 203 is no error to oss2, which raises from 300 on: the guide tells to look at the status.
    put = bucket.put_object("a", "content", headers=asking(shop, path))
    assert (put.status, b"<Code>CallbackFailed</Code>" in put.resp.read()) == (203, True)
    assert bucket.get_object("a").read() == b"content"


@pytest.mark.parametrize(
    "callback",
    ["not base64!", base64.b64encode(b"not json").decode(), encoded({"callbackUrl": "http://127.0.0.1/"})],
)
def test_a_bad_wish_is_refused_before_anything_is_stored(bucket: oss2.Bucket, callback: str) -> None:
    with pytest.raises(oss2.exceptions.InvalidArgument):
        bucket.put_object("a", "content", headers={"x-oss-callback": callback})
    assert not bucket.object_exists("a")
