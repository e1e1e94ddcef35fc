"""The way of one call to STS: which requests are meant for it, who signed, and the answer as JSON or XML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from ..address import Hosts, host_name
from ..call import Services
from ..errors import OSSError
from ..request import Request, parameters
from ..response import JSON_TYPE, XML_TYPE, Response
from ..xml import document, legible
from . import signed
from .actions import ACTIONS
from .errors import StsError

VERSION = "2015-04-01"

MAX_BODY = 64 << 10

_HOST = re.compile(r"sts(?:-vpc)?(?:\.(?!oss)[a-z0-9-]+)?\.aliyuncs\.com", re.ASCII)
_ACTION = re.compile(r"(?:^|&)Action=")
_FORM = "application/x-www-form-urlencoded"


def is_meant(request: Request, hosts: Hosts) -> bool:
    """Whether a request is for STS and not for OSS, where `hosts` names no bucket.

    It is one at the root that names an action, or a form, and both are no calls of OSS; and any at the root of the real
    service's host names. `sts.localhost` is STS for such a request, and the bucket `sts` for all others.
    """
    if request.raw_path not in ("/", ""):
        return False
    name = host_name(request.host)
    if _HOST.fullmatch(name):
        return True
    return _names_action(request) and (name.startswith("sts.") or hosts.bucket_of(request.host) is None)


def _names_action(request: Request) -> bool:
    is_form = request.method == "POST" and request.headers.get("content-type", "").lower().startswith(_FORM)
    return is_form or "x-acs-action" in request.headers or _ACTION.search(request.query_string) is not None


async def answer(request: Request, services: Services) -> Response:
    """The answer to a call: what the action says, or the refusal, in the format that the call wants."""
    params: Mapping[str, str] = {}
    try:
        body = await request.body(MAX_BODY)
        pairs = _pairs(request, body)
        params = dict(pairs)
        if len(params) < len(pairs):
            raise StsError("InvalidParameter", "A parameter must not be repeated.")
        return _written(request, params, 200, *_done(request, params, body, services))
    except OSSError as error:
        refusal = StsError("InvalidParameter", error.message)
    except StsError as error:
        refusal = error
    fields = {"HostId": legible(request.host), "Code": refusal.code, "Message": legible(refusal.message)}
    return _written(request, params, refusal.status, "Error", fields)


def _pairs(request: Request, body: bytes) -> Sequence[tuple[str, str]]:
    """The parameters of the query and of a form."""
    is_form = request.headers.get("content-type", "").lower().startswith(_FORM)
    return (*request.query, *(parameters(body.decode("latin-1")) if is_form else ()))


def _done(
    request: Request, params: Mapping[str, str], body: bytes, services: Services
) -> tuple[str, Mapping[str, object]]:
    """The name of an answer and its fields."""
    if request.method not in ("GET", "POST"):
        raise StsError("UnsupportedHTTPMethod")
    call = signed.read(request, params, body)
    action = ACTIONS.get(call.action)
    if action is None:
        raise StsError("InvalidAction.NotFound")
    if call.version != VERSION:
        raise StsError("InvalidVersion")
    signer = call.signer(services.credentials, request.now)
    return f"{call.action}Response", action(request, signer.principal, params, services.sessions)


def _written(
    request: Request, params: Mapping[str, str], status: int, root: str, fields: Mapping[str, object]
) -> Response:
    told = {"RequestId": request.request_id, **fields}
    if _wants_json(request, params):
        return Response(status, [("Content-Type", JSON_TYPE)], json.dumps(told, ensure_ascii=False).encode())
    return Response(status, [("Content-Type", XML_TYPE)], document(root, told))


def _wants_json(request: Request, params: Mapping[str, str]) -> bool:
    """By `Format`, for which XML is the default; calls signed in a header have JSON unless they accept XML only."""
    if request.headers.get("authorization", "").startswith(signed.ACS3):
        return "xml" not in request.headers.get("accept", "")
    return params.get("Format", "XML").upper() == "JSON"
