import pytest

from pixoss.server.attributes import attributes_from, guessed_type
from pixoss.server.errors import OSSError
from pixoss.server.headers import (
    check_conditions,
    expected_content,
    flag,
    http_date,
    iso_date,
    overridden,
    parse_http_date,
    requested_range,
)
from pixoss.storage.base import ByteRange, ObjectInfo

ETAG = "5D41402ABC4B2A76B9719D911017C592"
INFO = ObjectInfo("pictures", "a.jpg", 5, ETAG, 1, 1_768_465_845_678)
AT = "Thu, 15 Jan 2026 08:30:45 GMT"
BEFORE = "Thu, 15 Jan 2026 08:30:44 GMT"
AFTER = "Thu, 15 Jan 2026 08:30:46 GMT"


def test_dates() -> None:
    assert http_date(INFO.modified_ms // 1000) == AT
    assert iso_date(INFO.modified_ms) == "2026-01-15T08:30:45.000Z"
    assert parse_http_date(AT) == 1_768_465_845
    assert parse_http_date("Thu, 15 Jan 2026 09:30:45 +0100") == 1_768_465_845


@pytest.mark.parametrize(
    "text", ["", "yesterday", "Thu, 99 Jan 2026 08:30:45 GMT", "Thu, 15 Jan 99999999 08:30:45 GMT"]
)
def test_a_bad_date_is_none(text: str) -> None:
    assert parse_http_date(text) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"if-match": f'"{ETAG}"'},
        {"if-match": ETAG.lower()},
        {"if-match": "*"},
        {"if-match": f'"X", "{ETAG}"'},
        {"if-none-match": '"X"'},
        {"if-modified-since": BEFORE},
        {"if-modified-since": "nonsense"},
        {"if-unmodified-since": AT},
        {"if-unmodified-since": AFTER},
        {"if-match": ETAG, "if-unmodified-since": BEFORE},
        {"if-none-match": "X", "if-modified-since": AFTER},
    ],
)
def test_conditions_that_hold(headers: dict[str, str]) -> None:
    check_conditions(headers, INFO)
    check_conditions(
        {f"x-oss-copy-source-{name}": value for name, value in headers.items()}, INFO, "x-oss-copy-source-"
    )


@pytest.mark.parametrize(
    ("headers", "status", "condition"),
    [
        ({"if-match": "X"}, 412, "If-Match"),
        ({"if-unmodified-since": BEFORE}, 412, "If-Unmodified-Since"),
        ({"if-none-match": f'"{ETAG}"'}, 304, None),
        ({"if-none-match": "*"}, 304, None),
        ({"if-modified-since": AT}, 304, None),
        ({"if-modified-since": AFTER}, 304, None),
    ],
)
def test_conditions_that_do_not_hold(headers: dict[str, str], status: int, condition: str | None) -> None:
    with pytest.raises(OSSError) as caught:
        check_conditions(headers, INFO)
    assert (caught.value.status, caught.value.details.get("Condition")) == (status, condition)
    if status == 304:
        assert caught.value.headers == {"ETag": f'"{ETAG}"', "Last-Modified": AT}


@pytest.mark.parametrize(
    ("text", "plain", "standard"),
    [
        ("bytes=0-9", (0, 9), (0, 9)),
        ("bytes=10-", (10, 99), (10, 99)),
        ("bytes=-10", (90, 99), (90, 99)),
        ("bytes=-1000", (0, 99), (0, 99)),
        ("bytes=99-99", (99, 99), (99, 99)),
        ("bytes=0-1, 5-6", (0, 1), (0, 1)),
        ("bytes=0-100", None, (0, 99)),
        ("bytes=0-9999999999999999999", None, (0, 99)),
        ("bytes=5-2", None, None),
        ("bytes=-", None, None),
        ("bytes=a-b", None, None),
        ("bytes=+1-2", None, None),
        ("bytes=\u0661-\u0662", None, None),
        ("items=0-1", None, None),
        ("bytes=100-", None, "416"),
        ("bytes=100-200", None, "416"),
        ("bytes=-0", None, "416"),
    ],
)
def test_ranges(text: str, plain: tuple[int, int] | None, standard: tuple[int, int] | str | None) -> None:
    assert requested_range({"range": text}, 100) == (ByteRange(*plain) if plain else None)
    headers = {"range": text, "x-oss-range-behavior": "standard"}
    if standard == "416":
        with pytest.raises(OSSError) as caught:
            requested_range(headers, 100)
        assert (caught.value.status, caught.value.headers["Content-Range"]) == (416, "bytes */100")
    else:
        assert requested_range(headers, 100) == (ByteRange(*standard) if standard else None)


