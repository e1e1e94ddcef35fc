"""HTTP headers as OSS reads and writes them: dates, conditions, ranges, and the attributes of an object."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime

from ..storage.base import Attributes, ByteRange, Expected, ObjectInfo
from .errors import OSSError, invalid_argument

META_PREFIX = "x-oss-meta-"
MAX_META_BYTES = 8192
OBJECT_ACLS = frozenset({"default", "private", "public-read", "public-read-write"})
STORAGE_CLASSES = frozenset({"Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"})

# Headers whose meaning is not built yet: ignoring them would lose what the client asked for, so they are refused.
UNBUILT_HEADERS = ("x-oss-tagging", "x-oss-server-side-encryption", "x-oss-symlink-target")

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
_STORED_HEADERS = tuple((name, name.replace("_", "-").title()) for name in _STORED)
_META_NAME = re.compile(r"[a-z0-9-]+", re.ASCII)
_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)
_CRC64 = re.compile(r"\d{1,20}", re.ASCII)


def http_date(seconds: float) -> str:
    """Unix seconds as RFC 1123 GMT, the only form OSS writes in headers."""
    return formatdate(seconds, usegmt=True)


def iso_date(milliseconds: int) -> str:
    """Unix milliseconds as OSS writes dates in XML: `2026-01-15T08:30:45.000Z`.

    The fraction is always `.000`: OSS keeps whole seconds, and oss2 reads no other fraction.
    """
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


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


def object_headers(info: ObjectInfo) -> list[tuple[str, str]]:
    """Every header that describes a stored object on GetObject and HeadObject, `Content-Length` excepted."""
    attributes = info.attributes
    fields = [
        ("Content-Type", attributes.content_type or "application/octet-stream"),
        *validators(info),
        ("Accept-Ranges", "bytes"),
        ("x-oss-object-type", info.object_type),
        ("x-oss-storage-class", attributes.storage_class),
        ("x-oss-hash-crc64ecma", str(info.crc64)),
    ]
    if info.object_type == "Normal":
        fields.append(("Content-MD5", content_md5(info.etag)))
    for field_name, header in _STORED_HEADERS:
        if value := getattr(attributes, field_name):
            fields.append((header, value))
    fields += [(META_PREFIX + name, value) for name, value in attributes.user_metadata.items()]
    return fields


def content_md5(etag: str) -> str:
    """The Base64 MD5 of an object or a part that was written in one piece, whose ETag is that MD5."""
    return base64.b64encode(bytes.fromhex(etag)).decode("ascii")


def overridden(fields: list[tuple[str, str]], params: Mapping[str, str]) -> list[tuple[str, str]]:
    """`fields` with the `response-…` parameters of a signed request in place of the stored values."""
    chosen = {header: params[name] for name, header in OVERRIDES.items() if params.get(name)}
    for header, value in chosen.items():
        if any(not character.isprintable() for character in value):
            raise invalid_argument(f"response-{header.lower()}", value)
    return [(name, value) for name, value in fields if name not in chosen] + list(chosen.items())


def has_overrides(params: Mapping[str, str]) -> bool:
    """Whether any `response-…` parameter is there, which anonymous requests may not use."""
    return any(name in OVERRIDES for name in params)


def attributes_from(headers: Mapping[str, str], key: str, storage_class: str) -> Attributes:
    """The attributes that an upload's headers give an object.

    The content type falls back to the key's extension, the storage class to `storage_class`, the bucket's own.
    Raises `InvalidArgument` for a bad ACL, storage class or metadata, and `NotImplemented` for what is not built yet.
    """
    refuse_unbuilt(headers)
    return Attributes(
        content_type=headers.get("content-type") or guessed_type(key),
        user_metadata=_metadata(headers),
        acl=_one_of(headers, "x-oss-object-acl", OBJECT_ACLS, "default", "no such object access control exists"),
        storage_class=_one_of(headers, "x-oss-storage-class", STORAGE_CLASSES, storage_class, None),
        cache_control=headers.get("cache-control") or None,
        content_disposition=headers.get("content-disposition") or None,
        content_encoding=headers.get("content-encoding") or None,
        content_language=headers.get("content-language") or None,
        expires=headers.get("expires") or None,
    )


def refuse_unbuilt(headers: Mapping[str, str]) -> None:
    """Raise `NotImplemented` for a header whose meaning is not built yet."""
    for name in UNBUILT_HEADERS:
        if name in headers:
            raise OSSError("NotImplemented", f"The header {name} is not built in Pixoss yet.", details={"Header": name})


def guessed_type(key: str) -> str:
    """The media type that a key's extension suggests; a key that ends in a slash is a folder, as ossutil makes them."""
    if key.endswith("/"):
        return "application/x-directory"
    return mimetypes.guess_type(key, strict=False)[0] or "application/octet-stream"


def _metadata(headers: Mapping[str, str]) -> dict[str, str]:
    named = {name.removeprefix(META_PREFIX): value for name, value in headers.items() if name.startswith(META_PREFIX)}
    for name, value in named.items():
        if not _META_NAME.fullmatch(name):
            raise invalid_argument(META_PREFIX + name, value)
    if sum(len(META_PREFIX + name) + len(value.encode()) for name, value in named.items()) > MAX_META_BYTES:
        raise OSSError("InvalidArgument", f"The total size of user metadata may not exceed {MAX_META_BYTES} bytes.")
    return named


def _one_of(headers: Mapping[str, str], name: str, allowed: frozenset[str], default: str, message: str | None) -> str:
    value = headers.get(name, default)
    if value not in allowed:
        raise invalid_argument(name, value, message)
    return value


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


def flag(headers: Mapping[str, str], name: str) -> bool:
    """A header that is `true` or `false` in any case; absent is false, anything else is refused."""
    value = headers.get(name, "false").lower()
    if value not in ("true", "false"):
        raise invalid_argument(name, value)
    return value == "true"
