import base64
import io
import json
from urllib.parse import quote

import pytest
from oss_client import Client
from PIL import Image

pytestmark = pytest.mark.anyio

JSON_INFO = """{
    "FileSize": {"value": "%d"},
    "Format": {"value": "jpg"},
    "FrameCount": {"value": "1"},
    "ImageHeight": {"value": "80"},
    "ImageWidth": {"value": "120"},
    "ResolutionUnit": {"value": "1"},
    "XResolution": {"value": "1/1"},
    "YResolution": {"value": "1/1"}}"""


def picture(size: tuple[int, int] = (120, 80), format: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, format)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.fixture
async def source(client: Client, bucket: str) -> str:
    headers = {"content-type": "text/plain", "cache-control": "max-age=60", "x-oss-meta-m": "1"}
    assert (await client.put(f"/{bucket}/a.jpg", picture(), headers=headers)).status == 200
    return f"/{bucket}/a.jpg"


async def processed(client: Client, source: str, process: str, **options: object) -> object:
    return await client.get(f"{source}?x-oss-process={quote(process, safe='')}", **options)


async def test_resize(client: Client, source: str) -> None:
    answer = await processed(client, source, "image/resize,w_60")
    assert (answer.status, opened(answer.body).size) == (200, (60, 40))
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["cache-control"] == "max-age=60"
    # The source's checksums would make SDKs refuse the result.
    assert not {"x-oss-hash-crc64ecma", "content-md5", "x-oss-meta-m", "accept-ranges"} & answer.headers.keys()


async def test_head_gives_the_headers_of_the_result(client: Client, source: str) -> None:
    target = f"{source}?x-oss-process=image%2Fresize%2Cw_60"
    got, head = await client.get(target), await client.head(target)
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", got.headers["content-length"])


async def test_a_range_is_left_aside_and_conditions_are_answered_first(client: Client, source: str) -> None:
    whole = await processed(client, source, "image/resize,w_60")
    ranged = await processed(client, source, "image/resize,w_60", headers={"range": "bytes=0-9"})
    assert (ranged.status, ranged.body) == (200, whole.body)
    etag = whole.headers["etag"]
    assert (await processed(client, source, "image/resize,w_60", headers={"if-none-match": etag})).status == 304


async def test_info(client: Client, source: str) -> None:
    answer = await processed(client, source, "image/info")
    assert (answer.headers["content-type"], answer.text) == ("application/json", JSON_INFO % len(picture()))


async def test_an_empty_process_string_gives_the_object(client: Client, source: str) -> None:
    assert (await client.get(f"{source}?x-oss-process=")).body == picture()
    assert (await client.head(f"{source}?x-oss-process")).headers["content-type"] == "text/plain"


@pytest.mark.parametrize(
    ("process", "status", "code", "ec"),
    [
        ("image/resize,w_0", 400, "InvalidArgument", "0040-00000312"),
        ("image/", 400, "MissingArgument", "0040-00000212"),
        ("image/slim,1", 400, "InvalidArgument", "0040-00000213"),
        ("image/watermark,text", 400, "MissingArgument", "0040-00000258"),
        ("image/crop,x_120", 400, "CutEdgeExceedRange", None),
        ("image/resize,w_60|sys/saveas,o_Yg", 400, "InvalidArgument", None),
        ("style/none", 404, "NoSuchStyle", None),
        ("video/snapshot,t_1", 400, "NotImplemented", None),
        ("nonsense", 400, "InvalidArgument", None),
        ("image/" + "resize,w_60/" * 21, 400, "TooManyPipes", "0017-00000288"),
    ],
)
async def test_refusals(client: Client, source: str, process: str, status: int, code: str, ec: str | None) -> None:
    answer = await processed(client, source, process)
    assert (answer.status, answer.code, answer.ec) == (status, code, ec), answer.text


async def test_a_source_that_is_missing_or_no_picture(client: Client, bucket: str) -> None:
    missing = await processed(client, f"/{bucket}/none", "image/resize,w_60")
    assert (missing.status, missing.code, missing.ec) == (404, "NoSuchKey", "0040-00000024")
    await client.put(f"/{bucket}/text", b"hello")
    text = await processed(client, f"/{bucket}/text", "image/resize,w_50")
    assert (text.status, text.code, text.ec) == (400, "BadRequest", "0040-00000005")
    assert text.field("Message") == "This image format is not supported."
    await client.put(f"/{bucket}/torn", picture()[:300])
    assert (await processed(client, f"/{bucket}/torn", "image/resize,w_50")).code == "ImageDamage"


async def test_syntax_is_judged_before_existence(client: Client, bucket: str) -> None:
    assert (await processed(client, f"/{bucket}/none", "image/resize,w_0")).ec == "0040-00000312"


