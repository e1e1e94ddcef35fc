"""`?processConfiguration` and `?img`, on the wire."""

import pytest
from oss_client import Answer, Client

pytestmark = pytest.mark.anyio

ROOT = "BucketProcessConfiguration"


def document(
    host: str = "Both", protect: str = "Disabled", suffix: str = "", delimiters: str = "", legacy: str = "Disabled"
) -> bytes:
    """The body that the Java SDK writes."""
    return (
        f"<{ROOT}><CompliedHost>{host}</CompliedHost><SourceFileProtect>{protect}</SourceFileProtect>"
        f"<SourceFileProtectSuffix>{suffix}</SourceFileProtectSuffix><StyleDelimiters>{delimiters}</StyleDelimiters>"
        f"<OssDomainSupportAtProcess>{legacy}</OssDomainSupportAtProcess></{ROOT}>"
    ).encode()


async def shown(client: Client, bucket: str) -> list[str | None]:
    answer = await client.get(f"/{bucket}?processConfiguration")
    names = ["CompliedHost", "SourceFileProtect", "SourceFileProtectSuffix", "StyleDelimiters", "Version"]
    assert (answer.status, [child.tag for child in answer.xml]) == (200, names), answer.text
    return [child.text or "" for child in answer.xml]


async def test_the_default_is_shown_as_the_real_service_shows_it(client: Client, bucket: str) -> None:
    answer = await client.get(f"/{bucket}?processConfiguration")
    assert answer.headers["content-type"] == "application/xml"
    assert answer.text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<{ROOT}><CompliedHost>Both</CompliedHost><SourceFileProtect>Disabled</SourceFileProtect>"
        "<SourceFileProtectSuffix></SourceFileProtectSuffix><StyleDelimiters></StyleDelimiters>"
        f"<Version>2</Version></{ROOT}>"
    )


# The puts and gets of the Java SDK's integration test, which runs against the real service.
@pytest.mark.parametrize(
    ("put", "got"),
    [
        (document("Img", "Enabled", "jpg,png", "/,-"), ["Img", "Enabled", "jpg,png", "-,/", "2"]),
        (document("Both", "Disabled", "gif", "-"), ["Both", "Disabled", "", "-", "2"]),
        (document("Img", "Enabled", "*", "/", "Enabled"), ["Img", "Enabled", "*", "/", "2"]),
        (document(delimiters="_,/,-,!,/"), ["Both", "Disabled", "", "!,-,/,_", "2"]),
        (document(suffix="no suffix", protect=" Disabled "), ["Both", "Disabled", "", "", "2"]),
        (f"<{ROOT}/>".encode(), ["Both", "Disabled", "", "", "2"]),
    ],
)
async def test_what_is_put_is_shown(client: Client, bucket: str, put: bytes, got: list[str]) -> None:
    answer = await client.put(f"/{bucket}?processConfiguration", put)
    assert (answer.status, answer.body) == (200, b"")
    assert await shown(client, bucket) == got


async def test_a_put_replaces_everything(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}?processConfiguration", document("Img", "Enabled", "jpg", "-", "Enabled"))
    await client.put(f"/{bucket}?processConfiguration", f"<{ROOT}/>".encode())
    assert await shown(client, bucket) == ["Both", "Disabled", "", "", "2"]


@pytest.mark.parametrize(
    ("body", "code", "argument"),
    [
        (document("xxx"), "InvalidArgument", "CompliedHost"),
        (document("img"), "InvalidArgument", "CompliedHost"),
        # What the Java SDK writes for None.
        (document("null"), "InvalidArgument", "CompliedHost"),
        (document(""), "InvalidArgument", "CompliedHost"),
        (document(protect="enabled"), "InvalidArgument", "SourceFileProtect"),
        (document(protect="Enabled"), "InvalidArgument", "SourceFileProtectSuffix"),
        (document(protect="Enabled", suffix="jpg,*"), "InvalidArgument", "SourceFileProtectSuffix"),
        (document(protect="Enabled", suffix="jpg,"), "InvalidArgument", "SourceFileProtectSuffix"),
        (document(protect="Enabled", suffix=".jpg"), "InvalidArgument", "SourceFileProtectSuffix"),
        (document(protect="Enabled", suffix="a" * 17), "InvalidArgument", "SourceFileProtectSuffix"),
        (document(protect="Enabled", suffix="a,b,c,d,e,f,g,h,i,j,k"), "InvalidArgument", "SourceFileProtectSuffix"),
        (document(delimiters="@"), "InvalidArgument", "StyleDelimiters"),
        (document(delimiters="-/"), "InvalidArgument", "StyleDelimiters"),
        (document(delimiters="-,"), "InvalidArgument", "StyleDelimiters"),
        (document(legacy="Yes"), "InvalidArgument", "OssDomainSupportAtProcess"),
        (b"", "MalformedXML", None),
        (b"<Other/>", "MalformedXML", None),
        (b"<!DOCTYPE a><BucketProcessConfiguration/>", "MalformedXML", None),
        (b"x" * (1 << 21), "MalformedXML", None),
    ],
)
async def test_a_bad_configuration_changes_nothing(
    client: Client, bucket: str, body: bytes, code: str, argument: str | None
) -> None:
    answer = await client.put(f"/{bucket}?processConfiguration", body)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, code, argument), answer.text
    assert await shown(client, bucket) == ["Both", "Disabled", "", "", "2"]


