"""The way of one request, in order."""

from __future__ import annotations

from ..processors.errors import ProcessError
from ..storage.errors import StorageError
from . import address, routing
from .auth.authenticate import authenticate
from .authorize import permit
from .call import Call, Services
from .errors import OSSError, from_process, from_storage
from .headers import has_overrides
from .middleware import NOW, REQUEST_ID
from .request import ClientDisconnectedError, Receive, Request, Scope, Send
from .response import XML_TYPE, Response

SERVICES = "services"

# Statuses whose answers have no body in HTTP.
BODILESS = frozenset({204, 304})


class OSSApplication:
    """OSS's protocol as one plain ASGI application.

    OSS chooses the call by sub-resource (`?acl`, `?style`), which path routing cannot express. The services come with
    the application's lifespan, in the scope's state.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = Request.from_scope(scope, receive, request_id=scope[REQUEST_ID], now=scope[NOW])
        try:
            response = await respond(request, scope["state"][SERVICES])
        except ClientDisconnectedError:
            return
        await response.send(send)


async def respond(request: Request, services: Services) -> Response:
    """The answer to a request: a handler's, or the refusal of whichever layer refused it."""
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
    lenient = services.settings.signatures == "lenient"
    caller = authenticate(request, resources, services.credentials, lenient=lenient)
    resource = caller.resource
    route = routing.resolve(resource.level, request)
    overrides = has_overrides(request.params)
    bucket = await permit(services.store, caller.principal, resource, route.permission, overrides=overrides)
    return await route.handler(Call(request, caller, services, bucket))


def refusal(request: Request, error: OSSError) -> Response:
    """The answer to a refused request: OSS's XML, and on HEAD, which has no body, the same in `x-oss-err`."""
    body = error.xml(request.request_id, request.host)
    fields = error.header_fields(body, request.method)
    if error.status in BODILESS:
        return Response(error.status, fields)
    is_head = request.method == "HEAD"
    return Response(error.status, [("Content-Type", XML_TYPE), *fields], b"" if is_head else body, head=is_head)
