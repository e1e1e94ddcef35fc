"""What an upload's headers say of the object to be, beside its content."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Collection, Mapping

from ..storage.base import Attributes
from .errors import OSSError, invalid_argument
from .tags import tags_in_header

META_PREFIX = "x-oss-meta-"
MAX_META_BYTES = 8192
OBJECT_ACLS = frozenset({"default", "private", "public-read", "public-read-write"})
STORAGE_CLASSES = ("Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive")
"""From warm to cold; whether one must be restored before it is read, `reading.ARCHIVES` says."""

ENCRYPTION = "x-oss-server-side-encryption"
ENCRYPTIONS = frozenset({"AES256", "KMS", "SM4"})

_META_NAME = re.compile(r"[a-z0-9-]+", re.ASCII)


def attributes_from(headers: Mapping[str, str], key: str, storage_class: str) -> Attributes:
    """The attributes that an upload's headers give an object.

    The content type falls back to the key's extension, the storage class to `storage_class`, the bucket's own.
    Encryption is told back and otherwise nothing: what is kept is plain (object-storage API, B2). Raises
    `InvalidArgument` for a bad ACL, storage class, tagging or metadata, and `InvalidEncryptionAlgorithmError`.
    """
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
        tags=tags_in_header(headers.get("x-oss-tagging", "")),
        encryption=_encryption(headers),
        encryption_key_id=headers.get(f"{ENCRYPTION}-key-id") or None,
    )


def guessed_type(key: str) -> str:
    """The media type that a key's extension suggests; a key that ends in a slash is a folder, as ossutil makes them."""
    if key.endswith("/"):
        return "application/x-directory"
    return mimetypes.guess_type(key, strict=False)[0] or "application/octet-stream"


def _encryption(headers: Mapping[str, str]) -> str | None:
    algorithm = headers.get(ENCRYPTION) or None
    if algorithm is not None and algorithm not in ENCRYPTIONS:
        raise OSSError("InvalidEncryptionAlgorithmError", details={"ArgumentName": ENCRYPTION})
    return algorithm


def _metadata(headers: Mapping[str, str]) -> dict[str, str]:
    named = {name.removeprefix(META_PREFIX): value for name, value in headers.items() if name.startswith(META_PREFIX)}
    for name, value in named.items():
        if not _META_NAME.fullmatch(name):
            raise invalid_argument(META_PREFIX + name, value)
    if sum(len(META_PREFIX + name) + len(value.encode()) for name, value in named.items()) > MAX_META_BYTES:
        raise OSSError("InvalidArgument", f"The total size of user metadata may not exceed {MAX_META_BYTES} bytes.")
    return named


def _one_of(headers: Mapping[str, str], name: str, allowed: Collection[str], default: str, message: str | None) -> str:
    value = headers.get(name, default)
    if value not in allowed:
        raise invalid_argument(name, value, message)
    return value