async def test_a_source_too_large_is_not_read(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/big", b"\xff\xd8" + bytes(20 << 20))
    answer = await processed(client, f"/{bucket}/big", "image/resize,w_50")
    assert (answer.status, answer.code, answer.ec) == (400, "ImageTooLarge", "0040-00000001")


async def put_style(client: Client, bucket: str, name: str, content: str, query: str = "") -> object:
    body = f"<Style><Content>{content}</Content></Style>".encode()
    return await client.put(f"/{bucket}?style&styleName={quote(name)}{query}", body)


async def test_styles(client: Client, bucket: str, source: str) -> None:
    assert (await put_style(client, bucket, "small", "image/resize,w_60")).status == 200
    shown = await client.get(f"/{bucket}?style&styleName=small")
    assert [shown.field("Name"), shown.field("Content"), shown.field("Category")] == [
        "small",
        "image/resize,w_60",
        "image",
    ]
    assert shown.field("CreateTime").endswith("GMT")
    assert opened((await processed(client, source, "style/small")).body).size == (60, 40)
    await put_style(client, bucket, "a-later.one", "image/resize,w_30")
    await put_style(client, bucket, "small", "image/resize,w_20")
    assert opened((await processed(client, source, "style/small")).body).size == (20, 13)
    listed = await client.get(f"/{bucket}?style")
    assert [element.text for element in listed.xml.findall("Style/Name")] == ["small", "a-later.one"]
    assert (await client.delete(f"/{bucket}?style&styleName=small")).status == 204
    assert (await client.delete(f"/{bucket}?style&styleName=small")).status == 204
    gone = await client.get(f"/{bucket}?style&styleName=small")
    assert (gone.status, gone.code) == (404, "NoSuchStyle")


@pytest.mark.parametrize(
    ("name", "content", "code", "ec"),
    [
        ("", "image/resize,w_60", "InvalidArgument", "0017-00000250"),
        ("n" * 64, "image/resize,w_60", "InvalidArgument", "0017-00000250"),
        ("a b", "image/resize,w_60", "InvalidArgument", "0017-00000251"),
        ("small", "image/resize;w_60", "BadRequest", "0017-00000253"),
        ("small", "", "BadRequest", "0017-00000253"),
    ],
)
async def test_bad_styles(client: Client, bucket: str, name: str, content: str, code: str, ec: str) -> None:
    answer = await put_style(client, bucket, name, content)
    assert (answer.status, answer.code, answer.ec) == (400, code, ec)
    assert (await client.get(f"/{bucket}?style")).xml.findall("Style") == []


async def test_a_style_is_judged_when_it_is_used(client: Client, bucket: str, source: str) -> None:
    assert (await put_style(client, bucket, "wrong", "image/resize,w_0")).status == 200
    assert (await processed(client, source, "style/wrong")).ec == "0040-00000312"
    assert (await put_style(client, bucket, "video", "video/snapshot,t_1", "&category=video")).status == 200
    assert (await processed(client, source, "style/video")).ec == "0040-00000602"
    assert (await put_style(client, bucket, "x", "image/resize,w_1", "&category=music")).status == 400
    assert (await client.put(f"/{bucket}?style&styleName=x", b"<Style/>")).code == "MalformedXML"


async def test_a_bucket_has_fifty_styles_at_most(client: Client, bucket: str) -> None:
    for number in range(50):
        assert (await put_style(client, bucket, f"s{number}", "image/resize,w_60")).status == 200
    assert (await put_style(client, bucket, "one-more", "image/resize,w_60")).status == 400
    assert (await put_style(client, bucket, "s7", "image/resize,w_61")).status == 200


async def save(client: Client, source: str, body: str, **options: object) -> object:
    return await client.post(f"{source}?x-oss-process", body.encode(), **options)


@pytest.mark.parametrize(
    "encode", [str, lambda text: quote(text, safe="=").replace("x-oss-process%3D", "x-oss-process=")]
)
async def test_save_as_into_another_bucket(client: Client, source: str, encode: object) -> None:
    await client.put("/target")
    body = encode(f"x-oss-process=image/resize,w_60/format,png|sys/saveas,o_{b64('dir/中.png')},b_{b64('target')}")
    answer = await save(client, source, body)
    saved = await client.get(f"/target/dir/{quote('中')}.png")
    assert (opened(saved.body).size, saved.headers["content-type"]) == ((60, 40), "image/png")
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == (
        '{\n    "bucket": "target",\n'
        f'    "fileSize": {len(saved.body)},\n'
        '    "object": "dir/中.png",\n    "status": "OK"}'
    )


async def test_save_as_into_the_same_bucket_and_over_itself(client: Client, bucket: str, source: str) -> None:
    answer = await save(client, source, f"x-oss-process=image/resize,w_60|sys/saveas,o_{b64('a.jpg')}")
    assert json.loads(answer.text) == {
        "bucket": "",
        "fileSize": len(answer.body) and (await length(client, source)),
        "object": "a.jpg",
        "status": "OK",
    }
    assert opened((await client.get(source)).body).size == (60, 40)


async def length(client: Client, source: str) -> int:
    return int((await client.head(source)).headers["content-length"])


async def test_post_without_save_as_answers_the_picture(client: Client, source: str) -> None:
    answer = await save(client, source, "x-oss-process=image/resize,w_60")
    assert (answer.headers["content-type"], opened(answer.body).size) == ("image/jpeg", (60, 40))
    in_query = await client.post(f"{source}?x-oss-process=image%2Fresize%2Cw_60")
    assert in_query.body == answer.body


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (f"x-oss-process=image/resize,w_60|sys/saveas,b_{b64('pictures')}", 400, "MissingArgument"),
        ("x-oss-process=image/resize,w_60|sys/saveas,o_!!", 400, "BadRequest"),
        (f"x-oss-process=image/resize,w_60|sys/saveas,o_{b64('/a')}", 400, "InvalidObjectName"),
        (f"x-oss-process=image/resize,w_60|sys/saveas,o_{b64('a')},b_{b64('No')}", 400, "InvalidBucketName"),
        (f"x-oss-process=image/resize,w_60|sys/saveas,o_{b64('a')},b_{b64('nowhere')}", 404, "NoSuchBucket"),
        (f"x-oss-process=image/resize,w_60|sys/other,o_{b64('a')}", 400, "InvalidArgument"),
        (f"x-oss-process=image/info|sys/saveas,o_{b64('a')}", 400, "InvalidArgument"),
        (f"x-oss-process=image/resize,w_0|sys/saveas,o_{b64('a')}", 400, "InvalidArgument"),
        ("x-oss-process=test", 400, "InvalidArgument"),
        ("x-oss-process=", 400, "InvalidRequest"),
        ("other=1", 400, "InvalidRequest"),
        ("", 400, "InvalidRequest"),
        ("x" * 20000, 400, "EntityTooLarge"),
    ],
)
async def test_bad_save_as_stores_nothing(
    client: Client, bucket: str, source: str, body: str, status: int, code: str
) -> None:
    answer = await save(client, source, body)
    assert (answer.status, answer.code) == (status, code), answer.text
    assert (await client.get(f"/{bucket}?max-keys=10")).xml.findtext("Contents/Key") == "a.jpg"


