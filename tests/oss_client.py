"""A client for tests: sends exactly the bytes of a target to the ASGI application, signed V1 by independent code."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote, unquote_plus
from xml.etree import ElementTree

KEY = "pixoss"
SECRET = "secret-of-the-tests"
START = 1_790_000_000.0

SIGNED = {
    "acl", "bucketInfo", "location", "delete", "style", "styleName", "objectMeta", "x-oss-process", "cors", "uploads",
    "tagging", "append", "position", "continuation-token", "x-oss-async-process", "processConfiguration", "img",
    "uploadId", "partNumber", "versionId", "versions", "versioning", "symlink", "restore", "stat", "lifecycle",
    "website", "referer", "logging", "encryption", "policy", "policyStatus", "requestPayment", "transferAcceleration",
    "worm", "wormId", "wormExtend", "inventory", "inventoryId", "replication", "replicationLocation",
    "replicationProgress", "rtc", "qosInfo", "requesterQosInfo", "qos", "resourceGroup", "metaQuery", "cname", "live",
    "vod", "status", "comp", "httpsConfig", "bucketArchiveDirectRead", "publicAccessBlock", "accessPoint",
    "accessPointPolicy", "accessmonitor", "redundancyTransition", "responseHeader", "cloudboxes", "sequential",
    "callback", "callback-var", "asyncFetch", "cleanRestoredObject", "seal", "security-token", "x-oss-traffic-limit",
    "x-oss-request-payer", "startTime", "endTime", "regionList", "resourcePool", "resourcePoolInfo",
    "overwriteConfig", "quota", "objectWorm", "userDefinedLogFieldsConfig", "x-oss-access-point-name",
    "x-oss-target-redundancy-type", "x-oss-redundancy-transition-taskid",
    "resourcePoolBuckets", "qosRequester", "response-content-type", "response-cache-control", "response-expires",
    "response-content-disposition", "response-content-encoding", "response-content-language",
}  # fmt: skip


class Clock:
    """Unix seconds that only a test moves."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Pair:
    """A key to sign with."""

    key: str
    secret: str
    token: str | None = None


OWNER = Pair(KEY, SECRET)


@dataclass
class Answer:
    """One answer; header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def xml(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.body)

    def field(self, path: str) -> str | None:
        """The text of an element of an XML answer; None when it is not there."""
        found = self.xml.find(path)
        return None if found is None else found.text or ""

    @property
    def code(self) -> str | None:
        return self.field("Code")

    @property
    def ec(self) -> str | None:
        return self.field("EC")


class Client:
    """Requests to the application, in this process."""

    def __init__(self, app: Any, state: Mapping[str, Any], clock: Clock, host: str = "127.0.0.1:8880") -> None:
        self.app, self.state, self.clock, self.host = app, state, clock, host

    async def request(
        self,
        method: str,
        target: str,
        body: bytes | AsyncIterable[bytes] = b"",
        headers: Mapping[str, str] | None = None,
        *,
        sign: bool = True,
        host: str | None = None,
        resource: str | None = None,
        by: Pair | None = None,
    ) -> Answer:
        """Send one request, signed `by` the owner's key unless another is given.

        `resource` is what to sign where it is not the decoded path (virtual hosts).
        """
        given = {name.lower(): value for name, value in (headers or {}).items()}
        given.setdefault("host", host or self.host)
        if isinstance(body, bytes) and (body or method in ("PUT", "POST")):
            given.setdefault("content-length", str(len(body)))
        if sign:
            pair = by or OWNER
            given.setdefault("date", formatdate(self.clock(), usegmt=True))
            if pair.token:
                given["x-oss-security-token"] = pair.token
            given["authorization"] = f"OSS {pair.key}:{signature(method, target, given, resource, pair.secret)}"
        return await self.send(method, target, body, given)

    async def send(
        self, method: str, target: str, body: bytes | AsyncIterable[bytes], headers: Mapping[str, str]
    ) -> Answer:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": [(name.encode("latin-1"), value.encode("utf-8")) for name, value in headers.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8880),
            "state": dict(self.state),
        }
        messages: list[Any] = []
        await self.app(scope, _receiver(body), _collector(messages))
        return _answer(messages)

    async def get(self, target: str, **options: Any) -> Answer:
        return await self.request("GET", target, **options)

    async def head(self, target: str, **options: Any) -> Answer:
        return await self.request("HEAD", target, **options)

    async def put(self, target: str, body: Any = b"", **options: Any) -> Answer:
        return await self.request("PUT", target, body, **options)

    async def post(self, target: str, body: Any = b"", **options: Any) -> Answer:
        return await self.request("POST", target, body, **options)

    async def delete(self, target: str, **options: Any) -> Answer:
        return await self.request("DELETE", target, **options)


def _receiver(body: bytes | AsyncIterable[bytes]) -> Any:
    async def once(content: bytes) -> Any:
        yield content

    chunks = aiter(once(body) if isinstance(body, bytes) else body)

    async def receive() -> dict[str, Any]:
        try:
            chunk = await anext(chunks)
        except StopAsyncIteration:
            return {"type": "http.request", "body": b"", "more_body": False}
        if chunk is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": True}

    return receive


def _collector(messages: list[Any]) -> Any:
    async def send(message: Any) -> None:
        messages.append(message)

    return send


def _answer(messages: list[Any]) -> Answer:
    if not messages:
        return Answer(0, {}, b"")
    start, *parts = messages
    headers: dict[str, str] = {}
    for name, value in start["headers"]:
        assert name.decode() not in headers, f"{name!r} is sent twice"
        headers[name.decode()] = value.decode("utf-8")
    assert parts and not parts[-1].get("more_body"), "the answer was not finished"
    return Answer(start["status"], headers, b"".join(part.get("body", b"") for part in parts))


def signature(method: str, target: str, headers: Mapping[str, str], resource: str | None, secret: str = SECRET) -> str:
    """The V1 signature of a request."""
    path, _, query = target.partition("?")
    parts = [part.partition("=") for part in query.split("&") if part]
    signed = sorted(
        (unquote_plus(name), unquote_plus(value)) for name, _, value in parts if unquote_plus(name) in SIGNED
    )
    text = resource or unquote(path.replace("+", " "))
    if text.count("/") == 1 and text != "/":
        text += "/"
    if signed:
        text += "?" + "&".join(f"{name}={value}" if value else name for name, value in signed)
    oss = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers) if name.startswith("x-oss-"))
    first = [method, headers.get("content-md5", ""), headers.get("content-type", ""), headers.get("date", "")]
    string = "\n".join(first) + "\n" + oss + text
    return base64.b64encode(hmac.new(secret.encode(), string.encode(), hashlib.sha1).digest()).decode()
