"""Requests nobody wrote by hand: whatever arrives, the answer is OSS's and never an InternalError."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import oss_client
import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oss_client import SECRET, START, Answer, Client, Clock

from pixoss.server.app import create_app
from pixoss.server.auth.subresources import SIGNED
from pixoss.server.config import Settings
from pixoss.server.routing import ROUTES, SUBRESOURCES

Ask = Callable[..., Answer]

METHODS = st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"])
PIECES = st.sampled_from(
    ["a", "a.jpg", "%2F", "..", "//", "%00", "%E4%B8%AD", "+", "%zz", "_pixoss", "x" * 300, "a!x", "a@1w", "a@!x", "a@"]
)
NAMES = sorted(
    {name for names in SUBRESOURCES.values() for name in names}
    | {"prefix", "max-keys", "styleName", "list-type", "partNumber", "versionId", "position", "key-marker", "comp"}
    | {"version-id-marker", "callback", "callback-var", "x-oss-traffic-limit", "inventoryId", "Action"}
)
VALUES = st.sampled_from(
    ["", "0", "1", "-1", "%00", "%FF", "image%2Fresize%2Cw_1", "image/crop,g_", "style/x", "a|sys/saveas,o_YQ"]
)
HEADERS = st.sampled_from(
    [
        "range", "content-md5", "content-type", "if-match", "if-modified-since", "expires", "x-oss-acl", "x-oss-date",
        "x-oss-object-acl", "x-oss-meta-a", "x-oss-copy-source", "x-oss-forbid-overwrite", "x-oss-storage-class",
        "x-oss-hash-crc64ecma", "x-oss-tagging", "x-oss-symlink-target", "x-oss-callback", "x-oss-callback-var",
        "x-oss-server-side-encryption", "x-oss-copy-source-range", "x-oss-tagging-directive", "x-oss-complete-all",
        "x-oss-bucket-tagging", "origin", "referer", "access-control-request-method", "x-acs-action",
    ]
)  # fmt: skip
BODIES = st.sampled_from(
    [
        b"",
        b"\x00",
        b"<Delete><Object><Key>a</Key></Object></Delete>",
        b"<Style>",
        b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
        b"<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>",
        b"<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>",
        b"<RestoreRequest><Days>1</Days></RestoreRequest>",
        b"Action=AssumeRole&Version=2015-04-01",
        b'{"Version":"1","Statement":[]}',
        b"x-oss-process=image/info",
        b"\xff" * 99,
    ]
) | st.binary(max_size=200)
# Every way in which a key that names no object may mean something.
CONFIGURATION = (
    b"<BucketProcessConfiguration><StyleDelimiters>-,_,/,!</StyleDelimiters>"
    b"<OssDomainSupportAtProcess>Enabled</OssDomainSupportAtProcess></BucketProcessConfiguration>"
)
TARGETS = st.tuples(
    st.tuples(st.sampled_from(["/fuzzed/", "/fuzzed/", "/fuzzed", "/"]), st.lists(PIECES, max_size=3)).map(
        lambda parts: parts[0] + "/".join(parts[1])
    ),
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES).map("=".join), max_size=3).map("&".join),
)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=40)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    data = tmp_path_factory.mktemp("fuzz")
    # What is signed matters little here, so long as most requests come past their signature.
    oss_client.SIGNED |= SIGNED
    app = create_app(Settings(data=data, access_key_secret=SECRET, fsync=False, workers=1), Clock(START))
    with (
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)) as state,
    ):
        client = Client(app, state, Clock(START))
        portal.call(client.put, "/fuzzed", b"")
        portal.call(client.put, "/fuzzed/a", b"content")
        portal.call(client.put, "/fuzzed?processConfiguration", CONFIGURATION)

        def ask(method: str, target: str, body: bytes, headers: dict[str, str], sign: bool) -> Answer:
            async def request() -> Answer:
                return await client.request(method, target, body, headers, sign=sign)

            return portal.call(request)

        yield ask


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(METHODS, TARGETS, st.dictionaries(HEADERS, TEXT, max_size=3), BODIES, st.booleans())
def test_any_request(
    ask: Ask, method: str, target: tuple[str, str], headers: dict[str, str], body: bytes, sign: bool
) -> None:
    answer = ask(method, "?".join(target), body, headers, sign)
    assert answer.status < 500 or answer.status == 400, (answer.status, answer.text)
    if answer.status >= 400 and answer.body and not target[0].startswith("/_pixoss/"):
        assert ElementTree.fromstring(answer.body).tag == "Error"


def test_the_table_of_routes_names_only_known_sub_resources() -> None:
    assert {(level, name.partition("&")[0]) for level, _, name in ROUTES if name} <= {
        (level, name) for level, names in SUBRESOURCES.items() for name in names
    }