@pytest.mark.parametrize("target", ["/nowhere?processConfiguration", "/nowhere?img"])
async def test_without_a_bucket(client: Client, target: str) -> None:
    for answer in (await client.get(target), await client.put(target, document())):
        assert (answer.status, answer.code) == (404, "NoSuchBucket")


async def test_nobody_but_the_owner(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}?acl", headers={"x-oss-acl": "public-read-write"})
    for target in (f"/{bucket}?processConfiguration", f"/{bucket}?img"):
        assert (await client.get(target, sign=False)).code == "AccessDenied"
        assert (await client.put(target, document(), sign=False)).code == "AccessDenied"


async def test_a_configuration_cannot_be_deleted(client: Client, bucket: str) -> None:
    answer = await client.delete(f"/{bucket}?processConfiguration")
    assert (answer.status, answer.code, answer.headers["allow"]) == (405, "MethodNotAllowed", "PUT, GET")


FLAGS = ["OrigPicForbidden", "UseStyleOnly", "AutoSetContentType", "UseSrcFormat", "SetAttachName"]


def channel(flag: str = "false", picture: str = "", delimiters: str = "") -> bytes:
    """The body that the Java SDK writes."""
    flags = "".join(f"<{name}>{flag}</{name}>" for name in FLAGS)
    return (
        f"<Channel>{flags}<Default404Pic>{picture}</Default404Pic>"
        f"<StyleDelimiters>{delimiters}</StyleDelimiters></Channel>"
    ).encode()


async def channel_of(client: Client, bucket: str) -> dict[str, str]:
    answer: Answer = await client.get(f"/{bucket}?img")
    assert (answer.status, answer.xml.tag) == (200, "Channel"), answer.text
    return {child.tag: child.text or "" for child in answer.xml}


# The Java SDK's integration test: defaults, then everything set.
@pytest.mark.parametrize(
    ("body", "flag", "picture", "delimiters"),
    [
        (channel(), "False", "", "!"),
        (b"<Channel/>", "False", "", "!"),
        (channel("true", "index.png", "_"), "True", "index.png", "_"),
        (channel("True", "", "-,/"), "True", "", "-,/"),
    ],
)
async def test_a_channel_is_kept_and_answered(
    client: Client, bucket: str, body: bytes, flag: str, picture: str, delimiters: str
) -> None:
    answer = await client.put(f"/{bucket}?img", body)
    assert (answer.status, answer.body) == (200, b"")
    assert await channel_of(client, bucket) == {
        "Name": bucket,
        "Status": "Enabled",
        "Default404Pic": picture,
        "StyleDelimiters": delimiters,
        **dict.fromkeys(FLAGS, flag),
    }


async def test_a_channel_goes(client: Client, bucket: str) -> None:
    missing = await client.get(f"/{bucket}?img")
    assert (missing.status, missing.code, missing.field("Message")) == (
        404,
        "NoSuchChannel",
        "No Such Image Channel.",
    )
    await client.put(f"/{bucket}?img", channel())
    assert (await client.delete(f"/{bucket}?img")).status == 204
    assert (await client.delete(f"/{bucket}?img")).status == 204
    assert (await client.get(f"/{bucket}?img")).code == "NoSuchChannel"


@pytest.mark.parametrize(
    ("body", "code", "argument"),
    [
        (channel("yes"), "InvalidArgument", "OrigPicForbidden"),
        (channel(delimiters="@"), "InvalidArgument", "StyleDelimiters"),
        (channel(picture="p" * 1024), "InvalidArgument", "Default404Pic"),
        (b"<Style/>", "MalformedXML", None),
        (b"", "MalformedXML", None),
    ],
)
async def test_a_bad_channel(client: Client, bucket: str, body: bytes, code: str, argument: str | None) -> None:
    answer = await client.put(f"/{bucket}?img", body)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, code, argument)
    assert (await client.get(f"/{bucket}?img")).code == "NoSuchChannel"
