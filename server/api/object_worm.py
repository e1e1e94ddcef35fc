"""Retention and legal hold of single objects: kept with the version and told, and not enforced (our choice).

Source: SDK source (alibabacloud-oss-v2); OSS's own pages about them could not be read, so the code for what was never
set is our choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ...storage.base import Attributes, ObjectInfo
from ..call import Call
from ..errors import OSSError, invalid_argument, malformed
from ..headers import version_headers
from ..response import Response, xml_response
from ..rules import elements
from .body import xml_body

MODES = frozenset({"GOVERNANCE", "COMPLIANCE"})
HOLDS = frozenset({"ON", "OFF"})


async def put_retention(call: Call) -> Response:
    """PutObjectRetention: a mode, and until when in ISO 8601."""
    root = await xml_body(call, "Retention")
    mode = elements.word(root, "Mode", MODES)
    until = elements.required(root, "RetainUntilDate")
    if mode is None:
        raise malformed("Retention has no Mode")
    try:
        datetime.fromisoformat(until)
    except ValueError:
        raise invalid_argument("RetainUntilDate", until) from None
    return await _kept(call, lambda told: replace(told, retention_mode=mode, retained_until=until))


async def get_retention(call: Call) -> Response:
    """GetObjectRetention. Raises `NoSuchWORMConfiguration`."""
    info = await _found(call)
    mode, until = info.attributes.retention_mode, info.attributes.retained_until
    if mode is None:
        raise OSSError("NoSuchWORMConfiguration")
    return xml_response("Retention", {"Mode": mode, "RetainUntilDate": until}, version_headers(info, call.bucket))


async def put_legal_hold(call: Call) -> Response:
    """PutObjectLegalHold: ON or OFF."""
    status = elements.word(await xml_body(call, "LegalHold"), "Status", HOLDS)
    if status is None:
        raise malformed("LegalHold has no Status")
    return await _kept(call, lambda told: replace(told, legal_hold=status))


async def get_legal_hold(call: Call) -> Response:
    """GetObjectLegalHold. Raises `NoSuchWORMConfiguration`."""
    info = await _found(call)
    if info.attributes.legal_hold is None:
        raise OSSError("NoSuchWORMConfiguration")
    return xml_response("LegalHold", {"Status": info.attributes.legal_hold}, version_headers(info, call.bucket))


async def _found(call: Call) -> ObjectInfo:
    return await call.store.head_object(call.resource.bucket, call.resource.key, call.version_id)


async def _kept(call: Call, change: Callable[[Attributes], Attributes]) -> Response:
    info = await call.store.update_attributes(call.resource.bucket, call.resource.key, change, call.version_id)
    return Response(headers=version_headers(info, call.bucket))
