"""Calls on a bucket's website, and the website itself: what is answered in place of a listing or of a missing object.

Index and error pages are for anonymous requests: a signed one gets the listing or the error, as it does on OSS
("Static website hosting"). Routing rules count for every GetObject, because SDKs migrate by mirrors. HEAD is never
answered by a website; OSS says so of mirrors ("Mirroring-based back-to-origin") and is silent about the rest.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from ...storage.errors import StorageError
from ..address import MAX_KEY_BYTES, Level, Resource
from ..auth.access import GET_OBJECT
from ..auth.authenticate import Authenticated
from ..authorize import permit
from ..call import Call, Services
from ..errors import OSSError
from ..imaging.request import PARAMETER
from ..imaging.resolve import source_key
from ..mirror import fetched
from ..request import Request
from ..response import XML_TYPE, Response
from ..route import Handler
from ..rules import documents, website
from ..rules.routing_rules import INTERNAL
from ..rules.website import ErrorDocument, Folder, Website
from . import object
from .body import xml_body

# With one of these a listing is wanted, whoever asks.
LISTING_PARAMETERS = frozenset({"prefix", "marker", "delimiter", "max-keys", "list-type", "encoding-type"})

# What signs a URL is nobody else's business, and a mirror keeps pictures as they are, to be processed here: our choice.
SIGNATURE_PARAMETERS = frozenset({
    "OSSAccessKeyId", "Signature", "Expires", "security-token", "x-oss-access-key-id", "x-oss-additional-headers",
    "x-oss-credential", "x-oss-date", "x-oss-expires", "x-oss-security-token", "x-oss-signature",
    "x-oss-signature-version",
})  # fmt: skip
NOT_MIRRORED = SIGNATURE_PARAMETERS | {PARAMETER}

_CONDITIONS = frozenset({"range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"})


async def put_website(call: Call) -> Response:
    """PutBucketWebsite: replace the whole configuration."""
    root = await xml_body(call, website.ROOT)
    website.website(root)
    await documents.put(call.store, call.bucket.name, website.KIND, root)
    return Response()


async def get_website(call: Call) -> Response:
    """GetBucketWebsite. Raises `NoSuchWebsiteConfiguration`."""
    found = await documents.find(call.store, call.bucket.name, website.KIND)
    if found is None:
        raise OSSError("NoSuchWebsiteConfiguration")
    return Response(headers=[("Content-Type", XML_TYPE)], body=found)


async def delete_website(call: Call) -> Response:
    """DeleteBucketWebsite: 204 also when there is none."""
    await call.store.delete_document(call.bucket.name, website.KIND, "")
    return Response(204)


async def entered(request: Request, services: Services, caller: Authenticated) -> Authenticated:
    """The caller, who means an index page now if he asked for a folder of a website.

    The root is a folder only where the host names the bucket: `/bucket/` in path style is a listing (our choice).
    Whether the page may be read is judged later, by the page's own ACL.
    """
    if request.method != "GET" or not caller.principal.is_anonymous or not _is_folder(request, services, caller):
        return caller
    resource = caller.resource
    site = await _site(services, resource.bucket)
    if site is None or site.index is None:
        return caller
    return replace(caller, resource=Resource(resource.bucket, site.index.key_in(resource.key)))


def _is_folder(request: Request, services: Services, caller: Authenticated) -> bool:
    resource = caller.resource
    if resource.level is Level.BUCKET:
        return services.hosts.bucket_of(request.host) is not None and LISTING_PARAMETERS.isdisjoint(request.params)
    return resource.key.endswith("/")


def serving(handler: Handler) -> Handler:
    """`handler` with the bucket's website behind it, which is looked up only when the object is missing."""

    async def answered(call: Call) -> Response:
        try:
            return await handler(call)
        except (OSSError, StorageError) as error:
            if error.code != "NoSuchKey" or call.request.method != "GET" or call.version_id:
                raise
            answer = await _instead(call, handler)
            if answer is None:
                raise
            return answer

    return answered


