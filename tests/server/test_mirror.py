"""Mirror back-to-origin: missing objects come from an origin that stands in for the network."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from oss_client import KEY, Answer, Client, signature
from PIL import Image

from pixoss.server import outgoing
from pixoss.server.dispatch import SERVICES

pytestmark = pytest.mark.anyio

Origin = Callable[[httpx.Request], httpx.Response]


def configuration(mirror: str = "", condition: str = "", url: str = "http://origin.test/base/") -> bytes:
    return (
        "<WebsiteConfiguration><ErrorDocument><Key>error.html</Key></ErrorDocument><RoutingRules><RoutingRule>"
        f"<RuleNumber>1</RuleNumber><Condition>{condition}</Condition>"
        f"<Redirect><RedirectType>Mirror</RedirectType><MirrorURL>{url}</MirrorURL>{mirror}</Redirect>"
        "</RoutingRule></RoutingRules></WebsiteConfiguration>"
    ).encode()


@pytest.fixture
def extra_settings() -> dict[str, Any]:
    return {"mirror_hosts": "origin.test,Spare.test"}


class Network:
    """What answers the server's own requests, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.origin: Origin = lambda request: httpx.Response(200, content=b"from the origin")

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.origin(request)
        if not answer.is_stream_consumed:
            return answer
        # What comes over a network has not been read yet.
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content))

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.asked]


@pytest.fixture
async def network(client: Client) -> AsyncIterator[Network]:
    found = Network()
    async with outgoing.client(httpx.MockTransport(found)) as http:
        client.state = {SERVICES: replace(client.state[SERVICES], http=http)}
        yield found


@pytest.fixture
async def mirrored(client: Client, network: Network) -> str:
    await client.put("/mirrored", headers={"x-oss-acl": "public-read"})
    await configure(client)
    return "mirrored"


async def configure(client: Client, mirror: str = "", condition: str = "", **options: str) -> None:
    answer = await client.put("/mirrored?website", configuration(mirror, condition, **options))
    assert answer.status == 200, answer.text


def failure(answer: Answer) -> str:
    assert (answer.status, answer.code) == (424, "MirrorFailed"), answer.text
    assert answer.field("Message") == "Mirroring failed, please check your mirror configuration."
    return answer.field("ErrorDetail") or ""


async def test_a_missing_object_is_fetched_once_and_kept(client: Client, network: Network, mirrored: str) -> None:
    told = {
        "Content-Type": "text/x-told",
        "Cache-Control": "max-age=5",
        "Content-Disposition": "inline",
        "X-Other": "1",
        "x-oss-meta-a": "b",
    }
    network.origin = lambda request: httpx.Response(200, content=b"from the origin", headers=told)
    for _ in range(2):
        answer = await client.get(f"/{mirrored}/a%20b/%E4%B8%AD%3F.txt")
        assert (answer.status, answer.body) == (200, b"from the origin")
        assert {name: answer.headers.get(name.lower()) for name in told} == told | {
            "X-Other": None,
            "x-oss-meta-a": None,
        }
    assert network.urls == ["http://origin.test/base/a%20b/%E4%B8%AD%3F.txt"]
    assert network.asked[0].headers["user-agent"] == "aliyun-oss-mirror"
    assert (await client.head(f"/{mirrored}/a%20b/%E4%B8%AD%3F.txt")).headers["content-length"] == "15"


async def test_anonymous_readers_and_ranges(client: Client, network: Network, mirrored: str) -> None:
    answer = await client.get(f"/{mirrored}/a", sign=False, headers={"Range": "bytes=0-3", "If-None-Match": '"x"'})
    assert (answer.status, answer.body) == (206, b"from")
    assert not {"range", "if-none-match"} & set(network.asked[0].headers)
    await client.put("/mirrored?acl", headers={"x-oss-acl": "private"})
    assert (await client.get(f"/{mirrored}/b", sign=False)).status == 403
    assert len(network.asked) == 1


