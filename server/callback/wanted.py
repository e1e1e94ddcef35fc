"""What an upload asks for: whom to call back, and with what. Everything is checked before anything is stored.

Source: API reference, "Callback"; the ECs are those of the pages 0007-000000xx.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from ..errors import OSSError, invalid_argument
from ..outgoing import PORTS, is_allowed, named_host, port_of
from ..request import Request

URLENCODED = "application/x-www-form-urlencoded"
JSON = "application/json"

MAX_URLS = 5

PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")

_CALLBACK, _VARIABLES = "callback", "callback-var"
_VARIABLE = "x:"
_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

_NOT_BASE64, _BAD_URL, _TOO_MANY_URLS, _NO_BODY, _BAD_TYPE = (
    f"0007-000000{number}" for number in ("02", "04", "05", "11", "12")
)


@dataclass(frozen=True, slots=True)
class Callback:
    """Whom to ask, in order until one answers, and the request's body before anything is put in.

    `host` is the Host header, None for the URL's own; `variables` are the client's own by name, `x:` included.
    """

    urls: tuple[httpx.URL, ...]
    template: str
    body_type: str = URLENCODED
    host: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


def of_request(request: Request, allowed: Collection[str]) -> Callback | None:
    """The callback that headers or the query ask for; None where none is wanted, as with an empty `callbackUrl`.

    `allowed` are the hosts of the setting `callback_hosts`. Raises `InvalidArgument` for what is wrong, for the same
    in both places, and for a host that is not allowed.
    """
    text, variables = _carried(request, _CALLBACK), _carried(request, _VARIABLES)
    if not text:
        return None
    return _callback(text, _variables(variables) if variables else {}, allowed)


def of_form(fields: Mapping[str, str], allowed: Collection[str]) -> Callback | None:
    """The callback that a posted form (lower-case names) asks for; its variables are fields whose names begin `x:`."""
    text = fields.get(_CALLBACK)
    if not text:
        return None
    return _callback(text, {name: value for name, value in fields.items() if name.startswith(_VARIABLE)}, allowed)


def _carried(request: Request, name: str) -> str | None:
    header, parameter = request.headers.get(f"x-oss-{name}"), request.params.get(name)
    if header is not None and parameter is not None:
        message = f"{name} must not be both in a header and in the query string."
        raise invalid_argument(name, parameter, message)
    return parameter if header is None else header


def _callback(text: str, variables: Mapping[str, str], allowed: Collection[str]) -> Callback | None:
    found = _document(_CALLBACK, text)
    if not found.get("callbackUrl"):
        return None
    body_type = found.get("callbackBodyType", URLENCODED)
    if body_type not in (URLENCODED, JSON):
        raise _invalid("callbackBodyType", body_type, f"must be {URLENCODED} or {JSON}", _BAD_TYPE)
    host = found.get("callbackHost") or None
    if host is not None and not (isinstance(host, str) and _HOST.fullmatch(host)):
        raise _invalid("callbackHost", host, "must be a domain name or an IP address")
    # Taken for its type alone: a name is sent with every TLS handshake here.
    if not isinstance(found.get("callbackSNI", False), bool):
        raise _invalid("callbackSNI", found["callbackSNI"], "must be true or false")
    urls = _urls(found["callbackUrl"])
    for url in urls:
        _require_allowed(url, allowed)
    return Callback(urls, _template(found, body_type), body_type, host, variables)


def _document(name: str, text: str) -> dict[str, Any]:
    """The JSON object that Base64 `text` carries, in which every text can be sent on."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        raise invalid_argument(
            name, text, "The callback configuration is not base64 encoded.", ec=_NOT_BASE64
        ) from None
    try:
        found = json.loads(content.decode())
        # Only what UTF-8 can hold can be sent: JSON may also spell half a character.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _not_json(name, content.decode(errors="replace"))
    return found


def _not_json(name: str, text: str) -> OSSError:
    return invalid_argument(name, text, "The callback configuration is not json format.")


def _variables(text: str) -> dict[str, str]:
    found = _document(_VARIABLES, text)
    for name, value in found.items():
        if not name.startswith(_VARIABLE) or name != name.lower():
            raise _invalid(_VARIABLES, name, "must begin with x: and be in lower case")
        if not isinstance(value, str):
            raise _invalid(_VARIABLES, name, "must be a string")
    return found


def _template(found: Mapping[str, Any], body_type: str) -> str:
    template = found.get("callbackBody")
    if not isinstance(template, str) or not template:
        raise _invalid("callbackBody", template, "must be a string and not empty", _NO_BODY)
    if body_type == JSON:
        # What is put in is JSON itself, its quotation marks included, so a placeholder stands where a value may stand.
        try:
            json.loads(PLACEHOLDER.sub('""', template))
        except (ValueError, RecursionError):
            raise _not_json(_CALLBACK, template) from None
    return template


def _urls(text: Any) -> tuple[httpx.URL, ...]:
    if not isinstance(text, str):
        raise _invalid("callbackUrl", text, "must be a string", _BAD_URL)
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if not 1 <= len(parts) <= MAX_URLS:
        raise _invalid("callbackUrl", text, f"must be 1 to {MAX_URLS} URLs", _TOO_MANY_URLS)
    return tuple(_url(part) for part in parts)


def _url(text: str) -> httpx.URL:
    """One URL; without a scheme it is of HTTP."""
    try:
        url = httpx.URL(text if _SCHEME.match(text) else f"http://{text}")
        is_good = url.scheme in PORTS and bool(url.host) and not url.userinfo and 0 < port_of(url) < 65536
    except (httpx.InvalidURL, ValueError):
        is_good = False
    if not is_good:
        raise _invalid("callbackUrl", text, "must be a URL of http or https", _BAD_URL)
    return url


def _require_allowed(url: httpx.URL, allowed: Collection[str]) -> None:
    if not is_allowed(url, allowed):
        name = named_host(url)
        message = f"Callbacks to {name} are not allowed on this server: its setting callback_hosts does not name it."
        raise invalid_argument("callbackUrl", str(url), message)


def _invalid(name: str, value: Any, rule: str, ec: str | None = None) -> OSSError:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return invalid_argument(name, text, f"The callback configuration is invalid: {name} {rule}.", ec=ec)
