"""A server under the limits of OSS's documentation up to 2021."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import pytest
from oss_client import Client
from PIL import Image
from support_heif import modern_scene

from pixoss.processors.limits import Profile
from pixoss.server.config import Settings
from pixoss.server.dispatch import SERVICES

pytestmark = pytest.mark.anyio


@pytest.fixture
def extra_settings() -> dict[str, Any]:
    return {"limits": "oss-classic"}


@pytest.fixture
async def source(client: Client, bucket: str) -> str:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((120, 80)).save(out, "JPEG")
    assert (await client.put(f"/{bucket}/a.jpg", out.getvalue())).status == 200
    return f"/{bucket}/a.jpg"


async def processed(client: Client, source: str, process: str) -> Any:
    return await client.get(f"{source}?x-oss-process={quote(process, safe='')}")


def test_the_setting() -> None:
    assert Settings().limits is Profile.OSS_2026
    assert Settings(limits="oss-classic").limits is Profile.OSS_CLASSIC


REFUSALS = [
    ("image/resize,w_4097", "InvalidArgument", "0040-00000312"),
    ("image/format,avif", "InvalidArgument", "0040-00000206"),
    ("image" + "/rotate,90" * 5, "TooManyPipes", "0017-00000288"),
]


@pytest.mark.parametrize(("process", "code", "ec"), REFUSALS)
async def test_requests_past_the_profile(client: Client, source: str, process: str, code: str, ec: str) -> None:
    for target in (source, "/pictures/missing.jpg"):
        answer = await processed(client, target, process)
        assert (answer.status, answer.code, answer.headers["x-oss-ec"]) == (400, code, ec)


@pytest.mark.parametrize(("process", "code", "ec"), REFUSALS)
async def test_styles_past_the_profile(client: Client, source: str, process: str, code: str, ec: str) -> None:
    body = f"<Style><Content>{process}</Content></Style>".encode()
    assert (await client.put("/pictures?style&styleName=old", body)).status == 200
    answer = await processed(client, source, "style/old")
    assert (answer.status, answer.code, answer.headers["x-oss-ec"]) == (400, code, ec)


async def test_a_source_younger_than_the_profile(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a.heic", modern_scene("heic"))
    answer = await processed(client, f"/{bucket}/a.heic", "image/resize,w_10")
    assert (answer.status, answer.code, answer.headers["x-oss-ec"]) == (400, "BadRequest", "0040-00000005")


async def test_requests_within_the_profile(client: Client, source: str) -> None:
    answer = await processed(client, source, "image/resize,w_60/rotate,90/rotate,90/format,png")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"content": "image/info"}'])
async def test_a_style_that_cannot_be_read(client: Client, source: str, content: bytes) -> None:
    await client.state[SERVICES].store.put_document("pictures", "style", "broken", content)
    answer = await processed(client, source, "style/broken")
    assert (answer.status, answer.code, answer.headers["x-oss-ec"]) == (500, "InternalError", "0040-00000601")
