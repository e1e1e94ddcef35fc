import pytest
from oss_client import Answer, Client

pytestmark = pytest.mark.anyio

SITE = "site.localhost"


def index(more: str = "", suffix: str = "index.html") -> str:
    return f"<IndexDocument><Suffix>{suffix}</Suffix>{more}</IndexDocument>"


def error(more: str = "") -> str:
    return f"<ErrorDocument><Key>error.html</Key>{more}</ErrorDocument>"


def rules(*texts: str) -> str:
    numbered = (
        f"<RoutingRule><RuleNumber>{number}</RuleNumber>{text}</RoutingRule>" for number, text in enumerate(texts, 1)
    )
    return f"<RoutingRules>{''.join(numbered)}</RoutingRules>"


def rule(redirect: str, condition: str = "", kind: str = "External") -> str:
    return f"<Condition>{condition}</Condition><Redirect><RedirectType>{kind}</RedirectType>{redirect}</Redirect>"


def website(*parts: str) -> bytes:
    return f"<WebsiteConfiguration>{''.join(parts)}</WebsiteConfiguration>".encode()


SUBFOLDERS = "<SupportSubDir>true</SupportSubDir>"


@pytest.fixture
async def site(client: Client) -> str:
    """A bucket that all may read, with pages in it, and no website yet."""
    await client.put("/site", headers={"x-oss-acl": "public-read"})
    for key in ("index.html", "error.html", "docs/index.html", "docs/a.html", "secret/index.html"):
        assert (await client.put(f"/site/{key}", key.encode(), headers={"Content-Type": "text/html"})).status == 200
    await client.put("/site/secret/index.html?acl", headers={"x-oss-object-acl": "private"})
    return "site"


async def configure(client: Client, *parts: str) -> None:
    answer = await client.put("/site?website", website(*parts))
    assert answer.status == 200, answer.text


async def visit(client: Client, path: str, **headers: str) -> Answer:
    return await client.get(path, host=SITE, sign=False, headers=headers)


async def test_life_of_the_configuration(client: Client, bucket: str) -> None:
    missing = await client.get(f"/{bucket}?website")
    assert (missing.status, missing.code) == (404, "NoSuchWebsiteConfiguration")
    assert (await client.put(f"/{bucket}?website", website(index(), error()))).status == 200
    found = await client.get(f"/{bucket}?website")
    assert [found.field("IndexDocument/Suffix"), found.field("ErrorDocument/Key")] == ["index.html", "error.html"]
    # oss2 writes the booleans of Python and reads only those of OSS.
    await client.put(f"/{bucket}?website", website(index("<SupportSubDir>True</SupportSubDir>")))
    assert (await client.get(f"/{bucket}?website")).field("IndexDocument/SupportSubDir") == "true"
    for _ in range(2):
        assert (await client.delete(f"/{bucket}?website")).status == 204
    assert (await client.get(f"/{bucket}?website")).status == 404


async def test_booleans_come_back_in_lower_case(client: Client, bucket: str) -> None:
    # oss2 sends them capitalised and refuses to read them so.
    assert (
        await client.put(f"/{bucket}?website", website(index("<SupportSubDir> True </SupportSubDir>")))
    ).status == 200
    assert (await client.get(f"/{bucket}?website")).field("IndexDocument/SupportSubDir") == "true"