async def test_anonymous_processing(client: Client, bucket: str, source: str) -> None:
    assert (await processed(client, source, "image/resize,w_60", sign=False)).status == 403
    await client.put(f"/{bucket}?acl", headers={"x-oss-acl": "public-read"})
    assert (await processed(client, source, "image/resize,w_60", sign=False)).status == 200
    body = f"x-oss-process=image/resize,w_60|sys/saveas,o_{b64('b')}"
    assert (await save(client, source, body, sign=False)).status == 403
    await client.put(f"/{bucket}?acl", headers={"x-oss-acl": "public-read-write"})
    await client.put("/private-target")
    elsewhere = f"{body},b_{b64('private-target')}"
    assert (await save(client, source, elsewhere, sign=False)).status == 403
    assert (await save(client, source, body, sign=False)).status == 200


async def test_async_processing_is_refused_as_the_service_does(client: Client, source: str) -> None:
    answer = await client.post(f"{source}?x-oss-async-process", b"x-oss-async-process=image/resize,w_1")
    assert (answer.status, answer.code) == (400, "Imm Client")


async def test_an_object_replaced_while_it_is_rendered(
    client: Client, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader's blob is gone from the folder when the worker looks, but not from the reader."""
    renderer = client.state["services"].renderer
    run = renderer._run

    async def vanish(function: object, content: object, *rest: object) -> object:
        if isinstance(content, str):
            await client.put(source, b"something else")
        return await run(function, content, *rest)

    monkeypatch.setattr(renderer, "_run", vanish)
    assert opened((await processed(client, source, "image/resize,w_60")).body).size == (60, 40)


@pytest.mark.parametrize("process", ["csv/select", "json/select", "csv/meta", "json/meta"])
async def test_sql_over_an_object_is_not_built(client: Client, source: str, process: str) -> None:
    answer = await client.post(f"{source}?x-oss-process={process}", b"<SelectRequest/>")
    assert (answer.status, answer.code) == (400, "NotImplemented")