async def _instead(call: Call, handler: Handler) -> Response | None:
    """What the website answers in place of a missing object; None where it has nothing to say.

    The order is OSS's: routing rules, then the folder that the key may be, then the error page.
    """
    site = await _site(call.services, call.resource.bucket)
    if site is None:
        return None
    routed = await _routed(call, handler, site) if site.rules else None
    if routed or not call.caller.principal.is_anonymous:
        return routed
    return await _folder(call, site) or (await _error_page(call, site.error) if site.error else None)


async def _site(services: Services, bucket: str) -> Website | None:
    document = await documents.find(services.store, bucket, website.KIND)
    return website.read(document) if document else None


async def _routed(call: Call, handler: Handler, site: Website) -> Response | None:
    """What the first rule answers whose condition holds; None where the object that it leads to is missing too.

    A rule is about the object, `a.jpg` also where `a.jpg!small` was asked for.
    """
    source = await _source(call)
    rule = site.rule_for(source.resource.key, call.request.headers)
    if rule is None:
        return None
    redirect = rule.redirect
    kept_back = NOT_MIRRORED if redirect.mirror else SIGNATURE_PARAMETERS
    query = _passed_query(call.request, kept_back) if redirect.passes_query else ""
    if redirect.mirror:
        is_there = await fetched(source, redirect.mirror, rule.target(source.resource.key), query)
        return await handler(call) if is_there else None
    key = rule.target(call.resource.key)
    if redirect.kind == INTERNAL:
        page = await _at(call, key)
        return await object.get_object(page) if page else None
    protocol, host = redirect.protocol or call.request.scheme, redirect.host or call.request.host
    path = quote(f"/{key}") if redirect.host else _path(call, key)
    return Response(redirect.code, [("Location", f"{protocol}://{host}{path}{'?' * bool(query)}{query}")])


async def _source(call: Call) -> Call:
    """The call as one for the object behind it."""
    if PARAMETER in call.request.params:
        return call
    key = await source_key(call.store, call.resource.bucket, call.resource.key)
    return _about(call, key)


def _about(call: Call, key: str) -> Call:
    return replace(call, caller=replace(call.caller, resource=Resource(call.resource.bucket, key)))


def _passed_query(request: Request, kept_back: frozenset[str]) -> str:
    """The query string as it came, without the parameters that are kept back."""
    parts = zip((part for part in request.query_string.split("&") if part), request.query, strict=True)
    return "&".join(part for part, (name, _) in parts if name not in kept_back)


def _path(call: Call, key: str) -> str:
    """The path of another object of the bucket at the address that the client used."""
    is_named = call.services.hosts.bucket_of(call.request.host) is not None
    return quote(f"/{key}" if is_named else f"/{call.resource.bucket}/{key}")


async def _folder(call: Call, site: Website) -> Response | None:
    index, key = site.index, call.resource.key
    if index is None or not index.in_folders or index.folder is Folder.MISSING or key.endswith("/"):
        return None
    page = await _at(call, index.key_in(f"{key}/"))
    if page is not None and index.folder is Folder.REDIRECT:
        return Response(302, [("Location", _path(call, f"{key}/"))])
    return await object.get_object(page) if page else None


async def _error_page(call: Call, document: ErrorDocument) -> Response | None:
    page = await _at(call, document.key)
    if page is None:
        return None
    kept = {name: value for name, value in page.request.headers.items() if name not in _CONDITIONS}
    answer = await object.get_object(replace(page, request=replace(page.request, headers=kept, query_string="")))
    return replace(answer, status=document.status)


async def _at(call: Call, key: str) -> Call | None:
    """The call as one for another object of the bucket; None where that is missing or not for this reader."""
    if not 1 <= len(key.encode()) <= MAX_KEY_BYTES:
        return None
    resource = Resource(call.resource.bucket, key)
    try:
        await permit(call.store, call.request, call.caller.principal, resource, GET_OBJECT)
        await call.store.head_object(resource.bucket, key)
    except (OSSError, StorageError) as error:
        if error.code not in ("NoSuchKey", "AccessDenied"):
            raise
        return None
    return _about(call, key)
