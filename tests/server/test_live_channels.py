"""Live channels: made, told and deleted, though nothing is ever pushed."""

from __future__ import annotations

import pytest
from oss_client import Answer, Client

pytestmark = pytest.mark.anyio

CHANNEL = (
    b"<LiveChannelConfiguration><Description>d</Description><Status>enabled</Status><Target><Type>HLS</Type>"
    b"<FragDuration>2</FragDuration></Target></LiveChannelConfiguration>"
)


def listed(answer: Answer) -> list[str | None]:
    return [element.text for element in answer.xml.findall("LiveChannel/Name")]


async def test_life_of_a_channel(client: Client, bucket: str) -> None:
    made = await client.put(f"/{bucket}/one?live", CHANNEL)
    assert made.field("PublishUrls/Url") == f"rtmp://{bucket}.127.0.0.1:8880/live/one"
    assert made.field("PlayUrls/Url") == f"http://{bucket}.127.0.0.1:8880/one/playlist.m3u8"
    got = await client.get(f"/{bucket}/one?live")
    wanted = {
        "Description": "d",
        "Status": "enabled",
        "Target/Type": "HLS",
        "Target/FragDuration": "2",
        "Target/FragCount": "3",
        "Target/PlaylistName": "playlist.m3u8",
    }
    assert {path: got.field(path) for path in wanted} == wanted
    assert (await client.get(f"/{bucket}/one")).code == "NoSuchKey"
    assert (await client.get(f"/{bucket}/one?live&comp=history")).xml.tag == "LiveChannelHistory"
    for status, shown in (("disabled", "Disabled"), ("enabled", "Idle")):
        assert (await client.put(f"/{bucket}/one?live&status={status}")).status == 200
        assert (await client.get(f"/{bucket}/one?live")).field("Status") == status
        assert (await client.get(f"/{bucket}/one?live&comp=stat")).field("Status") == shown
    for _ in range(2):
        assert (await client.delete(f"/{bucket}/one?live")).status == 204
    assert listed(await client.get(f"/{bucket}?live")) == []


async def test_channels_in_pages(client: Client, bucket: str) -> None:
    empty = await client.get(f"/{bucket}?live")
    assert [empty.field(name) for name in ("Prefix", "Marker", "MaxKeys", "IsTruncated")] == ["", "", "100", "false"]
    for name in ("a1", "b1", "b2", "b3"):
        assert (await client.put(f"/{bucket}/{name}?live", CHANNEL)).status == 200
    first = await client.get(f"/{bucket}?live&prefix=b&max-keys=2")
    assert [listed(first), first.field("IsTruncated"), first.field("NextMarker")] == [["b1", "b2"], "true", "b2"]
    assert first.field("LiveChannel/PublishUrls/Url")
    second = await client.get(f"/{bucket}?live&prefix=b&max-keys=2&marker=b2")
    assert [listed(second), second.field("IsTruncated")] == [["b3"], "false"]
    assert (await client.get(f"/{bucket}?live&max-keys=0")).field("ArgumentName") == "max-keys"


@pytest.mark.parametrize(
    ("method", "query"),
    [("GET", "live"), ("GET", "live&comp=stat"), ("GET", "live&comp=history"), ("PUT", "live&status=disabled")],
)
async def test_a_channel_that_is_not_there(client: Client, bucket: str, method: str, query: str) -> None:
    answer = await client.request(method, f"/{bucket}/one?{query}")
    assert (answer.status, answer.code) == (404, "NoSuchLiveChannel")


async def test_there_is_no_recording(client: Client, bucket: str) -> None:
    calls = (("GET", "one"), ("POST", "one/list.m3u8"))
    for method, key in calls:
        answer = await client.request(method, f"/{bucket}/{key}?vod&startTime=1&endTime=2")
        assert (answer.status, answer.code) == (404, "NoSuchLiveChannel")
    await client.put(f"/{bucket}/one?live", CHANNEL)
    for method, key in calls:
        answer = await client.request(method, f"/{bucket}/{key}?vod&startTime=1&endTime=2")
        assert (answer.status, answer.code) == (400, "InvalidArgument")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<Other/>",
        b"<LiveChannelConfiguration/>",
        CHANNEL.replace(b"HLS", b"DASH"),
        CHANNEL.replace(b"enabled", b"on"),
        CHANNEL + b"x",
    ],
)
async def test_channels_that_are_refused(client: Client, bucket: str, body: bytes) -> None:
    answer = await client.put(f"/{bucket}/one?live", body)
    assert (answer.status, answer.code) == (400, "MalformedXML")
    await client.put(f"/{bucket}/two?live", CHANNEL)
    assert (await client.put(f"/{bucket}/two?live&status=on")).field("ArgumentName") == "status"


async def test_what_a_target_leaves_empty_has_its_default(client: Client, bucket: str) -> None:
    body = CHANNEL.replace(b"</Target>", b"<PlaylistName></PlaylistName></Target>")
    assert (await client.put(f"/{bucket}/one?live", body)).status == 200
    assert (await client.get(f"/{bucket}/one?live")).field("Target/PlaylistName") == "playlist.m3u8"