async def test_a_mirrored_picture_is_processed(client: Client, network: Network, mirrored: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "PNG")
    network.origin = lambda request: httpx.Response(200, content=out.getvalue())
    await configure(client, "<PassQueryString>true</PassQueryString>")
    answer = await client.get(f"/{mirrored}/a.png?x-oss-process=image/resize,w_10&v=2")
    assert answer.status == 200, answer.text
    assert Image.open(io.BytesIO(answer.body)).size == (10, 5)
    assert network.urls == ["http://origin.test/base/a.png?v=2"]
    assert Image.open(io.BytesIO((await client.get(f"/{mirrored}/a.png")).body)).size == (40, 20)


async def test_a_picture_in_the_shape_of_a_style_is_mirrored_as_it_is(
    client: Client, network: Network, mirrored: str
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "PNG")
    network.origin = lambda request: httpx.Response(200, content=out.getvalue())
    await configure(client, condition="<KeySuffixEquals>.png</KeySuffixEquals>")
    delimiters = "<BucketProcessConfiguration><StyleDelimiters>!</StyleDelimiters></BucketProcessConfiguration>"
    await client.put(f"/{mirrored}?processConfiguration", delimiters.encode())
    style = b"<Style><Content>image/resize,w_10</Content></Style>"
    await client.put(f"/{mirrored}?style&styleName=small", style)
    answer = await client.get(f"/{mirrored}/a.png!small", sign=False)
    assert answer.status == 200, answer.text
    assert Image.open(io.BytesIO(answer.body)).size == (10, 5)
    assert network.urls == ["http://origin.test/base/a.png"]
    # Without such a style it is the name of an object, which the rule is not about.
    assert (await client.get(f"/{mirrored}/b.png!large")).code == "NoSuchKey"


@pytest.mark.parametrize(
    ("mirror", "condition", "target", "url"),
    [
        ("", "", "a?v=1", "http://origin.test/base/a"),
        ("<MirrorPassQueryString>true</MirrorPassQueryString>", "", "a?v=1&w", "http://origin.test/base/a?v=1&w"),
        (
            "<PassQueryString>true</PassQueryString><MirrorPassQueryString>false</MirrorPassQueryString>",
            "",
            "a?v=1",
            "http://origin.test/base/a",
        ),
        (
            "<ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith>",
            "<KeyPrefixEquals>old/</KeyPrefixEquals>",
            "old/a",
            "http://origin.test/base/new/a",
        ),
    ],
)
async def test_what_the_origin_is_asked(
    client: Client, network: Network, mirrored: str, mirror: str, condition: str, target: str, url: str
) -> None:
    await configure(client, mirror, condition)
    assert (await client.get(f"/{mirrored}/{target}")).status == 200
    assert network.urls == [url]


async def test_the_origin_does_not_see_the_signature_of_a_url(client: Client, network: Network, mirrored: str) -> None:
    await configure(client, "<PassQueryString>true</PassQueryString>")
    expires = str(int(client.clock()) + 60)
    text = quote(signature("GET", f"/{mirrored}/a", {"date": expires}, None), safe="")
    target = f"/{mirrored}/a?v=1&OSSAccessKeyId={KEY}&Expires={expires}&%53ignature={text}&w"
    assert (await client.get(target, sign=False)).status == 200
    assert network.urls == ["http://origin.test/base/a?v=1&w"]


HEADERS = """<MirrorHeaders><PassAll>{}</PassAll><Pass>X-One</Pass><Pass>Authorization</Pass><Remove>x-two</Remove>
    <Set><Key>X-Set</Key><Value>set</Value></Set><Set><Key>Host</Key><Value>other.test</Value></Set></MirrorHeaders>"""


@pytest.mark.parametrize(
    ("passes_all", "wanted"),
    [
        ("true", {"x-one": "1", "x-two": None, "x-three": "3"}),
        ("false", {"x-one": "1", "x-two": None, "x-three": None}),
    ],
)
async def test_headers_that_go_along(
    client: Client, network: Network, mirrored: str, passes_all: str, wanted: dict[str, str | None]
) -> None:
    await configure(client, HEADERS.format(passes_all))
    given = {"X-One": "1", "X-Two": "2", "X-Three": "3", "x-oss-other": "4", "User-Agent": "curl"}
    assert (await client.get(f"/{mirrored}/a", headers=given)).status == 200
    seen = network.asked[0].headers
    always = {"x-set": "set", "host": "other.test", "authorization": None, "x-oss-other": None, "date": None}
    assert {name: seen.get(name) for name in wanted | always} == wanted | always
    assert seen["user-agent"] == "aliyun-oss-mirror"


