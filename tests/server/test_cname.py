"""Own domains: the calls, and that a domain works at once and everywhere."""

from __future__ import annotations

import io

import pytest
from oss_client import Answer, Client, Clock
from PIL import Image

from pixoss.server.address import Hosts
from pixoss.server.app import create_app
from pixoss.server.config import Settings

pytestmark = pytest.mark.anyio

DOMAIN = "img.example.test"


def body(domain: str = DOMAIN, more: str = "") -> bytes:
    return (
        f"<BucketCnameConfiguration><Cname><Domain>{domain}</Domain>{more}</Cname></BucketCnameConfiguration>"
    ).encode()


async def add(client: Client, bucket: str, domain: str = DOMAIN, more: str = "") -> Answer:
    return await client.post(f"/{bucket}?cname&comp=add", body(domain, more))


async def remove(client: Client, bucket: str, domain: str = DOMAIN) -> Answer:
    return await client.post(f"/{bucket}?cname&comp=delete", body(domain))


def domains(answer: Answer) -> list[str | None]:
    return [element.text for element in answer.xml.findall("Cname/Domain")]


async def test_life_of_a_domain(client: Client, bucket: str) -> None:
    empty = await client.get(f"/{bucket}?cname")
    assert (empty.status, empty.field("Bucket"), domains(empty)) == (200, bucket, [])
    for name in (DOMAIN, "Second.Example.TEST", DOMAIN):
        assert (await add(client, bucket, name)).status == 200
    found = await client.get(f"/{bucket}?cname")
    assert domains(found) == [DOMAIN, "second.example.test"]
    assert (found.field("Cname/Status"), (found.field("Cname/LastModified") or "")[-5:]) == ("Enabled", ".000Z")
    assert (await remove(client, bucket)).status == 200
    gone = await remove(client, bucket)
    assert (gone.status, gone.code, gone.field("Cname")) == (404, "NoSuchCname", DOMAIN)
    assert domains(await client.get(f"/{bucket}?cname")) == ["second.example.test"]


async def test_a_domain_names_its_bucket_at_once(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}/a/b", b"1")
    target = {"host": f"{DOMAIN}:8880", "resource": f"/{bucket}/a/b"}
    # Unknown, the host means path style: the first segment is the bucket.
    assert (await client.get("/a/b", **target)).code == "InvalidBucketName"
    await add(client, bucket)
    assert (await client.get("/a/b", **target)).body == b"1"
    listed = await client.get("/", host=DOMAIN.upper(), resource=f"/{bucket}/")
    assert listed.field("Contents/Key") == "a/b"
    # At a bucket's own domain this is an ordinary key, not the server's health.
    assert (await client.get("/_pixoss/health", host=DOMAIN, resource=f"/{bucket}/_pixoss/health")).code == "NoSuchKey"
    await remove(client, bucket)
    assert (await client.get("/a/b", **target)).code == "InvalidBucketName"


async def test_a_domain_counts_in_other_processes(
    client: Client, bucket: str, settings: Settings, clock: Clock
) -> None:
    await client.put(f"/{bucket}/a", b"1")
    app = create_app(settings, clock)
    async with app.router.lifespan_context(app) as state:
        other = Client(app, state, clock)
        assert (await add(other, bucket)).status == 200
        assert (await client.get("/a", host=DOMAIN, resource=f"/{bucket}/a")).body == b"1"
        assert (await remove(client, bucket)).status == 200
        assert (await other.get("/a", host=DOMAIN, resource=f"/{bucket}/a")).status != 200


async def test_pictures_and_websites_and_cors_of_a_domain(client: Client) -> None:
    await client.put("/public", headers={"x-oss-acl": "public-read"})
    await add(client, "public")
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "PNG")
    await client.put("/public/a.png", out.getvalue())
    answer = await client.get("/a.png?x-oss-process=image/resize,w_10", host=DOMAIN, sign=False)
    assert Image.open(io.BytesIO(answer.body)).size == (10, 5)
    site = b"<WebsiteConfiguration><IndexDocument><Suffix>a.png</Suffix></IndexDocument></WebsiteConfiguration>"
    await client.put("/public?website", site)
    assert (await client.get("/", host=DOMAIN, sign=False)).headers["content-type"] == "image/png"
    rule = b"<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>"
    rules = b"<CORSConfiguration>%b</CORSConfiguration>" % rule
    await client.put("/public?cors", rules)
    shared = await client.get("/a.png", host=DOMAIN, sign=False, headers={"Origin": "http://a.test"})
    assert shared.headers["access-control-allow-origin"] == "*"


