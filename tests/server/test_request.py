import pytest

from pixoss.server.errors import OSSError
from pixoss.server.request import ClientDisconnectedError, Request, percent_decoded


def request_of(**changes: object) -> Request:
    scope = {
        "method": "GET",
        "raw_path": b"/pictures/a%2Fb",
        "query_string": b"",
        "headers": [],
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        **changes,
    }
    return Request.from_scope(scope, receiver(), request_id="R", now=0.0)


def receiver(*messages: dict[str, object]):
    waiting = list(messages)

    async def receive():
        return waiting.pop(0)

    return receive


def test_query_keeps_order_duplicates_and_empty_values() -> None:
    request = request_of(query_string=b"acl&b=1+2&b=%2B&c=&=x")
    assert request.query == (("acl", ""), ("b", "1 2"), ("b", "+"), ("c", ""), ("", "x"))
    assert request.params["b"] == "1 2"


def test_a_query_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(OSSError) as caught:
        _ = request_of(query_string=b"a=%FF").params
    assert caught.value.code == "InvalidArgument"


def test_headers_are_trimmed_joined_and_utf8() -> None:
    headers = [(b"X-OSS-Meta-A", b" 1 "), (b"x-oss-meta-a", b"2"), (b"x-oss-meta-b", "中".encode()), (b"c", b"\xe9")]
    assert request_of(headers=headers).headers == {"x-oss-meta-a": "1,2", "x-oss-meta-b": "中", "c": "é"}


@pytest.mark.parametrize("text", [b"1_0", b"-1", b"+1", "\uff11".encode(), b""])
def test_a_bad_content_length_is_refused(text: bytes) -> None:
    with pytest.raises(OSSError):
        _ = request_of(headers=[(b"content-length", text)]).content_length


@pytest.mark.parametrize("text", ["a%2", "a%", "a%zz", "a%%41"])
def test_broken_percent_encoding(text: str) -> None:
    with pytest.raises(ValueError, match="broken"):
        percent_decoded(text)


@pytest.mark.anyio
async def test_a_body_is_bounded_and_a_disconnect_told() -> None:
    request = request_of()
    big = {"type": "http.request", "body": b"12345", "more_body": True}
    end = {"type": "http.request", "body": b"", "more_body": False}
    object.__setattr__(request, "receive", receiver(big, big, end))
    with pytest.raises(OSSError) as caught:
        await request.body(9)
    assert caught.value.code == "EntityTooLarge"
    object.__setattr__(request, "receive", receiver(big, big, end))
    assert await request.body(10) == b"1234512345"
    object.__setattr__(request, "receive", receiver(big, {"type": "http.disconnect"}))
    with pytest.raises(ClientDisconnectedError):
        await request.body(10)