async def test_a_header_that_is_not_ascii_goes_along(client: Client, network: Network, mirrored: str) -> None:
    await configure(client, HEADERS.format("true"))
    assert (await client.get(f"/{mirrored}/a", headers={"X-Name": "中"})).status == 200
    assert (b"x-name", "中".encode()) in [(name.lower(), value) for name, value in network.asked[0].headers.raw]


async def test_a_query_that_is_no_url_fails_the_mirror(client: Client, network: Network, mirrored: str) -> None:
    await configure(client, "<PassQueryString>true</PassQueryString>")
    assert failure(await client.get(f"/{mirrored}/a?b=\x01")) == "the origin can not be read: InvalidURL"


async def test_an_origin_without_the_object(client: Client, network: Network, mirrored: str) -> None:
    network.origin = lambda request: httpx.Response(404, content=b"no")
    answer = await client.get(f"/{mirrored}/a")
    assert (answer.status, answer.code, answer.field("Key")) == (404, "NoSuchKey", "a")
    await client.put(f"/{mirrored}/error.html", b"sorry")
    page = await client.get(f"/{mirrored}/a", sign=False)
    assert (page.status, page.body) == (404, b"sorry")
    assert (await client.get(f"/{mirrored}/a?x-oss-process=image/info")).ec == "0040-00000024"


async def test_what_is_not_mirrored(client: Client, network: Network, mirrored: str) -> None:
    await configure(client, condition="<KeyPrefixEquals>pictures/</KeyPrefixEquals>")
    for key in ("a", "pictures/../secret", "pictures/./a"):
        assert (await client.get(f"/{mirrored}/{key}")).code == "NoSuchKey"
    assert (await client.head(f"/{mirrored}/pictures/a")).status == 404
    # A request that is itself a mirror's: two buckets that mirror each other come to an end.
    loop = await client.get(f"/{mirrored}/pictures/a", headers={"User-Agent": "aliyun-oss-mirror"})
    assert loop.code == "NoSuchKey"
    assert network.asked == []


