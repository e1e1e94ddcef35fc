"""HTTP headers as OSS reads and writes them: dates, conditions, ranges, and what describes an object."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache

from ..storage.base import APPENDABLE, Attributes, BucketInfo, ByteRange, Expected, ObjectInfo
from .attributes import META_PREFIX
from .errors import OSSError, invalid_argument

# How slow a client may ask to be served, in bit/s (API reference, "Single-connection bandwidth throttling").
TRAFFIC_LIMIT = "x-oss-traffic-limit"
TRAFFIC_LIMITS = range(819_200, 838_860_801)

# The six headers that GetObject lets a signed client override with `response-…` parameters.
OVERRIDES: Mapping[str, str] = {
    f"response-{name}": "-".join(part.capitalize() for part in name.split("-"))
    for name in (
        "content-type",
        "content-language",
        "expires",
        "cache-control",
        "content-disposition",
        "content-encoding",
    )
}

_STORED = ("cache_control", "content_disposition", "content_encoding", "content_language", "expires")
_ENCRYPTION_HEADERS = (
    ("encryption", "x-oss-server-side-encryption"),
    ("encryption_key_id", "x-oss-server-side-encryption-key-id"),
)
_STORED_HEADERS = (*((name, name.replace("_", "-").title()) for name in _STORED), *_ENCRYPTION_HEADERS)
_NUMBER = re.compile(r"\d{1,10}", re.ASCII)
_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)
_CRC64 = re.compile(r"\d{1,20}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@lru_cache(maxsize=1024)
def http_date(seconds: float) -> str:
    """Unix seconds as RFC 1123 GMT, the only form OSS writes in headers."""
    return formatdate(seconds, usegmt=True)


def iso_date(milliseconds: int) -> str:
    """Unix milliseconds as OSS writes dates in XML: `2026-01-15T08:30:45.000Z`.

    The fraction is always `.000`: OSS keeps whole seconds, and oss2 reads no other fraction.
    """
    return datetime.fromtimestamp(milliseconds // 1000, UTC).isoformat()[:19] + ".000Z"


def parse_http_date(text: str) -> float | None:
    """Unix seconds of an HTTP date; None for anything else, because a condition with a bad date is no condition."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def check_conditions(headers: Mapping[str, str], info: ObjectInfo, prefix: str = "") -> None:
    """Raise `NotModified` or `PreconditionFailed` when a condition about `info` does not hold.

    `prefix` is `x-oss-copy-source-` for the source of a copy. ETags compare with or without quotes and in any case.
    Order and precedence are HTTP's: If-Match before If-Unmodified-Since, If-None-Match before If-Modified-Since.
    """
    modified = info.modified_ms // 1000
    if (wanted := headers.get(f"{prefix}if-match")) is not None:
        if not _etag_listed(wanted, info.etag):
            raise _failed("If-Match")
    elif (since := _date_header(headers, f"{prefix}if-unmodified-since")) is not None and modified > since:
        raise _failed("If-Unmodified-Since")
    if (unwanted := headers.get(f"{prefix}if-none-match")) is not None:
        if _etag_listed(unwanted, info.etag):
            raise _not_modified(info)
    elif (since := _date_header(headers, f"{prefix}if-modified-since")) is not None and modified <= since:
        raise _not_modified(info)


def _date_header(headers: Mapping[str, str], name: str) -> float | None:
    text = headers.get(name)
    return None if text is None else parse_http_date(text)


def _etag_listed(header: str, etag: str) -> bool:
    tags = (tag.strip().removeprefix("W/").strip('"').upper() for tag in header.split(","))
    return any(tag in ("*", etag) for tag in tags)


def _failed(condition: str) -> OSSError:
    return OSSError("PreconditionFailed", details={"Condition": condition})


def _not_modified(info: ObjectInfo) -> OSSError:
    return OSSError("NotModified", headers=dict(validators(info)))


