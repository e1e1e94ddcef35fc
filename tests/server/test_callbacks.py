"""Upload callbacks: who may be asked, what is asked, and what becomes of the answer."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from oss_client import Answer, Client
from support_callbacks import Shop, encoded, opened_shop, saying
from support_forms import ANY, body_of, post, signed_v1
from support_images import picture

from pixoss.server.callback import asking

pytestmark = pytest.mark.anyio

BODY = "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&mimeType=${mimeType}&my=${x:my_var}"


@pytest.fixture
def extra_settings() -> dict[str, Any]:
    return {"callback_hosts": "127.0.0.1, shop.test:8080, [::1]"}


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with opened_shop() as opened:
        yield opened


def wanted(shop: Shop, body: str = BODY, **more: Any) -> str:
    return encoded({"callbackUrl": shop.url, "callbackBody": body, **more})


async def put(client: Client, callback: str, variables: str | None = None, **options: Any) -> Answer:
    headers = {"x-oss-callback": callback} | ({"x-oss-callback-var": variables} if variables else {})
    return await client.put("/pictures/a%20b.txt", b"Test\n", headers=headers, **options)


async def test_the_answer_of_the_server_is_the_answer_of_the_upload(client: Client, bucket: str, shop: Shop) -> None:
    answer = await put(client, wanted(shop), encoded({"x:my_var": "for & all"}))
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b'{"a":"b"}', "application/json")
    assert answer.headers["etag"] == '"2205E48DE5F93C784733FFCCA841D2B5"'
    assert (
        answer.headers["x-oss-hash-crc64ecma"]
        == (await client.head("/pictures/a%20b.txt")).headers["x-oss-hash-crc64ecma"]
    )
    ((first, headers, body),) = shop.asked
    assert first == "POST /notify?id=1 HTTP/1.1"
    assert (headers["content-type"], headers["host"]) == (
        "application/x-www-form-urlencoded",
        f"127.0.0.1:{shop.port}",
    )
    assert body == (
        b"bucket=pictures&object=a%20b.txt&etag=2205E48DE5F93C784733FFCCA841D2B5&size=5&mimeType=text%2Fplain"
        b"&my=for%20%26%20all"
    )


async def test_every_variable(client: Client, bucket: str, shop: Shop) -> None:
    names = ["crc64", "contentMd5", "vpcId", "clientIp", "reqId", "operation", "imageInfo.width", "x:absent", "what"]
    answer = await put(client, wanted(shop, "&".join(f"{name}=${{{name}}}" for name in names)))
    assert answer.status == 200
    assert shop.form == {
        "crc64": answer.headers["x-oss-hash-crc64ecma"],
        "contentMd5": "IgXkjeX5PHhHM//MqEHStQ==",
        "vpcId": "",
        "clientIp": "127.0.0.1",
        "reqId": answer.headers["x-oss-request-id"],
        "operation": "PutObject",
        "imageInfo.width": "",
        "x:absent": "",
        "what": "",
    }


async def test_an_image_is_described(client: Client, bucket: str, shop: Shop) -> None:
    template = "w=${imageInfo.width}&h=${imageInfo.height}&f=${imageInfo.format}"
    headers = {"x-oss-callback": wanted(shop, template)}
    assert (await client.put("/pictures/a.jpg", picture(40, 30, "JPEG"), headers=headers)).status == 200
    assert shop.form == {"w": "40", "h": "30", "f": "jpg"}


async def test_the_version_is_told_and_the_image_is_that_version(client: Client, bucket: str, shop: Shop) -> None:
    enabled = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    await client.put("/pictures?versioning", enabled)
    headers = {"x-oss-callback": wanted(shop, "w=${imageInfo.width}")}
    answer = await client.put("/pictures/a.jpg", picture(40, 30, "JPEG"), headers=headers)
    version = answer.headers["x-oss-version-id"]
    assert (answer.body, shop.form) == (b'{"a":"b"}', {"w": "40"})
    assert (await client.head(f"/pictures/a.jpg?versionId={version}")).status == 200


async def test_json_gets_json(client: Client, bucket: str, shop: Shop) -> None:
    template = '{"o":${object},"s":${size},"w":${imageInfo.width},"v":${x:v},"etag":${etag}}'
    callback = wanted(shop, template, callbackBodyType="application/json", callbackSNI=True)
    assert (await put(client, callback, encoded({"x:v": 'say "猫"'}))).status == 200
    ((_, headers, body),) = shop.asked
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "o": "a b.txt",
        "s": 5,
        "w": "",
        "v": 'say "猫"',
        "etag": "2205E48DE5F93C784733FFCCA841D2B5",
    }


async def test_the_query_carries_it_too(client: Client, bucket: str, shop: Shop) -> None:
    query = f"callback={quote(wanted(shop), safe='')}&callback-var={quote(encoded({'x:my_var': '1'}), safe='')}"
    answer = await client.put(f"/pictures/k?{query}", b"Test\n")
    assert (answer.status, answer.body, shop.form["my"]) == (200, b'{"a":"b"}', "1")


async def test_complete_multipart_upload(client: Client, bucket: str, shop: Shop) -> None:
    upload_id = (await client.post("/pictures/big?uploads")).field("UploadId")
    await client.put(f"/pictures/big?partNumber=1&uploadId={upload_id}", b"Test\n")
    headers = {
        "x-oss-complete-all": "yes",
        "x-oss-callback": wanted(shop, "size=${size}&op=${operation}&md5=${contentMd5}&etag=${etag}"),
    }
    answer = await client.post(f"/pictures/big?uploadId={upload_id}", headers=headers)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b'{"a":"b"}', "application/json")
    etag = answer.headers["etag"].strip('"')
    assert shop.form == {"size": "5", "op": "CompleteMultipartUpload", "md5": "", "etag": etag}


async def test_a_form_carries_its_variables_as_fields(client: Client, bucket: str, shop: Shop) -> None:
    form = signed_v1(ANY, key="k.txt", callback=wanted(shop, BODY + "&op=${operation}"), success_action_status="201")
    answer = await post(client, bucket, body_of({**form, "x:my_var": "v"}, b"Test\n"))
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b'{"a":"b"}', "application/json")
    assert (shop.form["my"], shop.form["op"], shop.form["object"]) == ("v", "PostObject", "k.txt")


async def test_the_host_header_may_be_another(client: Client, bucket: str, shop: Shop) -> None:
    assert (await put(client, wanted(shop, callbackHost="shop.example.com:81"))).status == 200
    assert shop.asked[0][1]["host"] == "shop.example.com:81"


# --- failures


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (saying(status="502 Bad Gateway"), "Error status : 502."),
        (saying(b"", "204 No Content"), "Error status : 204."),
        (saying(b"", "302 Found", "Location: http://127.0.0.1:1/"), "Error status : 302."),
        (saying(b"OK"), "Response body is not valid json format."),
        (saying(b"\xef\xbb\xbf{}"), "Response body is not valid json format."),
        (saying(b"\xff"), "Response body is not valid json format."),
        (saying(b"[" * 200_000), "Response body is not valid json format."),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", "Response must have a Content-Length"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "Response must have a Content-"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3145729\r\n\r\n", "Response must have a Content-Length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "Error status : -1. 127.0.0.1:"),
        (b"nonsense\r\n\r\n", "Error status : -1. 127.0.0.1:"),
        (b"", "Error status : -1. 127.0.0.1:"),
    ],
)
async def test_a_failed_callback_is_203_and_the_object_stays(
    client: Client, bucket: str, shop: Shop, said: bytes, message: str
) -> None:
    shop.answers = [said]
    answer = await put(client, wanted(shop))
    assert (answer.status, answer.code, answer.ec) == (203, "CallbackFailed", "0007-00000203")
    assert (answer.field("Message") or "").startswith(message)
    assert answer.headers["etag"] == '"2205E48DE5F93C784733FFCCA841D2B5"'
    assert (await client.get("/pictures/a%20b.txt")).body == b"Test\n"
    assert len(shop.asked) == 1


async def test_a_server_that_does_not_answer_in_time(
    client: Client, bucket: str, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "TIMEOUT", 0.05)
    shop.answers = [None]
    answer = await put(client, wanted(shop))
    assert (answer.status, answer.code) == (203, "CallbackFailed")
    assert answer.field("Message") == f"Error status : -1. 127.0.0.1:{shop.port} reply timeout, timeout:50ms."


async def test_urls_are_tried_in_order_until_one_answers(client: Client, bucket: str, shop: Shop) -> None:
    shop.answers = [saying(status="500 No"), saying(b"[1]"), saying(b"[2]")]
    urls = f"http://127.0.0.1:1/; 127.0.0.1:{shop.port}/one ;{shop.url};{shop.url};"
    answer = await put(client, encoded({"callbackUrl": urls, "callbackBody": "a=b"}))
    assert (answer.status, answer.body) == (200, b"[1]")
    assert [first.split()[1] for first, _, _ in shop.asked] == ["/one", "/notify?id=1"]


async def test_the_largest_answer(client: Client, bucket: str, shop: Shop) -> None:
    largest = b'"' + b"x" * ((3 << 20) - 2) + b'"'
    shop.answers = [saying(largest)]
    assert (await put(client, wanted(shop))).body == largest
