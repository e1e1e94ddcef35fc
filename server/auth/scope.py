"""The scope of a V4 signature, `ak/yyyyMMdd/region/oss/aliyun_v4_request`, and the key that it derives."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from functools import lru_cache

from .fields import Fault, Fields

TERMINATOR = "aliyun_v4_request"
CLOUD_BOX = "oss-cloudbox"

_PRODUCTS = frozenset({"oss", CLOUD_BOX})
_DATE = re.compile(r"[0-9]{8}", re.ASCII)
# Any region, or none as an SDK without one sends; the bound keeps the cache of derived keys small.
_REGION = re.compile(r"[A-Za-z0-9-]{0,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scope:
    """Who signs, and what the signature is good for: a day, a region (a box's id for a cloud box) and a product."""

    access_key_id: str
    date: str
    region: str
    product: str

    @classmethod
    def parse(cls, text: str, fields: Fields) -> Scope:
        """The scope that a credential field states; raises what `fields` answers."""
        parts = text.split("/")
        if len(parts) != 5:
            raise fields.refusal(Fault.SCOPE_INVALID)
        key, date, region, product, end = parts
        if end != TERMINATOR or product not in _PRODUCTS or not _REGION.fullmatch(region):
            raise fields.refusal(Fault.SCOPE_INVALID)
        if not _DATE.fullmatch(date):
            raise fields.refusal(Fault.SCOPE_DATE_INVALID)
        return cls(fields.checked_access_key_id(key), date, region, product)

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.product}/{TERMINATOR}"

    def sign(self, secret: str, text: str) -> str:
        """64 lower-case hex digits: HMAC-SHA256 of `text` under the key that `secret` derives for this scope."""
        key = _signing_key(secret, self.date, self.region, self.product)
        return hmac.digest(key, text.encode(), "sha256").hex()


@lru_cache(maxsize=256)
def _signing_key(secret: str, date: str, region: str, product: str) -> bytes:
    """The derived key; remembered by everything it depends on, so a changed secret never meets an old key."""
    key = f"aliyun_v4{secret}".encode()
    for part in (date, region, product, TERMINATOR):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
