"""Cross-origin calls: a bucket's rules, the preflight that browsers send, and the headers of the answers."""

from __future__ import annotations

from dataclasses import replace

from ...storage.errors import StorageError
from .. import address
from ..call import Call, Services
from ..errors import OSSError
from ..request import Request
from ..response import XML_TYPE, Response
from ..rules import cors, documents
from ..rules.cors import CorsConfiguration
from .body import xml_body

VARY = ("Vary", "Origin")
NOT_ENABLED = "CORSResponse: CORS is not enabled for this bucket."
NO_ORIGIN = "Insufficient information. Origin request header needed."
NO_METHOD = "Insufficient information. Request Access-Control-Request-Method header needed."


async def put_cors(call: Call) -> Response:
    """PutBucketCors: replace all rules."""
    root = await xml_body(call, cors.ROOT, limit=cors.MAX_BODY)
    cors.configuration(root)
    await documents.put(call.store, call.bucket.name, cors.KIND, root)
    return Response()


async def get_cors(call: Call) -> Response:
    """GetBucketCors. Raises `NoSuchCORSConfiguration`."""
    found = await documents.find(call.store, call.bucket.name, cors.KIND)
    if found is None:
        raise OSSError("NoSuchCORSConfiguration")
    return Response(headers=[("Content-Type", XML_TYPE)], body=found)


async def delete_cors(call: Call) -> Response:
    """DeleteBucketCors: 204 also when there are no rules."""
    await call.store.delete_document(call.bucket.name, cors.KIND, "")
    return Response(204)


async def preflight(call: Call) -> Response:
    """OptionObject: what a page of another origin may send; the object need not exist.

    Raises `BadRequest` for a request that is no preflight, and `AccessForbidden` where no rule admits what it asks.
    """
    headers = call.request.headers
    origin = _needed(headers.get("origin"), NO_ORIGIN)
    method = _needed(headers.get("access-control-request-method"), NO_METHOD)
    asked = headers.get("access-control-request-headers", "")
    configuration = await _configuration(call.services, call.resource.bucket)
    if configuration is None:
        raise OSSError("AccessForbidden", NOT_ENABLED)
    rule = configuration.rule_for(origin, method, [name.strip().lower() for name in asked.split(",") if name.strip()])
    if rule is None:
        raise OSSError("AccessForbidden", headers=dict([VARY]) if configuration.always_varies else None)
    granted = [("Access-Control-Allow-Headers", asked)] if asked else []
    return Response(headers=[*rule.fields(origin), *granted, VARY])


def _needed(value: str | None, message: str) -> str:
    if not value:
        raise OSSError("BadRequest", message)
    return value


async def marked(request: Request, services: Services, response: Response) -> Response:
    """An answer, refusals included, with the headers that let a page of another origin read it.

    Without an Origin header nothing is looked up, so `ResponseVary` does not reach such an answer (our choice; OSS
    varies it too). A preflight has its headers already.
    """
    origin = request.headers.get("origin")
    if not origin or request.method == "OPTIONS":
        return response
    try:
        bucket = address.resolve(request.host, request.raw_path, services.hosts)[0].bucket
        configuration = await _configuration(services, bucket) if bucket else None
    except (OSSError, StorageError):
        return response
    fields = _fields(configuration, origin, request.method) if configuration else []
    return replace(response, headers=[*response.headers, *fields])


def _fields(configuration: CorsConfiguration, origin: str, method: str) -> list[tuple[str, str]]:
    rule = configuration.rule_for(origin, method)
    if rule is None:
        return [VARY] if configuration.always_varies else []
    return [*rule.fields(origin), VARY]


async def _configuration(services: Services, bucket: str) -> CorsConfiguration | None:
    """The rules that count for a bucket: its own, else those of the setting `cors`, which as on OSS are none."""
    document = await documents.find(services.store, bucket, cors.KIND)
    if document is not None:
        return cors.read(document)
    return cors.OPEN if services.settings.cors == "open" else None
