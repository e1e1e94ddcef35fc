"""The retention policy of a bucket (WORM): its life is told as on OSS, but no object is kept from being changed.

Source: API reference, InitiateBucketWorm and its siblings. A policy begins `InProgress` and is `Locked` by
CompleteBucketWorm; one that is not locked within 24 hours is `Expired` and can be followed by another.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace
from xml.etree.ElementTree import Element

from ..call import Call
from ..errors import OSSError
from ..headers import iso_date
from ..response import Response, xml_response
from .body import child_text, xml_body
from .configuration import find

KIND = "worm"
DAYS = range(1, 25551)
DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Policy:
    """A retention policy; `days` is how long objects are retained, `created_ms` in Unix milliseconds."""

    id: str
    days: int
    created_ms: int
    is_locked: bool = False

    def state(self, now_ms: int) -> str:
        """`Locked`, `InProgress`, or `Expired` when the day for locking it is over."""
        if self.is_locked:
            return "Locked"
        return "InProgress" if now_ms < self.created_ms + DAY_MS else "Expired"


async def initiate(call: Call) -> Response:
    """InitiateBucketWorm: the id comes in `x-oss-worm-id`. Raises `WORMConfigurationAlreadyExists`."""
    days = _days(await xml_body(call, "InitiateWormConfiguration"))
    old = await _found(call)
    if old and old.state(_now_ms(call)) != "Expired":
        raise OSSError("WORMConfigurationAlreadyExists")
    policy = Policy(secrets.token_hex(16).upper(), days, _now_ms(call))
    await _keep(call, policy)
    return Response(headers=[("x-oss-worm-id", policy.id)])


async def abort(call: Call) -> Response:
    """AbortBucketWorm: an unlocked policy goes, 204 also where there is none. Raises `WORMConfigurationLocked`."""
    policy = await _found(call)
    if policy and policy.is_locked:
        raise OSSError("WORMConfigurationLocked")
    await call.store.delete_document(call.bucket.name, KIND, "")
    return Response(204)


async def complete(call: Call) -> Response:
    """CompleteBucketWorm: lock the policy `wormId`. Raises `WORMConfigurationLocked`, `InvalidWORMConfiguration`."""
    policy = await _named(call)
    if policy.is_locked:
        raise OSSError("WORMConfigurationLocked")
    if policy.state(_now_ms(call)) == "Expired":
        raise OSSError("InvalidWORMConfiguration", "The WORM Configuration was not locked within 24 hours.")
    await _keep(call, replace(policy, is_locked=True))
    return Response()


async def extend(call: Call) -> Response:
    """ExtendBucketWorm: a longer retention for a locked policy. Raises `InvalidWORMConfiguration`."""
    days = _days(await xml_body(call, "ExtendWormConfiguration"))
    policy = await _named(call)
    if not policy.is_locked or days <= policy.days:
        raise OSSError("InvalidWORMConfiguration", "Only a locked WORM Configuration can be extended, never shortened.")
    await _keep(call, replace(policy, days=days))
    return Response()


async def get(call: Call) -> Response:
    """GetBucketWorm. Raises `NoSuchWORMConfiguration`."""
    policy = await _found(call)
    if policy is None:
        raise OSSError("NoSuchWORMConfiguration")
    fields = {
        "WormId": policy.id,
        "State": policy.state(_now_ms(call)),
        "RetentionPeriodInDays": policy.days,
        "CreationDate": iso_date(policy.created_ms),
        "ExpirationDate": iso_date(policy.created_ms + (policy.days * DAY_MS if policy.is_locked else DAY_MS)),
    }
    return xml_response("WormConfiguration", fields)


def _days(root: Element) -> int:
    text = (child_text(root, "RetentionPeriodInDays") or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) in DAYS):
        raise OSSError("InvalidWORMConfiguration", details={"RetentionPeriodInDays": text})
    return int(text)


async def _found(call: Call) -> Policy | None:
    document = await find(call.store, call.bucket.name, KIND)
    return Policy(**json.loads(document.content)) if document else None


async def _named(call: Call) -> Policy:
    policy = await _found(call)
    if policy is None or policy.id != call.request.params.get("wormId"):
        raise OSSError("NoSuchWORMConfiguration")
    return policy


async def _keep(call: Call, policy: Policy) -> None:
    await call.store.put_document(call.bucket.name, KIND, "", json.dumps(asdict(policy)).encode())


def _now_ms(call: Call) -> int:
    return int(call.request.now * 1000)