MIRROR = "<MirrorURL>http://origin.test/</MirrorURL>"


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        (website(), "MalformedXML", None),
        (website(index(suffix="")), "MalformedXML", None),
        (website(index(suffix="a/b")), "InvalidArgument", "Suffix"),
        (website(index("<Type>3</Type>")), "InvalidArgument", "Type"),
        (website(index("<SupportSubDir>yes</SupportSubDir>")), "InvalidArgument", "SupportSubDir"),
        (website("<ErrorDocument/>"), "MalformedXML", None),
        (website("<ErrorDocument><Key>/a</Key></ErrorDocument>"), "InvalidArgument", "Key"),
        (website(error("<HttpStatus>500</HttpStatus>")), "InvalidArgument", "HttpStatus"),
        (website(rules(*[rule("")] * 21)), "InvalidArgument", None),
        (website("<RoutingRules><RoutingRule/></RoutingRules>"), "MalformedXML", None),
        (website(rules(rule("")), rules(rule(""))), "MalformedXML", None),
        (website(rules(rule("", kind=""))), "MalformedXML", None),
        (website(rules(rule("", kind="Elsewhere"))), "InvalidArgument", "RedirectType"),
        (website(rules(rule("<Protocol>ftp</Protocol>"))), "InvalidArgument", "Protocol"),
        (website(rules(rule("<HostName>a/b</HostName>"))), "InvalidArgument", "HostName"),
        (website(rules(rule("<HttpRedirectCode>200</HttpRedirectCode>"))), "InvalidArgument", "HttpRedirectCode"),
        (
            website(rules(rule("<ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith>"))),
            "InvalidArgument",
            "ReplaceKeyWith",
        ),
        (
            website(rules(rule("", "<HttpErrorCodeReturnedEquals>x</HttpErrorCodeReturnedEquals>"))),
            "InvalidArgument",
            "HttpErrorCodeReturnedEquals",
        ),
        (website(rules(rule("", "<IncludeHeader/>"))), "MalformedXML", None),
        (website(rules(rule("", "<IncludeHeader><Key>a b</Key></IncludeHeader>"))), "InvalidArgument", "Key"),
        (website(rules(rule("", kind="Mirror"))), "MalformedXML", None),
        *(
            (website(rules(rule(f"<MirrorURL>{url}</MirrorURL>", kind="Mirror"))), "InvalidArgument", "MirrorURL")
            for url in (
                "ftp://a/", "http:///", "http://a", "http://a/b", "http://a/?b=/", "http://u:p@a/", "http://[/",
                "http://a:99999/", "file:///etc/",
            )
        ),
        (
            website(rules(rule(f"{MIRROR}<MirrorHeaders><Pass>a b</Pass></MirrorHeaders>", kind="Mirror"))),
            "InvalidArgument",
            "Pass",
        ),
        (
            website(
                rules(
                    rule(
                        f"{MIRROR}<MirrorHeaders><Set><Key>a</Key><Value>b&#10;c</Value></Set></MirrorHeaders>",
                        kind="Mirror",
                    )
                )
            ),
            "InvalidArgument",
            "Value",
        ),
    ],
)  # fmt: skip
async def test_bad_configurations(client: Client, bucket: str, body: bytes, code: str, named: str | None) -> None:
    answer = await client.put(f"/{bucket}?website", body)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, code, named)
    assert (await client.get(f"/{bucket}?website")).status == 404


async def test_the_root_of_a_website(client: Client, site: str) -> None:
    assert (await visit(client, "/")).xml.tag == "ListBucketResult"
    await configure(client, index())
    page = await visit(client, "/")
    assert (page.status, page.body, page.headers["content-type"]) == (200, b"index.html", "text/html")
    assert (await visit(client, "/", **{"If-None-Match": page.headers["etag"]})).status == 304
    assert (await visit(client, "/?prefix=docs/")).xml.tag == "ListBucketResult"
    assert (await visit(client, "/?acl")).status == 403
    # Whoever signs wants the listing, and in path style so does everybody.
    assert (await client.get("/", host=SITE, resource="/site/")).xml.tag == "ListBucketResult"
    assert (await client.get("/site", sign=False)).xml.tag == "ListBucketResult"


async def test_the_index_needs_no_public_bucket_but_a_public_page(client: Client) -> None:
    await client.put("/site")
    await client.put("/site?website", website(index()))
    await client.put("/site/index.html", b"1")
    assert (await visit(client, "/")).status == 403
    await client.put("/site/index.html?acl", headers={"x-oss-object-acl": "public-read"})
    assert (await visit(client, "/")).body == b"1"


@pytest.mark.parametrize(
    ("more", "path", "status", "body"),
    [
        ("", "/docs/", 200, b"index.html"),
        ("", "/nothing/", 200, b"index.html"),
        ("", "/docs", 404, b"error.html"),
        (SUBFOLDERS, "/docs/", 200, b"docs/index.html"),
        (SUBFOLDERS, "/nothing/", 404, b"error.html"),
        (SUBFOLDERS, "/docs", 302, b""),
        (SUBFOLDERS, "/nothing", 404, b"error.html"),
        (f"{SUBFOLDERS}<Type>1</Type>", "/docs", 404, b"error.html"),
        (f"{SUBFOLDERS}<Type>2</Type>", "/docs", 200, b"docs/index.html"),
        (f"{SUBFOLDERS}<Type>2</Type>", "/secret", 404, b"error.html"),
        ("", "/docs/a.html", 200, b"docs/a.html"),
    ],
)
async def test_folders(client: Client, site: str, more: str, path: str, status: int, body: bytes) -> None:
    await configure(client, index(more), error())
    answer = await visit(client, path)
    assert (answer.status, answer.body) == (status, body)
    assert answer.headers.get("location") == ("/docs/" if status == 302 else None)


async def test_a_page_is_judged_by_its_own_acl(client: Client, site: str) -> None:
    await configure(client, index(SUBFOLDERS))
    assert (await visit(client, "/secret/")).status == 403


@pytest.mark.parametrize(("more", "status"), [("", 404), ("<HttpStatus>200</HttpStatus>", 200)])
async def test_the_error_page(client: Client, site: str, more: str, status: int) -> None:
    await configure(client, error(more))
    for path in ("/missing", "/missing?x-oss-process=image/info"):
        answer = await visit(client, path, Range="bytes=0-1")
        assert (answer.status, answer.body, answer.headers["content-length"]) == (status, b"error.html", "10")
    # In path style too; a signed request, and HEAD, are told as without a website.
    assert (await client.get("/site/missing", sign=False)).body == b"error.html"
    assert (await client.get("/site/missing")).code == "NoSuchKey"
    assert (await client.head("/site/missing", sign=False)).status == 404


