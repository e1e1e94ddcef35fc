"""HEIC and AVIF through the whole server, whose rendering processes are bounded in memory and may write no file."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from oss_client import Client
from support_heif import modern_scene

pytestmark = pytest.mark.anyio


async def processed(client: Client, source: str, process: str) -> Any:
    return await client.get(f"{source}?x-oss-process={quote(process, safe='')}")


@pytest.mark.parametrize("name", ["heic", "avif"])
async def test_in_and_out(client: Client, bucket: str, name: str) -> None:
    target = f"/{bucket}/a.{name}"
    assert (await client.put(target, modern_scene(name, 120, 80))).status == 200
    answer = await processed(client, target, "image/resize,w_60")
    assert (answer.status, answer.headers["content-type"]) == (200, f"image/{name}")
    assert answer.body[4:12] == b"ftyp" + name.encode()
    assert (await processed(client, target, "image/format,jpg")).headers["content-type"] == "image/jpeg"
    info = await processed(client, target, "image/info")
    assert f'"Format": {{"value": "{name}"}}' in info.text


@pytest.mark.parametrize(("name", "ec"), [("heic", "0040-00000020"), ("avif", "0040-00000021")])
async def test_damaged_ones(client: Client, bucket: str, name: str, ec: str) -> None:
    target = f"/{bucket}/a.{name}"
    await client.put(target, modern_scene(name)[:-30])
    answer = await processed(client, target, "image/resize,w_6")
    assert (answer.status, answer.code, answer.headers["x-oss-ec"]) == (403, "ImageDamage", ec)


async def test_average_hue(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a.avif", modern_scene("avif"))
    answer = await processed(client, f"/{bucket}/a.avif", "image/average-hue")
    assert answer.headers["content-type"] == "application/json"
    assert answer.text.startswith('{"RGB": "0x')
