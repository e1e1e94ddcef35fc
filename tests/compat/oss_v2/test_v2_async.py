"""What only the asynchronous client of alibabacloud-oss-v2 has, written as its guide shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import alibabacloud_oss_v2 as oss
import pytest
from alibabacloud_oss_v2 import aio
from live_server import Server
from support_oss_v2 import settings_of

CONTENT = bytes(range(256)) * 2000

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("version", ["v4", "v1"])]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_stream(server: Server, bucket: str, version: str) -> None:
    async with aio.AsyncClient(settings_of(server, version)) as client:
        await client.put_object(oss.PutObjectRequest(bucket=bucket, key="猫", body=CONTENT))
        result = await client.get_object_as_stream(oss.GetObjectRequest(bucket=bucket, key="猫"))
        async with result.body as body:
            found = [chunk async for chunk in await body.iter_bytes(block_size=64 * 1024)]
        assert b"".join(found) == CONTENT
        ranged = oss.GetObjectRequest(bucket=bucket, key="猫", range_header="bytes=10-19")
        result = await client.get_object_as_stream(ranged)
        async with result.body as body:
            assert await body.read() == CONTENT[10:20]


async def test_an_asynchronous_body(server: Server, bucket: str, version: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(CONTENT), 100_000):
            yield CONTENT[start : start + 100_000]

    async with aio.AsyncClient(settings_of(server, version)) as client:
        await client.put_object(oss.PutObjectRequest(bucket=bucket, key="a", body=pieces()))
        head = await client.head_object(oss.HeadObjectRequest(bucket=bucket, key="a"))
        assert head.content_length == len(CONTENT)


async def test_many_calls_at_once(server: Server, bucket: str, version: str) -> None:
    async with aio.AsyncClient(settings_of(server, version)) as client:
        requests = [oss.PutObjectRequest(bucket=bucket, key=f"{number:02}", body=b"x") for number in range(40)]
        await asyncio.gather(*(client.put_object(request) for request in requests))
        request = oss.ListObjectsV2Request(bucket=bucket, max_keys=7)
        pages = client.list_objects_v2_paginator().iter_page(request)
        keys = [found.key async for page in pages for found in page.contents]
    assert keys == [f"{number:02}" for number in range(40)]