class Broken(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"half"
        raise httpx.ReadError("gone")


def _raise(error: Exception) -> httpx.Response:
    raise error


@pytest.mark.parametrize(
    ("origin", "detail"),
    [
        (lambda request: httpx.Response(500), "the origin answers 500"),
        (lambda request: httpx.Response(403), "the origin answers 403"),
        (lambda request: httpx.Response(206, content=b"part"), "the origin answers 206"),
        (lambda request: _raise(httpx.ConnectError("no")), "the origin can not be read: ConnectError"),
        (lambda request: _raise(httpx.ReadTimeout("no")), "the origin can not be read: ReadTimeout"),
        (lambda request: httpx.Response(200, stream=Broken()), "the origin can not be read: ReadError"),
        (
            lambda request: httpx.Response(200, stream=httpx.ByteStream(b"1"), headers={"Content-Length": "2"}),
            "what the origin sent is not what it announced: IncompleteBody",
        ),
        (
            lambda request: httpx.Response(200, content=b"1", headers={"Content-Length": "1" * 30}),
            "the file is larger than 5 GB",
        ),
        (
            lambda request: httpx.Response(302, headers={"Location": "/base/a"}),
            "the origin redirects more than 10 times",
        ),
        (
            lambda request: httpx.Response(302, headers={"Location": "http://169.254.169.254/"}),
            "the host 169.254.169.254 is not in the server's setting mirror_hosts",
        ),
        (
            lambda request: httpx.Response(302, headers={"Location": "ftp://origin.test/"}),
            "the host origin.test is not in the server's setting mirror_hosts",
        ),
    ],
)
async def test_failures_store_nothing(
    client: Client, network: Network, mirrored: str, origin: Origin, detail: str
) -> None:
    network.origin = origin
    assert failure(await client.get(f"/{mirrored}/a")) == detail
    assert (await client.head(f"/{mirrored}/a")).status == 404


async def test_a_host_that_the_operator_does_not_allow(client: Client, network: Network, mirrored: str) -> None:
    await configure(client, url="http://127.0.0.1:9/")
    assert "127.0.0.1 is not in the server's setting mirror_hosts" in failure(await client.get(f"/{mirrored}/a"))
    assert network.asked == []


def redirecting(request: httpx.Request) -> httpx.Response:
    if request.url.host == "origin.test":
        return httpx.Response(302, headers={"Location": "http://spare.test/x"})
    return httpx.Response(200, content=b"elsewhere")


async def test_redirects_of_the_origin(client: Client, network: Network, mirrored: str) -> None:
    network.origin = redirecting
    await configure(client, HEADERS.format("true") + "<MirrorFollowRedirect>false</MirrorFollowRedirect>")
    assert failure(await client.get(f"/{mirrored}/a")) == "the origin answers 302"
    await configure(client, HEADERS.format("true"))
    assert (await client.get(f"/{mirrored}/a")).body == b"elsewhere"
    assert "x-set" in network.asked[-2].headers
    # What the rule sets may be a secret of the origin, so the other host is not told.
    assert "x-set" not in network.asked[-1].headers


@pytest.mark.parametrize(("checks", "is_kept"), [("true", False), ("false", True)])
async def test_the_md5_of_the_origin(
    client: Client, network: Network, mirrored: str, checks: str, is_kept: bool
) -> None:
    await configure(client, f"<MirrorCheckMd5>{checks}</MirrorCheckMd5>")
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    network.origin = lambda request: httpx.Response(200, content=b"this", headers={"Content-MD5": wrong})
    assert (await client.get(f"/{mirrored}/a")).status == (200 if is_kept else 424)
    network.origin = lambda request: httpx.Response(
        200, content=b"this", headers={"Content-MD5": base64.b64encode(hashlib.md5(b"this").digest()).decode()}
    )
    assert (await client.get(f"/{mirrored}/b")).status == 200


async def test_the_spare_origin(client: Client, network: Network, mirrored: str) -> None:
    network.origin = lambda request: httpx.Response(500 if request.url.host == "origin.test" else 200, content=b"spare")
    await configure(client, "<MirrorURLSlave>http://spare.test/</MirrorURLSlave>")
    assert (await client.get(f"/{mirrored}/a")).body == b"spare"
    assert network.urls == ["http://origin.test/base/a", "http://spare.test/a"]


async def test_an_upload_during_the_fetch_is_kept(client: Client, network: Network, mirrored: str) -> None:
    class Slow(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"from "
            assert (await client.put(f"/{mirrored}/a", b"uploaded")).status == 200
            yield b"the origin"

    network.origin = lambda request: httpx.Response(200, stream=Slow())
    assert (await client.get(f"/{mirrored}/a")).body == b"uploaded"
    assert (await client.get(f"/{mirrored}/a")).body == b"uploaded"


class TestAnyHost:
    @pytest.fixture
    def extra_settings(self) -> dict[str, Any]:
        return {"mirror_hosts": "*"}

    async def test_an_asterisk_allows_any_host(self, client: Client, network: Network, mirrored: str) -> None:
        await configure(client, url="https://anywhere.test:8443/")
        assert (await client.get(f"/{mirrored}/a")).status == 200
        assert network.urls == ["https://anywhere.test:8443/a"]


class TestOverTheNetwork:
    @pytest.fixture
    def extra_settings(self) -> dict[str, Any]:
        return {"mirror_hosts": "127.0.0.1"}

    @pytest.mark.parametrize(
        ("answer", "status"),
        [
            (b"Content-Length: 4\r\n\r\nbody", 200),
            (b"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", 200),
            (b"\r\nbody", 200),
            (b"Content-Length: 5\r\n\r\nbody", 424),
            (b"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n", 424),
            (b"Content-Length: x\r\n\r\nbody", 424),
        ],
    )
    async def test_a_real_origin(self, client: Client, bucket: str, answer: bytes, status: int) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + answer)
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            await client.put(f"/{bucket}?website", configuration(url=f"http://127.0.0.1:{port}/"))
            found = await client.get(f"/{bucket}/a")
        assert found.status == status, found.text
        assert (await client.head(f"/{bucket}/a")).status == (200 if status == 200 else 404)
