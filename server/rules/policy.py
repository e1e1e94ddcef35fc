"""A bucket's policy: kept as the text that was put, because GetBucketPolicy gives back that very text."""

from __future__ import annotations

from ...storage.base import BucketInfo
from ...storage.store import ObjectStore
from ..auth import ram
from ..auth.globs import glob
from ..auth.ram import EVERYONE, Policy, PolicyError, Statement, Verdict
from . import documents, public_access

KIND = "policy"

MAX_BYTES = 16 << 10  # API reference, PutBucketPolicy

# Conditions on these keys leave a statement for everyone open to some only (API reference, GetBucketPolicyStatus).
_NARROWING = frozenset({"acs:sourceip", "acs:sourcevpc", "acs:accessid"})


async def load(store: ObjectStore, bucket: BucketInfo) -> Policy | None:
    """The bucket's policy, None where there is none."""
    text = await load_text(store, bucket)
    return ram.parse(text, names_principals=True) if text is not None else None


async def load_text(store: ObjectStore, bucket: BucketInfo) -> str | None:
    """The text of the bucket's policy as it was put; None where there is none."""
    content = await documents.of(store, bucket, KIND)
    return None if content is None else content.decode()


async def save(store: ObjectStore, bucket: BucketInfo, text: str) -> None:
    """Replace the bucket's policy.

    Raises `PolicyError` for one that is none, or is about another bucket's things, and `AccessDenied` for a public one
    where public access is blocked.
    """
    policy = ram.parse(text, names_principals=True)
    for number, statement in enumerate(policy.statements, 1):
        _require_own_resources(number, statement, bucket.name)
    if is_public(policy) and await public_access.is_blocked(store, bucket):
        raise public_access.refusal("bucket policy")
    await store.put_document(bucket.name, KIND, "", text.encode())


def _require_own_resources(number: int, statement: Statement, bucket: str) -> None:
    for text in statement.resources.texts:
        if text != EVERYONE and not glob(ram.relative(text).partition("/")[0]).fullmatch(bucket):
            raise PolicyError(f"statement {number}: the resource {text} is not in the bucket {bucket}")


def is_public(policy: Policy) -> bool:
    """Whether the policy allows anything to everyone, from anywhere."""
    return any(map(_opens, policy.statements))


def closed(policy: Policy) -> Policy:
    """The policy without what it allows to everyone."""
    return Policy(tuple(statement for statement in policy.statements if not _opens(statement)))


def _opens(statement: Statement) -> bool:
    return (
        statement.effect is Verdict.ALLOW
        and statement.is_for_everyone
        and not any(condition.key in _NARROWING for condition in statement.conditions)
    )
