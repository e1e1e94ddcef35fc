"""Watermark images: where they are fetched from, with whose permission, and what is answered when they can not be."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from oss_client import Answer, Client
from PIL import Image, ImageChops
from support_fonts import forget, own_font

pytestmark = pytest.mark.anyio

RED, BLUE = (255, 0, 0), (0, 0, 255)


def plain(size: tuple[int, int], color: tuple[int, ...] = (255, 255, 255), format: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, format)
    return out.getvalue()


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def changed(content: bytes) -> tuple[int, int, int, int] | None:
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox()


@pytest.fixture
def extra_settings(tmp_path: Path) -> Iterator[dict[str, Any]]:
    forget()
    own_font(tmp_path / "fonts")
    yield {"fonts": tmp_path / "fonts"}
    forget()


@pytest.fixture
async def source(client: Client, bucket: str) -> str:
    await client.put(f"/{bucket}/a.png", plain((100, 80)))
    await client.put(f"/{bucket}/logo.png", plain((20, 10), RED))
    return f"/{bucket}/a.png"


async def processed(client: Client, source: str, process: str, **options: Any) -> Answer:
    return await client.get(f"{source}?x-oss-process={quote(process, safe='')}", **options)


def mark(key: str, process: str = "", rest: str = "") -> str:
    text = f"{key}?x-oss-process=image/{process}" if process else key
    return f"image/watermark,image_{b64(text)}{rest}"


async def test_an_image_of_the_same_bucket(client: Client, source: str) -> None:
    answer = await processed(client, source, mark("logo.png"))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png"), answer.text
    assert changed(answer.body) == (70, 60, 90, 70)
    half = await processed(client, source, mark("logo.png", "resize,P_10", ",g_nw,x_0,y_0"))
    assert changed(half.body) == (0, 0, 10, 5)


async def test_a_text_in_a_font_of_the_users_own(client: Client, source: str) -> None:
    answer = await processed(client, source, f"image/watermark,text_{b64('Hello')},size_20")
    box = changed(answer.body)
    assert answer.status == 200 and box is not None and box[2:] == (90, 70)


async def test_a_text_that_no_font_can_write(client: Client, source: str) -> None:
    answer = await processed(client, source, f"image/watermark,text_{b64(chr(0x10FFFD))}")
    assert (answer.status, answer.code) == (400, "WatermarkError"), answer.text
    assert "parameter: text" in str(answer.field("Message"))


async def test_keys_of_every_kind(client: Client, bucket: str, source: str) -> None:
    for key in ("图 1.png", "a/b?c.png", "x+y&z.png"):
        await client.put(f"/{bucket}/{quote(key)}", plain((20, 10), BLUE), resource=f"/{bucket}/{key}")
        assert changed((await processed(client, source, mark(key))).body) == (70, 60, 90, 70), key


@pytest.mark.parametrize("key", ["none.png", "a" * 1500, "\0", "/", "../logo.png"])
async def test_a_missing_image_is_named(client: Client, source: str, key: str) -> None:
    answer = await processed(client, source, mark(key))
    assert (answer.status, answer.code) == (400, "WatermarkError"), answer.text
    if key.isprintable():
        assert answer.field("Message") == f"The watermark image {key} does not exist."


async def test_an_image_of_another_bucket_is_not_there(client: Client, source: str) -> None:
    await client.put("/elsewhere")
    await client.put("/elsewhere/other.png", plain((20, 10), RED))
    assert (await processed(client, source, mark("other.png"))).code == "WatermarkError"
    assert (await processed(client, source, mark("elsewhere/other.png"))).code == "WatermarkError"


@pytest.mark.parametrize(
    ("content", "ec"),
    [
        (b"no picture", "0040-00000027"),
        (plain((20, 10), RED, "GIF"), "0040-00000027"),
        (plain((20, 10), RED, "JPEG")[:200], None),
        (b"\x89PNG\r\n\x1a\n" + bytes(20 << 20), "0040-00000001"),
    ],
)
async def test_an_image_that_is_no_mark(client: Client, bucket: str, source: str, content: bytes, ec: str) -> None:
    await client.put(f"/{bucket}/bad.png", content)
    answer = await processed(client, source, mark("bad.png"))
    assert (answer.status, answer.code, answer.ec) == (400, "WatermarkError", ec), answer.text


async def test_more_than_three_images(client: Client, source: str) -> None:
    marks = "/".join(mark(f"{number}.png").removeprefix("image/") for number in range(4))
    answer = await processed(client, source, f"image/{marks}")
    assert (answer.status, answer.code, answer.ec) == (400, "WatermarkError", "0040-00000026")


async def test_permission_is_the_requesters(client: Client, bucket: str, source: str) -> None:
    """The source is public, the mark is not."""
    public = {"x-oss-object-acl": "public-read"}
    await client.put(source, plain((100, 80)), headers=public)
    assert (await processed(client, source, "image/resize,w_50", sign=False)).status == 200
    denied = await processed(client, source, mark("logo.png"), sign=False)
    assert (denied.status, denied.code) == (403, "AccessDenied")
    # Nor is a stranger told whether there is such an object.
    missing = await processed(client, source, mark("none.png"), sign=False)
    assert (missing.status, missing.code) == (403, "AccessDenied")
    await client.put(f"/{bucket}/logo.png", plain((20, 10), RED), headers=public)
    assert (await processed(client, source, mark("logo.png"), sign=False)).status == 200


async def test_a_protected_image_is_not_shown_as_a_mark(client: Client, bucket: str, source: str) -> None:
    """Else it could be seen whole on any larger picture; a style is the owner's own choice."""
    await client.put(f"/{bucket}?acl", headers={"x-oss-acl": "public-read"})
    await client.put(f"/{bucket}/plain.bmp", plain((100, 80)))
    protection = (
        b"<BucketProcessConfiguration><SourceFileProtect>Enabled</SourceFileProtect>"
        b"<SourceFileProtectSuffix>png</SourceFileProtectSuffix></BucketProcessConfiguration>"
    )
    assert (await client.put(f"/{bucket}?processConfiguration", protection)).status == 200
    open_source = f"/{bucket}/plain.bmp"
    assert (await processed(client, open_source, "image/resize,w_50", sign=False)).status == 200
    denied = await processed(client, open_source, mark("logo.png"), sign=False)
    assert (denied.status, denied.code) == (403, "AccessDenied")
    assert (await processed(client, open_source, mark("logo.png"))).status == 200
    await put_style(client, bucket, mark("logo.png"))
    assert (await processed(client, open_source, "style/signed", sign=False)).status == 200


