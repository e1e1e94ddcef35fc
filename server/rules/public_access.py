"""Block Public Access: while it is on, what is open to everyone is closed, and nothing more can be opened.

It is on for a bucket by the bucket's own configuration or by the account's (API reference, PutPublicAccessBlock and
PutBucketPublicAccessBlock: existing public permissions are ignored, new ones cannot be configured). The owner and
whoever a policy names are not concerned.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ...storage.base import BucketInfo
from ...storage.store import ObjectStore
from ..errors import OSSError
from ..xml import parse
from . import documents

KIND = "publicAccessBlock"
ROOT = "PublicAccessBlockConfiguration"

_OPEN = frozenset({"public-read", "public-read-write"})
_HEADERS = {"x-oss-acl": "bucket acl", "x-oss-object-acl": "object acl"}


async def is_blocked(store: ObjectStore, bucket: BucketInfo | None) -> bool:
    """Whether public access to the bucket, or without one to any new bucket, is blocked."""
    account = await store.get_account_document(KIND)
    if account is not None and _is_on(account):
        return True
    own = await documents.of(store, bucket, KIND) if bucket else None
    return own is not None and _is_on(own)


async def require_closed(store: ObjectStore, headers: Mapping[str, str], bucket: BucketInfo | None) -> None:
    """Return unless a header asks for an ACL that opens something to everyone where that is blocked."""
    for name, what in _HEADERS.items():
        if headers.get(name) in _OPEN and await is_blocked(store, bucket):
            raise refusal(what)


def refusal(what: str) -> OSSError:
    """`AccessDenied` for a new public permission; the message is our choice."""
    return OSSError("AccessDenied", f"Put public {what} is not allowed while public access is blocked.")


@lru_cache(64)
def _is_on(document: bytes) -> bool:
    return parse(document, ROOT).findtext("BlockPublicAccess", "") == "true"
