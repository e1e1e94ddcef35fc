"""Source-image protection: the anonymous get protected pictures in the shape of a style only."""

import base64
import io

import pytest
from oss_client import Client
from PIL import Image

pytestmark = pytest.mark.anyio

STYLE = "?x-oss-process=style%2Fsmall"
IMAGE = "?x-oss-process=image%2Fresize%2Cw_60"
PROCESSING_EC = "0040-00000031"


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


async def protect(client: Client, bucket: str, suffix: str) -> None:
    body = (
        "<BucketProcessConfiguration><SourceFileProtect>Enabled</SourceFileProtect>"
        f"<SourceFileProtectSuffix>{suffix}</SourceFileProtectSuffix><StyleDelimiters>!</StyleDelimiters>"
        "<OssDomainSupportAtProcess>Enabled</OssDomainSupportAtProcess></BucketProcessConfiguration>"
    )
    assert (await client.put(f"/{bucket}?processConfiguration", body.encode())).status == 200


@pytest.fixture
async def protected(client: Client, bucket: str) -> str:
    """A bucket open to all, with a protected picture and a style."""
    out = io.BytesIO()
    Image.new("RGB", (120, 80), "red").save(out, "JPEG")
    await client.put(f"/{bucket}?acl", headers={"x-oss-acl": "public-read-write"})
    await client.put(f"/{bucket}?style&styleName=small", b"<Style><Content>image/resize,w_60</Content></Style>")
    await protect(client, bucket, "jpg,png")
    for key in ("a.jpg", "a.JPG", "a.gif", "jpg"):
        assert (await client.put(f"/{bucket}/{key}", out.getvalue())).status == 200
    return f"/{bucket}"


@pytest.mark.parametrize(
    ("target", "ec"),
    [
        ("a.jpg", None),
        ("a.jpg?objectMeta", None),
        ("a.jpg?x-oss-process=", None),
        (f"a.jpg{IMAGE}", PROCESSING_EC),
        ("a.jpg?x-oss-process=image%2Finfo", PROCESSING_EC),
        ("a.jpg@60w", PROCESSING_EC),
        ("a.jpg@info", PROCESSING_EC),
    ],
)
async def test_the_anonymous_are_refused(client: Client, protected: str, target: str, ec: str | None) -> None:
    answer = await client.get(f"{protected}/{target}", sign=False)
    assert (answer.status, answer.code, answer.ec) == (403, "AccessDenied", ec), answer.text
    assert (await client.head(f"{protected}/{target}", sign=False)).status == 403
    assert (await client.get(f"{protected}/{target}")).status == 200


@pytest.mark.parametrize("target", [f"a.jpg{STYLE}", "a.jpg!small", "a.jpg@!small"])
async def test_styles_stay_open(client: Client, protected: str, target: str) -> None:
    answer = await client.get(f"{protected}/{target}", sign=False)
    assert (answer.status, Image.open(io.BytesIO(answer.body)).size) == (200, (60, 40))
    assert (await client.head(f"{protected}/{target}", sign=False)).status == 200


@pytest.mark.parametrize("key", ["a.JPG", "a.gif", "jpg"])
async def test_other_suffixes_stay_open(client: Client, protected: str, key: str) -> None:
    assert (await client.get(f"{protected}/{key}", sign=False)).status == 200
    assert (await client.get(f"{protected}/{key}{IMAGE}", sign=False)).status == 200


async def test_a_star_protects_everything_and_styles_still_work(client: Client, protected: str) -> None:
    await protect(client, protected[1:], "*")
    for key in ("a.jpg", "a.gif", "jpg"):
        assert (await client.get(f"{protected}/{key}", sign=False)).status == 403
        assert (await client.get(f"{protected}/{key}!small", sign=False)).status == 200
    for target in ("none.jpg", f"none.jpg{IMAGE}"):
        assert (await client.get(f"{protected}/{target}", sign=False)).code == "NoSuchKey"


async def test_a_condition_tells_nothing(client: Client, protected: str) -> None:
    etag = (await client.get(f"{protected}/a.jpg")).headers["etag"]
    for target in ("a.jpg", f"a.jpg{IMAGE}"):
        answer = await client.get(f"{protected}/{target}", headers={"if-none-match": etag}, sign=False)
        assert answer.status == 403


async def test_no_way_round_by_copy_or_save_as(client: Client, protected: str) -> None:
    copied = await client.put(f"{protected}/c.gif", headers={"x-oss-copy-source": f"{protected}/a.jpg"}, sign=False)
    assert (copied.status, copied.code) == (403, "AccessDenied")
    saved = f"x-oss-process=image/rotate,90|sys/saveas,o_{b64('c.gif')}".encode()
    answer = await client.post(f"{protected}/a.jpg?x-oss-process", saved, sign=False)
    assert (answer.status, answer.ec) == (403, PROCESSING_EC)
    assert (await client.get(f"{protected}/c.gif")).status == 404
    by_style = f"x-oss-process=style/small|sys/saveas,o_{b64('c.gif')}".encode()
    assert (await client.post(f"{protected}/a.jpg?x-oss-process", by_style, sign=False)).status == 200


async def test_signed_calls_look_nothing_up(client: Client, protected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = client.state["services"].store

    async def refused(*args: object) -> object:
        raise AssertionError(f"looked up {args}")

    monkeypatch.setattr(store, "get_document", refused)
    for target in ("a.jpg", "a.jpg?objectMeta", f"a.jpg{IMAGE}"):
        assert (await client.get(f"{protected}/{target}")).status == 200