def validators(info: ObjectInfo) -> list[tuple[str, str]]:
    """`ETag` and `Last-Modified` of an object."""
    return [("ETag", f'"{info.etag}"'), ("Last-Modified", http_date(info.modified_ms // 1000))]


def requested_range(headers: Mapping[str, str], size: int) -> ByteRange | None:
    """The part of `size` bytes that a Range header asks for; None for the whole.

    OSS's own rule: any range that is malformed or reaches past the end gives the whole object with 200. Only with
    `x-oss-range-behavior: standard` is the end clipped, and a start past the end refused with `InvalidRange`.
    """
    text = headers.get("range")
    if text is None:
        return None
    standard = headers.get("x-oss-range-behavior", "").lower() == "standard"
    found = _RANGE.fullmatch(text.partition(",")[0].replace(" ", ""))
    if not found or found[1] == found[2] == "":
        return None
    first, last = _span(found[1], found[2], size)
    if first <= last and 0 <= first < size and (standard or last < size):
        return ByteRange(first, min(last, size - 1))
    if standard and first >= size:
        raise OSSError(
            "InvalidRange",
            details={"ActualObjectSize": str(size), "RangeRequested": text},
            headers={"Content-Range": f"bytes */{size}"},
        )
    return None


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        # A suffix longer than the object is the whole object in both behaviours; of no bytes it cannot be satisfied.
        return (max(size - int(last), 0), size - 1) if int(last) else (size, size - 1)
    return int(first), int(last) if last else size - 1


def object_headers(info: ObjectInfo, bucket: BucketInfo, now: float) -> list[tuple[str, str]]:
    """Every header that describes a stored object on GetObject and HeadObject, `Content-Length` excepted.

    `now` is in Unix seconds: an archived object tells how far its restoration is.
    """
    attributes = info.attributes
    fields = [
        ("Content-Type", attributes.content_type or "application/octet-stream"),
        *validators(info),
        ("Accept-Ranges", "bytes"),
        ("x-oss-object-type", info.object_type),
        ("x-oss-storage-class", attributes.storage_class),
        ("x-oss-hash-crc64ecma", str(info.crc64)),
        *version_headers(info, bucket),
        *growth_headers(info),
    ]
    if info.object_type == "Normal":
        fields.append(("Content-MD5", content_md5(info.etag)))
    if attributes.tags:
        fields.append(("x-oss-tagging-count", str(len(attributes.tags))))
    if state := restore_state(attributes, now):
        fields.append(("x-oss-restore", state))
    fields += [(header, value) for name, header in _STORED_HEADERS if (value := getattr(attributes, name))]
    return fields + metadata_headers(info)


def growth_headers(info: ObjectInfo) -> list[tuple[str, str]]:
    """Where the next AppendObject has to start, or since when there can be none (API reference, HeadObject)."""
    if info.object_type != APPENDABLE:
        return []
    sealed_ms = info.attributes.sealed_ms
    if sealed_ms is None:
        return [("x-oss-next-append-position", str(info.size))]
    return [("x-oss-sealed-time", http_date(sealed_ms // 1000))]


def metadata_headers(info: ObjectInfo) -> list[tuple[str, str]]:
    """The `x-oss-meta-…` headers that an object was written with."""
    return [(META_PREFIX + name, value) for name, value in info.attributes.user_metadata.items()]


def restore_state(attributes: Attributes, now: float) -> str | None:
    """How far the restoration of an archived object is at `now` (Unix seconds); None where there is none."""
    since, until = attributes.restored_from_ms, attributes.restored_until_ms
    if since is None or until is None or until <= now * 1000:
        return None
    if now * 1000 < since:
        return 'ongoing-request="true"'
    return f'ongoing-request="false", expiry-date="{http_date(until // 1000)}"'


def written_headers(info: ObjectInfo, bucket: BucketInfo) -> list[tuple[str, str]]:
    """What answers tell of an object that was just written, for the client to compare with what it sent."""
    fields = [("ETag", f'"{info.etag}"'), ("x-oss-hash-crc64ecma", str(info.crc64)), *version_headers(info, bucket)]
    if info.object_type == "Normal":
        fields.append(("Content-MD5", content_md5(info.etag)))
    return fields + encryption_headers(info.attributes)


def encryption_headers(attributes: Attributes) -> list[tuple[str, str]]:
    """The headers that say how an object is encrypted; every call that writes one tells them back."""
    return [(header, value) for name, header in _ENCRYPTION_HEADERS if (value := getattr(attributes, name))]


def version_headers(info: ObjectInfo, bucket: BucketInfo) -> list[tuple[str, str]]:
    """`x-oss-version-id`, where the bucket has or had versioning."""
    return [("x-oss-version-id", info.version_id)] if bucket.versioning else []


def content_md5(etag: str) -> str:
    """The Base64 MD5 of an object or a part that was written in one piece, whose ETag is that MD5."""
    return base64.b64encode(bytes.fromhex(etag)).decode("ascii")


def overridden(fields: list[tuple[str, str]], params: Mapping[str, str]) -> list[tuple[str, str]]:
    """`fields` with the `response-…` parameters of a signed request in place of the stored values."""
    chosen = {header: params[name] for name, header in OVERRIDES.items() if params.get(name)}
    for header, value in chosen.items():
        if _CONTROL.search(value):
            raise invalid_argument(f"response-{header.lower()}", value)
    return [(name, value) for name, value in fields if name not in chosen] + list(chosen.items())


def has_overrides(params: Mapping[str, str]) -> bool:
    """Whether any `response-…` parameter is there, which anonymous requests may not use."""
    return any(name in OVERRIDES for name in params)


def expected_content(headers: Mapping[str, str], size: int | None) -> Expected:
    """What the client says of its body: Content-MD5, x-oss-hash-crc64ecma and length, checked while it arrives."""
    return Expected(md5=_expected_md5(headers), crc64=_expected_crc64(headers), size=size)


def _expected_md5(headers: Mapping[str, str]) -> bytes | None:
    text = headers.get("content-md5")
    if text is None:
        return None
    try:
        digest = base64.b64decode(text, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != 16:
        raise OSSError("InvalidDigest", details={"ClientDigest": text})
    return digest


def _expected_crc64(headers: Mapping[str, str]) -> int | None:
    text = headers.get("x-oss-hash-crc64ecma")
    if text is None:
        return None
    if not _CRC64.fullmatch(text):
        raise invalid_argument("x-oss-hash-crc64ecma", text)
    return int(text)


def require_traffic_limit(headers: Mapping[str, str], params: Mapping[str, str]) -> None:
    """Raise `InvalidArgument` for a bandwidth that OSS does not grant; one that it does is taken and not kept to."""
    for given in (headers, params):
        text = given.get(TRAFFIC_LIMIT)
        if text is not None and not (_NUMBER.fullmatch(text) and int(text) in TRAFFIC_LIMITS):
            raise invalid_argument(TRAFFIC_LIMIT, text)


def flag(headers: Mapping[str, str], name: str) -> bool:
    """A header that is `true` or `false` in any case; absent is false, anything else is refused."""
    value = headers.get(name, "false").lower()
    if value not in ("true", "false"):
        raise invalid_argument(name, value)
    return value == "true"
