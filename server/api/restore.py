"""Archived objects: making them readable for some days, and taking that back.

Nothing is moved: the object's state changes as on OSS, at once or after the time that a setting names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

from ...storage.base import Attributes
from ..call import Call
from ..errors import OSSError, invalid_argument
from ..headers import version_headers
from ..reading import ARCHIVES
from ..response import Response
from .body import optional_xml_body

DAY_MS = 86_400_000

# The longest that OSS keeps an object readable, in days, and how fast it may be asked to be (API reference,
# RestoreObject).
MAX_DAYS = {"Archive": 7, "ColdArchive": 365, "DeepColdArchive": 365}
TIERS = {"Expedited", "Standard", "Bulk"}

_NUMBER = re.compile(r"\d{1,4}", re.ASCII)


async def restore_object(call: Call) -> Response:
    """RestoreObject: 202 for the first time, 200 for more days, 409 while the first is under way.

    Raises `OperationNotSupported` for an object that is not archived.
    """
    root = await optional_xml_body(call, "RestoreRequest")
    found = await call.store.head_object(call.resource.bucket, call.resource.key, call.version_id)
    storage_class = found.attributes.storage_class
    if storage_class not in ARCHIVES:
        raise OSSError("OperationNotSupported", details={"Resource": found.key})
    days = _days(root, MAX_DAYS[storage_class]) if root is not None else 1
    _require_tier(root)
    now_ms = int(call.request.now * 1000)
    ready_ms = now_ms + int(call.services.settings.restore_seconds * 1000)

    def restored(told: Attributes) -> Attributes:
        since, until = told.restored_from_ms or 0, told.restored_until_ms or 0
        if until > now_ms and since > now_ms:
            raise OSSError("RestoreAlreadyInProgress")
        begin = since if until > now_ms else ready_ms
        return replace(told, restored_from_ms=begin, restored_until_ms=max(now_ms, begin) + days * DAY_MS)

    is_restored = (found.attributes.restored_until_ms or 0) > now_ms
    info = await call.store.update_attributes(call.resource.bucket, call.resource.key, restored, call.version_id)
    return Response(200 if is_restored else 202, version_headers(info, call.bucket))


def _days(root: Element, limit: int) -> int:
    text = root.findtext("Days", "1").strip()
    if not (_NUMBER.fullmatch(text) and 1 <= int(text) <= limit):
        raise invalid_argument("Days", text)
    return int(text)


def _require_tier(root: Element | None) -> None:
    tier = root.findtext("JobParameters/Tier", "Standard").strip() if root is not None else "Standard"
    if tier not in TIERS:
        raise invalid_argument("Tier", tier)


async def clean_restored_object(call: Call) -> Response:
    """CleanRestoredObject: the object can be read no more until it is restored again."""
    info = await call.store.update_attributes(
        call.resource.bucket,
        call.resource.key,
        lambda told: replace(told, restored_from_ms=None, restored_until_ms=None),
        call.version_id,
    )
    return Response(204, version_headers(info, call.bucket))
