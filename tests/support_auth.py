"""Requests, clocks and credentials for tests of authentication, made from the recorded vectors or by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pixoss.server.address import Hosts, Resource, resolve
from pixoss.server.auth.authenticate import Authenticated, authenticate
from pixoss.server.auth.credentials import Credential, Credentials
from pixoss.server.auth.validity import moment_of
from pixoss.server.request import Request

HOSTS = Hosts(cnames={"img.example.com": "examplebucket"})
NOW = 1768465845  # 2026-01-15T08:30:45Z
NOW_HTTP = "Thu, 15 Jan 2026 08:30:45 GMT"
NOW_ISO = "20260115T083045Z"
KEY, SECRET = "LTAI5tTestKey", "TestSecret0123456789"
CREDENTIALS = Credentials((Credential(KEY, SECRET),))


async def _no_body() -> Mapping[str, Any]:
    return {"type": "http.request", "body": b""}


def request_of(method: str, url: str, headers: Mapping[str, str] | None = None, now: float = NOW) -> Request:
    """The request that a server would see for an exact wire URL and headers (Host from the URL unless given)."""
    parts = urlsplit(url)
    sent = {"host": parts.netloc, **{name.lower(): value for name, value in (headers or {}).items()}}
    scope = {
        "method": method,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "scheme": parts.scheme,
        "client": ("127.0.0.1", 1),
    }
    return Request.from_scope(scope, _no_body, request_id="0" * 24, now=now)


def resources_of(request: Request) -> Sequence[Resource]:
    return resolve(request.host, request.raw_path, HOSTS)


def check(request: Request, credentials: Credentials = CREDENTIALS, **options: Any) -> Authenticated:
    return authenticate(request, resources_of(request), credentials, **options)


@dataclass(frozen=True)
class Case:
    """One recorded request; `replace` changes a part of it."""

    name: str
    version: str
    mode: str
    method: str
    url: str
    bucket: str
    key: str
    secret: str
    access_key_id: str
    signature: str
    string_to_sign: str
    token: str | None = None
    canonical_request: str | None = None
    authorization: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    now: float = 0
    lenient: bool = False

    @property
    def credentials(self) -> Credentials:
        return Credentials((Credential(self.access_key_id, self.secret, self.token),))

    @property
    def request(self) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.authorization:
            headers["authorization"] = self.authorization
        return request_of(self.method, self.url, headers, self.now)

    def authenticate(self, **options: Any) -> Authenticated:
        return check(self.request, self.credentials, lenient=self.lenient, **options)

    def with_signature(self, signature: str) -> Case:
        if self.authorization:
            return replace(self, authorization=self.authorization.replace(self.signature, signature))
        if self.mode == "query":
            return replace(self, url=self.url.replace(quote(self.signature, safe=""), quote(signature, safe="")))
        return replace(self, signature=signature)

    def with_header(self, name: str, value: str) -> Case:
        return replace(self, headers={**{n.lower(): v for n, v in self.headers.items()}, name: value})


def _now(case: Mapping[str, Any]) -> float:
    """The recorded time, else that of the request's own date or expiry: the clock is frozen there."""
    headers = {name.lower(): value for name, value in case.get("headers", {}).items()}
    if time := case.get("time"):
        return moment_of(time.replace("-", "").replace(":", ""))
    if date := headers.get("x-oss-date") or headers.get("date"):
        return moment_of(date)
    return int(dict(part.partition("=")[::2] for part in urlsplit(case["url"]).query.split("&"))["Expires"])


def _case(row: Mapping[str, Any]) -> Case:
    return Case(
        name=row["name"],
        version=row["version"],
        mode=row["mode"],
        method=row["method"],
        url=row["url"],
        bucket=row["bucket"],
        key=row["key"],
        secret=row["access_key_secret"],
        access_key_id=row["access_key_id"],
        signature=row["expected_signature"],
        string_to_sign=row["string_to_sign"],
        token=row.get("token"),
        canonical_request=row.get("canonical_request"),
        authorization=row.get("expected_authorization"),
        headers=row.get("headers", {}),
        form=row.get("form", {}),
        now=_now(row),
        lenient=row.get("lenient", False),
    )


CASES = [_case(row) for row in json.loads((Path(__file__).parent / "server/auth/signatures.json").read_text("utf-8"))]


def v1_signature(text: str, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def v2_signature(text: str, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def v4_signature(text: str, secret: str = SECRET, scope: str = "20260115/cn-hangzhou/oss/aliyun_v4_request") -> str:
    key = f"aliyun_v4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def v1_url(path: str, query: str = "", *, signed: str = "", expires: int = NOW + 60, method: str = "GET") -> str:
    """A V1 URL on bucket `bkt`, signed here with independent code; `signed` is the canonical query."""
    text = f"{method}\n\n\n{expires}\n/bkt{unquote(path)}{'?' + signed if signed else ''}"
    mark = quote(v1_signature(text), safe="")
    own = f"OSSAccessKeyId={KEY}&Expires={expires}&Signature={mark}"
    return f"http://127.0.0.1/bkt{path}?{query}{'&' if query else ''}{own}"


def v4_url(path: str, *, seconds: int = 600, date: str = NOW_ISO, more: str = "", headers: str = "") -> str:
    """A V4 GET URL on bucket `bkt`, signed here with independent code; `more` must be encoded and sort last."""
    scope = f"{date[:8]}/cn-hangzhou/oss/aliyun_v4_request"
    query = (
        f"x-oss-credential={quote(f'{KEY}/{scope}', safe='')}&x-oss-date={date}&x-oss-expires={seconds}"
        f"&x-oss-signature-version=OSS4-HMAC-SHA256{more}"
    )
    canonical = f"GET\n/bkt{path}\n{query}\n{headers}\n\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    mark = v4_signature(f"OSS4-HMAC-SHA256\n{date}\n{scope}\n{digest}", scope=scope)
    return f"http://127.0.0.1/bkt{path}?{query}&x-oss-signature={mark}"