async def test_an_error_page_that_is_missing(client: Client, site: str) -> None:
    await configure(client, error())
    await client.delete("/site/error.html")
    answer = await visit(client, "/missing")
    assert (answer.status, answer.code, answer.field("Key")) == (404, "NoSuchKey", "missing")


PREFIX = "<KeyPrefixEquals>old/</KeyPrefixEquals>"
HOST = "<HostName>cdn.test</HostName>"


@pytest.mark.parametrize(
    ("text", "path", "status", "location"),
    [
        (rule(HOST), "/a%20b/%E4%B8%AD?x=1", 302, "http://cdn.test/a%20b/%E4%B8%AD"),
        (rule(f"{HOST}<PassQueryString>true</PassQueryString>"), "/a?x=1&y", 302, "http://cdn.test/a?x=1&y"),
        (rule(f"{HOST}<PassQueryString>true</PassQueryString>"), "/a", 302, "http://cdn.test/a"),
        (rule(f"{HOST}<HttpRedirectCode>301</HttpRedirectCode>", kind="AliCDN"), "/a", 301, "http://cdn.test/a"),
        (rule("<Protocol>https</Protocol>"), "/a", 302, "https://site.localhost/a"),
        (rule(f"{HOST}<ReplaceKeyWith>x/${{key}}.y</ReplaceKeyWith>"), "/a/b", 302, "http://cdn.test/x/a/b.y"),
        (
            rule(f"{HOST}<ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith>", PREFIX),
            "/old/a",
            302,
            "http://cdn.test/new/a",
        ),
        (
            rule(f"{HOST}<EnableReplacePrefix>true</EnableReplacePrefix>", PREFIX),
            "/old/a",
            302,
            "http://cdn.test/a",
        ),
        (rule(HOST, PREFIX), "/older/a", 404, None),
        (rule(HOST, "<KeySuffixEquals>.jpg</KeySuffixEquals>"), "/a.jpg", 302, "http://cdn.test/a.jpg"),
        (rule(HOST, "<KeySuffixEquals>.jpg</KeySuffixEquals>"), "/a.png", 404, None),
        (
            rule(HOST, "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>"),
            "/a",
            302,
            "http://cdn.test/a",
        ),
        (rule(HOST, "<HttpErrorCodeReturnedEquals>403</HttpErrorCodeReturnedEquals>"), "/a", 404, None),
        (rule(HOST), "/docs/a.html", 200, None),
    ],
)
async def test_redirects(client: Client, site: str, text: str, path: str, status: int, location: str | None) -> None:
    await configure(client, rules(text))
    answer = await visit(client, path)
    assert (answer.status, answer.headers.get("location")) == (status, location)


@pytest.mark.parametrize(
    ("test", "value", "holds"),
    [
        ("<Equals>yes</Equals>", "yes", True),
        ("<Equals>yes</Equals>", "yes!", False),
        ("<StartsWith>ye</StartsWith><EndsWith>s</EndsWith>", "yes", True),
        ("<StartsWith>ye</StartsWith><EndsWith>t</EndsWith>", "yes", False),
        ("<Equals>yes</Equals>", None, False),
        ("", "anything", True),
    ],
)
async def test_rules_by_header(client: Client, site: str, test: str, value: str | None, holds: bool) -> None:
    condition = f"<IncludeHeader><Key>X-Wanted</Key>{test}</IncludeHeader>"
    await configure(client, rules(rule(HOST, condition)))
    headers = {"X-Wanted": value} if value else {}
    assert (await visit(client, "/a", **headers)).status == (302 if holds else 404)


async def test_the_first_rule_by_number_counts_and_comes_before_pages(client: Client, site: str) -> None:
    await configure(client, index(SUBFOLDERS), error(), rules(rule(HOST, PREFIX), rule("<HostName>b.test</HostName>")))
    assert (await visit(client, "/old/a")).headers["location"] == "http://cdn.test/old/a"
    assert (await visit(client, "/docs")).headers["location"] == "http://b.test/docs"


async def test_redirects_of_signed_requests_and_in_path_style(client: Client, site: str) -> None:
    await configure(client, rules(rule("<ReplaceKeyWith>docs/a.html</ReplaceKeyWith>")))
    answer = await client.get("/site/a")
    assert answer.headers["location"] == f"http://{client.host}/site/docs/a.html"
    assert (await client.put("/site/a", b"1")).status == 200


async def test_an_internal_redirect_answers_with_the_other_object(client: Client, site: str) -> None:
    await configure(client, rules(rule("<ReplaceKeyPrefixWith>docs/</ReplaceKeyPrefixWith>", PREFIX, "Internal")))
    assert (await visit(client, "/old/a.html")).body == b"docs/a.html"
    assert (await visit(client, "/old/missing")).code == "NoSuchKey"