async def test_a_domain_is_one_buckets_only(client: Client, bucket: str) -> None:
    await client.put("/another")
    await add(client, bucket)
    taken = await add(client, "another")
    assert (taken.status, taken.code, taken.field("Cname")) == (409, "CnameAlreadyExists", DOMAIN)
    assert domains(await client.get("/another?cname")) == []
    # It is free again when its bucket lets it go, or goes.
    await client.delete(f"/{bucket}")
    assert (await add(client, "another")).status == 200


@pytest.mark.parametrize(
    "domain",
    [
        "localhost", "a.localhost", "127.0.0.1", "::1", "example", "-a.test", "a..test", "a.test.", "a_b", "",
        "bucket.oss-cn-hangzhou.aliyuncs.com", "a.test:80", "http://a.test", "*.a.test", "a b.test", "中.test",
        "a." + "b" * 64 + ".test", "a." * 130 + "test", "1.2.3.4.5",
    ],
)  # fmt: skip
async def test_what_is_no_domain(client: Client, bucket: str, domain: str) -> None:
    answer = await add(client, bucket, domain)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, "InvalidArgument", "Domain")


@pytest.mark.parametrize("document", [b"", b"<BucketCnameConfiguration/>", b"<Cname/>"])
async def test_bad_documents(client: Client, bucket: str, document: bytes) -> None:
    for comp in ("add", "delete", "token"):
        answer = await client.post(f"/{bucket}?cname&comp={comp}", document)
        assert (answer.status, answer.code) == (400, "MalformedXML")


async def test_certificates_are_taken_and_forgotten(client: Client, bucket: str) -> None:
    secret = "<CertificateConfiguration><PrivateKey>secret</PrivateKey></CertificateConfiguration>"
    assert (await add(client, bucket, more=secret)).status == 200
    assert "secret" not in (await client.get(f"/{bucket}?cname")).text


async def test_tokens(client: Client, bucket: str) -> None:
    unknown = await client.get(f"/{bucket}?cname={DOMAIN}&comp=token")
    assert (unknown.status, unknown.code, unknown.ec) == (404, "CnameTokenNotFound", "0018-00000301")
    created = await client.post(f"/{bucket}?cname&comp=token", body())
    token = created.field("Token")
    assert (created.status, created.field("Bucket"), created.field("Cname")) == (200, bucket, DOMAIN)
    assert token and len(token) == 32
    again = await client.post(f"/{bucket}?cname&comp=token", body())
    found = await client.get(f"/{bucket}?cname={DOMAIN}&comp=token")
    assert again.field("Token") == found.field("Token") == token
    assert found.field("ExpireTime") == created.field("ExpireTime")
    client.clock.now += 72 * 3600
    assert (await client.get(f"/{bucket}?cname={DOMAIN}&comp=token")).status == 404
    assert (await client.post(f"/{bucket}?cname&comp=token", body())).field("Token") != token


class TestSettings:
    @pytest.fixture
    def extra_settings(self) -> dict[str, str]:
        return {"cnames": f"{DOMAIN}=pictures"}

    async def test_a_domain_of_the_settings_is_taken(self, client: Client, bucket: str) -> None:
        await client.put("/another")
        assert (await add(client, "another")).code == "CnameAlreadyExists"
        assert (await add(client, bucket)).status == 200


@pytest.mark.parametrize(
    ("host", "is_unknown"),
    [
        ("", False),
        ("localhost:8880", False),
        ("b.localhost", False),
        ("127.0.0.1:8880", False),
        ("[::1]:8880", False),
        ("pixoss:8880", False),
        ("known.test", False),
        ("b.oss-cn-hangzhou.aliyuncs.com", False),
        (".oss-cn-hangzhou.aliyuncs.com", False),
        ("other.test:8880", True),
    ],
)
def test_which_hosts_cost_a_look_up(host: str, is_unknown: bool) -> None:
    assert Hosts(cnames={"known.test": "b"}).is_unknown(host) is is_unknown