async def put_style(client: Client, bucket: str, content: str) -> None:
    body = f"<Style><Content>{content}</Content></Style>".encode()
    assert (await client.put(f"/{bucket}?style&styleName=signed", body)).status == 200


async def test_a_style_with_a_mark(client: Client, bucket: str, source: str) -> None:
    await put_style(client, bucket, f"{mark('logo.png')}/resize,w_50")
    answer = await processed(client, source, "style/signed")
    assert answer.status == 200 and Image.open(io.BytesIO(answer.body)).size == (50, 40)


async def test_a_marked_picture_is_saved(client: Client, bucket: str, source: str) -> None:
    body = f"x-oss-process={mark('logo.png')}|sys/saveas,o_{b64('marked.png')}".encode()
    answer = await client.post(f"{source}?x-oss-process", body)
    assert (answer.status, json.loads(answer.body)["status"]) == (200, "OK"), answer.text
    assert changed((await client.get(f"/{bucket}/marked.png")).body) == (70, 60, 90, 70)


async def test_marks_are_not_needed_for_a_question(client: Client, source: str) -> None:
    assert (await processed(client, source, f"{mark('none.png')}/info")).status == 200


async def test_conditions_are_answered_before_marks_are_fetched(client: Client, source: str) -> None:
    etag = (await client.head(source)).headers["etag"]
    headers = {"if-none-match": etag}
    assert (await processed(client, source, mark("none.png"), headers=headers)).status == 304


async def test_a_mark_replaced_while_it_is_rendered(
    client: Client, bucket: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader's blob is gone from the folder when the worker looks, but not from the reader."""
    renderer = client.state["services"].renderer
    run = renderer._run
    calls = []

    async def vanish(function: object, content: object, *rest: object) -> object:
        calls.append(type(content))
        if isinstance(content, str):
            await client.put(f"/{bucket}/logo.png", plain((1, 1)))
        return await run(function, content, *rest)

    monkeypatch.setattr(renderer, "_run", vanish)
    assert changed((await processed(client, source, mark("logo.png"))).body) == (70, 60, 90, 70)
    assert calls == [str, bytes]