def test_no_range_and_empty_object() -> None:
    assert requested_range({}, 100) is None
    assert requested_range({"range": "bytes=0-"}, 0) is None


def test_attributes_of_an_upload() -> None:
    headers = {
        "cache-control": "no-cache",
        "content-disposition": "attachment",
        "content-encoding": "gzip",
        "content-language": "zh",
        "expires": AT,
        "x-oss-meta-author": "李白",
        "x-oss-object-acl": "public-read",
        "x-oss-storage-class": "IA",
    }
    found = attributes_from(headers, "a.png", "Standard")
    assert found.content_type == "image/png"
    assert (found.cache_control, found.content_disposition, found.content_encoding) == (
        "no-cache",
        "attachment",
        "gzip",
    )
    assert (found.content_language, found.expires) == ("zh", AT)
    assert (found.user_metadata, found.acl, found.storage_class) == ({"author": "李白"}, "public-read", "IA")
    assert attributes_from({}, "a", "IA").storage_class == "IA"


@pytest.mark.parametrize(
    ("key", "media_type"),
    [
        ("a.jpg", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("folder/", "application/x-directory"),
        ("a", "application/octet-stream"),
    ],
)
def test_guessed_type(key: str, media_type: str) -> None:
    assert guessed_type(key) == media_type


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x-oss-object-acl": "public"}, 400, "InvalidArgument"),
        ({"x-oss-storage-class": "Gold"}, 400, "InvalidArgument"),
        ({"x-oss-meta-a_b": "1"}, 400, "InvalidArgument"),
        ({"x-oss-meta-": "1"}, 400, "InvalidArgument"),
        ({"x-oss-meta-a": "x" * 8192}, 400, "InvalidArgument"),
        ({"x-oss-tagging": "a=b&a=c"}, 400, "InvalidTag"),
        ({"x-oss-server-side-encryption": "ROT13"}, 400, "InvalidEncryptionAlgorithmError"),
    ],
)
def test_attributes_refused(headers: dict[str, str], status: int, code: str) -> None:
    with pytest.raises(OSSError) as caught:
        attributes_from(headers, "a", "Standard")
    assert (caught.value.status, caught.value.code) == (status, code)


def test_expected_content() -> None:
    found = expected_content({"content-md5": "XUFAKrxLKna5cZ2REBfFkg==", "x-oss-hash-crc64ecma": "7"}, 5)
    assert (found.md5, found.crc64, found.size) == (bytes.fromhex(ETAG), 7, 5)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"content-md5": "x"}, "InvalidDigest"),
        ({"content-md5": "AAAA"}, "InvalidDigest"),
        ({"content-md5": ""}, "InvalidDigest"),
        ({"content-md5": "\x80"}, "InvalidDigest"),
        ({"x-oss-hash-crc64ecma": "-1"}, "InvalidArgument"),
        ({"x-oss-hash-crc64ecma": "1_0"}, "InvalidArgument"),
    ],
)
def test_expected_content_refused(headers: dict[str, str], code: str) -> None:
    with pytest.raises(OSSError) as caught:
        expected_content(headers, None)
    assert caught.value.code == code


def test_flag() -> None:
    assert not flag({}, "x-oss-forbid-overwrite")
    assert flag({"x-oss-forbid-overwrite": "True"}, "x-oss-forbid-overwrite")
    with pytest.raises(OSSError):
        flag({"x-oss-forbid-overwrite": "yes"}, "x-oss-forbid-overwrite")


def test_overrides_replace_and_refuse_line_breaks() -> None:
    fields = [("Content-Type", "image/jpeg"), ("ETag", "x")]
    named = {"response-content-disposition": "attachment; filename=\u56fe\u3000.jpg"}
    assert overridden([], named) == [("Content-Disposition", "attachment; filename=\u56fe\u3000.jpg")]
    assert overridden(fields, {"response-content-type": "text/plain"}) == [
        ("ETag", "x"),
        ("Content-Type", "text/plain"),
    ]
    with pytest.raises(OSSError) as caught:
        overridden(fields, {"response-content-type": "a\r\nSet-Cookie: b"})
    assert caught.value.code == "InvalidArgument"
