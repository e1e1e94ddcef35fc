"""Mirror back-to-origin: a missing object is fetched from where a bucket's rule says, and stored.

Only hosts that the operator names in the setting `mirror_hosts` are asked: the server may reach what the bucket's owner
may not. OSS asks any public host; it refuses internal addresses for the same reason.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import quote

import httpx

from ..storage.errors import FileAlreadyExists, IncompleteBody, InvalidDigest
from .api.body import MAX_OBJECT_BYTES
from .attributes import attributes_from
from .call import Call
from .errors import OSSError
from .headers import expected_content
from .outgoing import is_allowed
from .request import Request
from .rules.routing_rules import Mirror

# The word by which origins know OSS's own requests. A request that carries it is not mirrored again: two buckets that
# are each other's origin would otherwise ask for ever.
AGENT = "aliyun-oss-mirror"
MAX_REDIRECTS = 10

# What an origin says of its file that is kept with the object.
KEPT = (
    "content-type",
    "content-encoding",
    "content-disposition",
    "content-language",
    "cache-control",
    "expires",
    "content-md5",
)

# Headers of the request that never go along, whatever the rule says (PutBucketWebsite: MirrorHeaders): they belong to
# the signature, or to this connection, or ask for less than the whole object.
_KEPT_BACK = frozenset({
    "accept-encoding", "authorization", "authorization2", "connection", "content-length", "content-md5",
    "content-type", "date", "expect", "host", "if-match", "if-modified-since", "if-none-match", "if-range",
    "if-unmodified-since", "keep-alive", "proxy-authorization", "proxy-connection", "range", "te", "trailer",
    "transfer-encoding", "upgrade", "user-agent",
})  # fmt: skip
_KEPT_BACK_PREFIXES = ("x-oss-", "oss-", "x-drs-")
_NEVER_SET = frozenset({"connection", "content-length", "transfer-encoding", "upgrade", "user-agent"})


async def fetched(call: Call, mirror: Mirror, key: str, query: str) -> bool:
    """Whether the missing object of the call is in the store now; False when the origin does not have it either.

    `key` is the object's name at the origin and `query` what goes along, without its question mark. Several requests
    for one object may ask the origin at once; the first to be whole is kept. Raises `MirrorFailed`.
    """
    if AGENT in call.request.headers.get("user-agent", "") or not _names_a_file(key):
        return False
    for number, url in enumerate(mirror.urls, 1):
        try:
            return await _stored(call, mirror, f"{url}{quote(key)}{'?' * bool(query)}{query}")
        except OSSError as error:
            if error.code != "MirrorFailed" or number == len(mirror.urls):
                raise
    return False


def _names_a_file(key: str) -> bool:
    """Whether the key is one file below the origin's URL: `..` would lead out of it."""
    return not {".", ".."}.intersection(key.split("/"))


async def _stored(call: Call, mirror: Mirror, url: str) -> bool:
    try:
        async with _answered(call, mirror, httpx.URL(url)) as answer:
            if answer.status_code == 404:
                return False
            if answer.status_code != 200:
                raise _failed(f"the origin answers {answer.status_code}")
            await _store(call, mirror, answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _failed(f"the origin can not be read: {type(error).__name__}") from error
    return True


@asynccontextmanager
async def _answered(call: Call, mirror: Mirror, url: httpx.URL) -> AsyncIterator[httpx.Response]:
    """The answer of the origin, its body unread; redirects are followed if the rule says so, ten at most.

    The rule's headers may be secrets of the origin, so another origin than the first gets none.
    """
    first = url
    for _ in range(MAX_REDIRECTS + 1):
        _require_allowed(url, call.services.settings.mirror_hosts)
        headers = _headers(call.request, mirror) if _origin(url) == _origin(first) else {}
        sent = [(name.encode(), value.encode()) for name, value in [*headers.items(), ("User-Agent", AGENT)]]
        async with call.services.http.stream("GET", url, headers=sent) as answer:
            if not (mirror.follows_redirects and answer.has_redirect_location):
                yield answer
                return
            url = answer.url.join(answer.headers["location"])
    raise _failed(f"the origin redirects more than {MAX_REDIRECTS} times")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _require_allowed(url: httpx.URL, hosts: frozenset[str]) -> None:
    if not is_allowed(url, hosts):
        raise _failed(f"the host {url.host} is not in the server's setting mirror_hosts")


def _headers(request: Request, mirror: Mirror) -> dict[str, str]:
    """What goes along: of the request's headers those that are passed and not removed, then those that are set."""
    passed = {
        name: value
        for name, value in request.headers.items()
        if (mirror.passes_all or name in mirror.passed) and name not in mirror.removed and not _is_kept_back(name)
    }
    return passed | {name: value for name, value in mirror.added.items() if name not in _NEVER_SET}


def _is_kept_back(name: str) -> bool:
    return name in _KEPT_BACK or name.startswith(_KEPT_BACK_PREFIXES)


async def _store(call: Call, mirror: Mirror, answer: httpx.Response) -> None:
    bucket, key = call.bucket, call.resource.key
    told = {name: answer.headers[name] for name in KEPT if name in answer.headers}
    try:
        await call.store.put_object(
            bucket.name,
            key,
            _bounded(answer),
            attributes_from(told, key, bucket.storage_class),
            expected=expected_content(told if mirror.checks_md5 else {}, _length(answer.headers)),
            overwrite=False,
        )
    except FileAlreadyExists:
        # Somebody stored it meanwhile: an upload, or another request for the same missing object.
        return
    except (IncompleteBody, InvalidDigest) as error:
        raise _failed(f"what the origin sent is not what it announced: {error.code}") from error


def _length(headers: Mapping[str, str]) -> int | None:
    text = headers.get("content-length", "")
    if not (text.isascii() and text.isdigit()):
        return None
    if int(text[:20]) > MAX_OBJECT_BYTES:
        raise _failed("the file is larger than 5 GB")
    return int(text)


async def _bounded(answer: httpx.Response) -> AsyncIterator[bytes]:
    received = 0
    async for chunk in answer.aiter_raw():
        received += len(chunk)
        if received > MAX_OBJECT_BYTES:
            raise _failed("the file is larger than 5 GB")
        yield chunk


def _failed(detail: str) -> OSSError:
    """`MirrorFailed` that says why in `ErrorDetail` (an element of ours)."""
    return OSSError("MirrorFailed", details={"ErrorDetail": detail})
