"""The way of one request, in order."""

from __future__ import annotations

from collections.abc import Sequence

from ..processors.errors import ProcessError
from ..storage.errors import StorageError
from . import address, cnames, routing
from .address import Resource
from .api import cors, referer, website
from .auth.authenticate import Authenticated, authenticate
from .auth.credentials import ANONYMOUS
from .authorize import permit
from .call import Call, Services
from .errors import OSSError, from_process, from_storage
from .headers import require_traffic_limit
from .middleware import NOW, REQUEST_ID, App
from .request import ClientDisconnectedError, Receive, Request, Scope, Send
from .response import XML_TYPE, Response
from .rules import public_access
from .sts import service as sts

SERVICES = "services"

# No bucket can have this name.
CONTROL_PREFIX = "/_pixoss"

# Statuses whose answers have no body in HTTP.
BODILESS = frozenset({204, 304})


class OSSApplication:
    """OSS's protocol as one plain ASGI application, in front of the control routes.

    OSS chooses the call by sub-resource (`?acl`, `?style`), which path routing cannot express. The services come with
    the application's lifespan, in the scope's state.
    """

    def __init__(self, control: App) -> None:
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or hand it on if it is for the control routes."""
        if scope["type"] != "http":
            await self._control(scope, receive, send)
            return
        request = Request.from_scope(scope, receive, request_id=scope[REQUEST_ID], now=scope[NOW])
        services = await cnames.located(scope["state"][SERVICES], request.host)
        if _is_control(request, services):
            await self._control(scope, receive, send)
            return
        try:
            answer = sts.answer if sts.is_meant(request, services.hosts) else respond
            response = await answer(request, services)
        except ClientDisconnectedError:
            return
        await response.send(send)


def _is_control(request: Request, services: Services) -> bool:
    """Whether a control route is meant: where the host names a bucket, `_pixoss/health` is an ordinary key."""
    return request.raw_path.startswith(f"{CONTROL_PREFIX}/") and services.hosts.bucket_of(request.host) is None


async def respond(request: Request, services: Services) -> Response:
    """The answer to a request: a handler's, or the refusal of whichever layer refused it."""
    return await cors.marked(request, services, await _answer_or_refusal(request, services))


async def _answer_or_refusal(request: Request, services: Services) -> Response:
    try:
        return await _answer(request, services)
    except OSSError as error:
        return refusal(request, error)
    except StorageError as error:
        return refusal(request, from_storage(error))
    except ProcessError as error:
        return refusal(request, from_process(error))


async def _answer(request: Request, services: Services) -> Response:
    resources = address.resolve(request.host, request.raw_path, services.hosts)
    if request.method == "OPTIONS":
        # A browser asks before it sends: the signature in the URL, if any, is that of the request to come.
        caller = Authenticated(ANONYMOUS, resources[0])
    else:
        caller = _caller(request, resources, services)
    if caller.principal.is_anonymous and not routing.subresource(caller.resource.level, request):
        caller = await website.entered(request, services, caller)
    resource = caller.resource
    route = routing.resolve(resource.level, request)
    version_id = request.params.get("versionId") or None
    bucket = await permit(services.store, request, caller.principal, resource, route.access, version_id)
    require_traffic_limit(request.headers, request.params)
    await public_access.require_closed(services.store, request.headers, bucket)
    await referer.require(services.store, request, caller, route.permission, bucket)
    return await route.handler(Call(request, caller, services, bucket))


def _caller(request: Request, resources: Sequence[Resource], services: Services) -> Authenticated:
    settings = services.settings
    region = settings.region if settings.require_region else None
    lenient = settings.signatures == "lenient"
    return authenticate(request, resources, services.credentials, lenient=lenient, region=region)


def refusal(request: Request, error: OSSError) -> Response:
    """The answer to a refused request: OSS's XML, and on HEAD, which has no body, the same in `x-oss-err`."""
    is_head = request.method == "HEAD"
    written = error.xml_for_header if is_head else error.xml
    body = written(request.request_id, request.host)
    fields = error.header_fields(body, request.method)
    if error.status in BODILESS:
        return Response(error.status, fields)
    return Response(error.status, [("Content-Type", XML_TYPE), *fields], b"" if is_head else body, head=is_head)
