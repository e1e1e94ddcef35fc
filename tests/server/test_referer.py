from urllib.parse import quote

import pytest
from oss_client import KEY, Client, signature

pytestmark = pytest.mark.anyio

SHOP = "https://shop.example"


def configuration(
    allowed: tuple[str, ...] = (), denied: tuple[str, ...] = (), empty: str = "true", more: str = ""
) -> bytes:
    lists = {
        name: "".join(f"<Referer>{one}</Referer>" for one in patterns)
        for name, patterns in (("RefererList", allowed), ("RefererBlacklist", denied))
    }
    body = "".join(f"<{name}>{patterns}</{name}>" for name, patterns in lists.items())
    return (
        f"<RefererConfiguration><AllowEmptyReferer>{empty}</AllowEmptyReferer>{more}{body}</RefererConfiguration>"
    ).encode()


@pytest.fixture
async def public(client: Client) -> str:
    assert (await client.put("/public", headers={"x-oss-acl": "public-read"})).status == 200
    assert (await client.put("/public/a", b"1")).status == 200
    return "public"


async def test_life_of_the_configuration(client: Client, bucket: str) -> None:
    default = await client.get(f"/{bucket}?referer")
    assert (default.status, default.field("AllowEmptyReferer"), default.field("RefererList")) == (200, "true", "")
    assert (await client.put(f"/{bucket}?referer", configuration((SHOP,), empty="false"))).status == 200
    found = await client.get(f"/{bucket}?referer")
    assert (found.field("AllowEmptyReferer"), found.field("RefererList/Referer")) == ("false", SHOP)


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        (configuration(empty="perhaps"), "InvalidArgument", "AllowEmptyReferer"),
        (
            configuration(
                more="<TruncatePath>true</TruncatePath>" + "<AllowTruncateQueryString>false</AllowTruncateQueryString>"
            ),
            "InvalidArgument",
            "AllowTruncateQueryString",
        ),
        (b"<RefererConfiguration>", "MalformedXML", None),
        (configuration(("x" * (64 << 10),)), "MalformedXML", None),
    ],
)
async def test_bad_configurations(client: Client, bucket: str, body: bytes, code: str, named: str | None) -> None:
    answer = await client.put(f"/{bucket}?referer", body)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, code, named)


LIST = (f"{SHOP}", "http://*.news.test", "http://?.test/[1]")


@pytest.mark.parametrize(
    ("body", "referer", "is_read"),
    [
        # The examples of OSS's page on hotlink protection: patterns match the beginning, `*` and `?` are wildcards.
        (configuration(LIST), f"{SHOP}/page", True),
        (configuration(LIST), "http://shop.example/", False),
        (configuration(LIST), "http://a.b.news.test/x", True),
        (configuration(LIST), "http://news.test/x", False),
        (configuration(LIST), "http://b.test/[1]", True),
        (configuration(LIST), "http://b.test/1", False),
        (configuration(LIST), "http://bb.test/[1]", False),
        (configuration(LIST), None, True),
        (configuration(LIST, empty="false"), None, False),
        (configuration(LIST, empty="false"), f"{SHOP}/", True),
        # An empty whitelist admits all, the empty referer too; the blacklist counts first.
        (configuration(empty="false"), None, True),
        (configuration(empty="false"), "http://anywhere.test", True),
        (configuration(denied=("*evil*",)), "https://evil.test/", False),
        (configuration(denied=("*evil*",)), "https://good.test/", True),
        (configuration(denied=("*evil*",)), "https://good.test/?from=evil", True),
        (
            configuration(denied=("*evil*",), more="<AllowTruncateQueryString>false</AllowTruncateQueryString>"),
            "https://good.test/?from=evil",
            False,
        ),
        (configuration(denied=("*evil*",)), "https://good.test/evil", False),
        (configuration(denied=("*evil*",), more="<TruncatePath>true</TruncatePath>"), "https://good.test/evil", True),
        (configuration((SHOP,), (f"{SHOP}/bad",)), f"{SHOP}/bad/page", False),
        (configuration(("*a" * 60,)), "a" * 4000 + "b", True),
        (configuration(("*a" * 60 + "c",)), "a" * 4000 + "b", False),
    ],
)
async def test_who_may_read(client: Client, public: str, body: bytes, referer: str | None, is_read: bool) -> None:
    assert (await client.put(f"/{public}?referer", body)).status == 200
    headers = {"Referer": referer} if referer else {}
    answer = await client.get(f"/{public}/a", headers=headers, sign=False)
    if is_read:
        assert (answer.status, answer.body) == (200, b"1")
    else:
        assert (answer.status, answer.code) == (403, "AccessDenied")
        assert answer.field("Message") == "You are denied by bucket referer policy."


async def test_signed_urls_are_checked_and_signed_headers_are_not(client: Client, public: str) -> None:
    await client.put(f"/{public}?referer", configuration((SHOP,), empty="false"))
    assert (await client.get(f"/{public}/a")).status == 200
    expires = str(int(client.clock()) + 60)
    text = signature("GET", f"/{public}/a", {"date": expires}, None)
    target = f"/{public}/a?OSSAccessKeyId={KEY}&Expires={expires}&Signature={quote(text, safe='')}"
    assert (await client.get(target, sign=False)).status == 403
    assert (await client.get(target, sign=False, headers={"Referer": SHOP})).status == 200


async def test_every_way_of_reading_is_checked_and_nothing_else(client: Client) -> None:
    await client.put("/open", headers={"x-oss-acl": "public-read-write"})
    await client.put("/open?referer", configuration((SHOP,), empty="false"))
    assert (await client.put("/open/a", b"1", sign=False)).status == 200
    assert (await client.get("/open", sign=False)).status == 200
    for method, target in (
        ("HEAD", "/open/a"),
        ("GET", "/open/a?objectMeta"),
        ("GET", "/open/a?x-oss-process=image/info"),
        ("GET", "/open/missing"),
    ):
        assert (await client.request(method, target, sign=False)).status == 403
