"""The bodies of posted forms, whole, in pieces, and of bytes nobody wrote by hand."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from xml.etree import ElementTree

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import given, settings
from hypothesis import strategies as st
from oss_client import SECRET, START, Answer, Client, Clock
from support_forms import ANY, BOUNDARY, body_of, part, post, signed_v1, stored

from pixoss.server.app import create_app
from pixoss.server.config import Settings

pytestmark = pytest.mark.anyio

END = f"--{BOUNDARY}--\r\n".encode()
FILE = part("file", b"content", filename="cat.jpg")
FORM = b"".join(part(name, value) for name, value in signed_v1(ANY, key="k").items())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MalformedPOSTRequest"),
        (b"nonsense", "MalformedPOSTRequest"),
        (END, "IncorrectNumberOfFilesInPOSTRequest"),
        (FORM + END, "IncorrectNumberOfFilesInPOSTRequest"),
        (FORM + FILE, "MalformedPOSTRequest"),
        (FORM + FILE[:-5], "MalformedPOSTRequest"),
        (FORM + FILE + b"--" + BOUNDARY.encode() + b"\r\nnonsense\r\n\r\n", "MalformedPOSTRequest"),
        (FORM + FILE + FILE + END, "IncorrectNumberOfFilesInPOSTRequest"),
        (FILE + FORM + END, "InvalidArgument"),
        (FORM + part("key", "other") + FILE + END, "InvalidArgument"),
        (part("key", b"\xff") + FILE + END, "InvalidArgument"),
        (FORM + part("x" * 9000, "") + FILE + END, "FieldItemTooLong"),
        (FORM + part("x" * 20000, "") + FILE + END, "FieldItemTooLong"),
        (FORM + part("x", b"x" * (2 << 20)) + FILE + END, None),
        (FORM + part("x", b"x" * (2 << 20) + b"x") + FILE + END, "FieldItemTooLong"),
        (
            FORM + b"".join(part(f"x{number}", b"x" * (1 << 20)) for number in range(4)) + FILE + END,
            "MaxPOSTPreDataLengthExceededError",
        ),
        (
            FORM + b"".join(part(f"x{number}", b"") for number in range(1000)) + FILE + END,
            "MaxPOSTPreDataLengthExceededError",
        ),
        (FORM + FILE + part("key", "ignored") + END, None),
        (FORM + FILE + END + b"epilogue", None),
        (b"\r\n" + FORM + FILE + END, None),
        (FORM.replace(b"form-data", b"attachment") + FILE + END, "MalformedPOSTRequest"),
        (FORM.replace(b"\r\n", b"\n") + FILE + END, "MalformedPOSTRequest"),
    ],
)
async def test_bodies(client: Client, bucket: str, body: bytes, code: str | None) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    for sent in (body, pieces()):
        answer = await post(client, bucket, sent, headers={"content-length": str(len(body))})
        if code is None:
            assert (answer.status, await stored(client, bucket)) == (204, ["k"])
        else:
            assert (answer.status, answer.code, await stored(client, bucket)) == (400, code, [])


async def test_a_file_that_looks_like_a_boundary_in_pieces_of_one_byte(client: Client, bucket: str) -> None:
    content = f"\r\n--{BOUNDARY[:-1]}\r\n--\r\n\r\r\n-".encode() * 3
    body = body_of(signed_v1(ANY, key="k"), content)

    async def bytewise() -> AsyncIterator[bytes]:
        for position in range(len(body)):
            yield body[position : position + 1]

    assert (await post(client, bucket, bytewise(), headers={"content-length": str(len(body))})).status == 204
    assert (await client.get(f"/{bucket}/k")).body == content


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("application/x-www-form-urlencoded", "RequestIsNotMultiPartContent"),
        ("multipart/form-data-not", "RequestIsNotMultiPartContent"),
        ("multipart/form-data", "MalformedPOSTRequest"),
        ("multipart/form-data; boundary=", "MalformedPOSTRequest"),
        ("multipart/form-data; boundary=other", "MalformedPOSTRequest"),
    ],
)
async def test_other_types_of_body(client: Client, bucket: str, kind: str, code: str) -> None:
    body = body_of(signed_v1(ANY, key="k"))
    answer = await client.post(f"/{bucket}", body, headers={"Content-Type": kind}, sign=False)
    assert (answer.status, answer.code) == (400, code)


async def test_a_post_without_a_type(client: Client, bucket: str) -> None:
    for sign in (True, False):
        answer = await client.post(f"/{bucket}", b"x", sign=sign)
        assert (answer.status, answer.code) == (400, "RequestIsNotMultiPartContent")


async def test_a_client_that_leaves(client: Client, bucket: str) -> None:
    async def broken() -> AsyncIterator[bytes | None]:
        yield FORM + FILE[:-4]
        yield None

    assert (await post(client, bucket, broken(), headers={"content-length": "9999"})).status == 0
    assert await stored(client, bucket) == []


@pytest.mark.parametrize("length", ["5368709121", "99999999999999"])
async def test_a_body_above_the_bound(client: Client, bucket: str, length: str) -> None:
    answer = await post(client, bucket, FORM, headers={"content-length": length})
    assert (answer.status, answer.code) == (400, "EntityTooLarge")


# --- any bytes

Post = Callable[[bytes, int], Answer]

LINES = st.sampled_from(
    [
        f"--{BOUNDARY}\r\n".encode(), f"--{BOUNDARY}--".encode(), f"\r\n--{BOUNDARY}".encode(), b"\r\n", b"\n", b"\r",
        b"--", b"Content-Disposition: form-data; name=", b'"file"', b'"key"', b'"policy"', b'; filename="', b'"',
        b"\\", b"%22", b"Content-Type: ", b"Content-Length: 3", b": ", b" folded", b"${filename}", b"k", b"\xff",
        b"\x00", b"e30=",
    ]
)  # fmt: skip
PARTS = st.builds(
    part,
    st.sampled_from(
        ["key", "file", "policy", "Signature", "OSSAccessKeyId", "x-oss-object-acl", "x-oss-tagging", "callback"]
    ),
    st.binary(max_size=20),
    filename=st.none() | st.text(st.characters(codec="utf-8"), max_size=9),
)


@pytest.fixture(scope="module")
def send(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    data = tmp_path_factory.mktemp("forms")
    app = create_app(Settings(data=data, access_key_secret=SECRET, fsync=False, workers=1), Clock(START))
    with (
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)) as state,
    ):
        client = Client(app, state, Clock(START))
        portal.call(partial(client.put, "/posted", headers={"x-oss-acl": "public-read-write"}))

        async def posted(body: bytes, size: int) -> Answer:
            async def pieces() -> AsyncIterator[bytes]:
                for start in range(0, len(body), size):
                    yield body[start : start + size]

            return await post(client, "posted", pieces(), headers={"content-length": str(len(body))})

        yield lambda body, size: portal.call(posted, body, size)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(LINES | PARTS, max_size=12).map(b"".join) | st.binary(max_size=200),
    st.integers(min_value=1, max_value=300),
    st.booleans(),
)
def test_any_body(send: Post, body: bytes, size: int, is_ended: bool) -> None:
    answer = send(body + END if is_ended else body, size)
    assert answer.status < 500, answer.text
    if answer.status >= 400:
        assert ElementTree.fromstring(answer.body).tag == "Error"
