"""The encryption that a bucket gives to what is written into it: told as on OSS, while what is kept is plain."""

from __future__ import annotations

from collections.abc import Mapping

from ..attributes import ENCRYPTION
from ..call import Call
from . import configurations


async def encrypted(call: Call, headers: Mapping[str, str]) -> Mapping[str, str]:
    """An upload's headers, and the bucket's rule where they name no encryption (API reference, PutBucketEncryption)."""
    if headers.get(ENCRYPTION) or configurations.ENCRYPTION.subresource not in call.bucket.documents:
        return headers
    rule = await configurations.ENCRYPTION.load(call.store, call.bucket.name) or {}
    applied = rule.get("ApplyServerSideEncryptionByDefault")
    if not isinstance(applied, dict):
        return headers
    told = {ENCRYPTION: applied["SSEAlgorithm"], f"{ENCRYPTION}-key-id": applied.get("KMSMasterKeyID")}
    return {**headers, **{name: str(value) for name, value in told.items() if value}}
