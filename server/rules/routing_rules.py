"""Where a website sends those who ask for what is not there: conditions, redirects and mirrors (PutBucketWebsite)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from ..errors import OSSError, invalid_argument, malformed
from . import elements

# OSS, PutBucketWebsite: "up to 20 rules"; up to 10 of each kind of header.
MAX_RULES = 20
MAX_HEADERS = 10
MAX_HEADER_BYTES = 1024

MIRROR = "Mirror"
INTERNAL = "Internal"
REDIRECT_TYPES = frozenset({MIRROR, INTERNAL, "External", "AliCDN"})
PROTOCOLS = frozenset({"http", "https"})
REDIRECT_CODES = frozenset({"301", "302", "307"})

# The rules are asked when an object is missing and at no other time.
MISSING = 404

_HEADER = re.compile(r"[A-Za-z0-9_-]{1,1024}", re.ASCII)
_HOST_NAME = re.compile(r"[A-Za-z0-9.-]{1,253}(?::\d{1,5})?", re.ASCII)
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "Equals": str.__eq__,
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
}


@dataclass(frozen=True, slots=True)
class HeaderTest:
    """What a header of the request must be; `tests` are names of `Equals`, `StartsWith`, `EndsWith` and their texts."""

    name: str
    tests: tuple[tuple[str, str], ...]

    def holds(self, headers: Mapping[str, str]) -> bool:
        """Whether the header is there and passes; header names are lower-case."""
        value = headers.get(self.name)
        return value is not None and all(_TESTS[test](value, wanted) for test, wanted in self.tests)


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rule counts: all of what is said must hold."""

    prefix: str = ""
    suffix: str = ""
    status: int = MISSING
    headers: tuple[HeaderTest, ...] = ()

    def holds(self, key: str, headers: Mapping[str, str]) -> bool:
        """Whether it holds for a missing object."""
        return (
            self.status == MISSING
            and key.startswith(self.prefix)
            and key.endswith(self.suffix)
            and all(test.holds(headers) for test in self.headers)
        )


@dataclass(frozen=True, slots=True)
class Mirror:
    """Where missing objects are fetched from; the object's key follows each of `urls`, tried in order.

    Of the request's headers `passed` go along, or all of them, but for those of `removed`; `added` go in any case.
    Names are lower-case.
    """

    urls: tuple[str, ...]
    follows_redirects: bool = True
    checks_md5: bool = False
    passes_all: bool = False
    passed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    added: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redirect:
    """What a rule does: `mirror` is there for the type Mirror only; None where something was not said.

    `prefix` takes the place of the condition's prefix, `key` that of the whole key, with `${key}` for the old one.
    """

    kind: str
    protocol: str | None = None
    host: str | None = None
    code: int = 302
    key: str | None = None
    prefix: str | None = None
    passes_query: bool = False
    mirror: Mirror | None = None


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """One rule; rules are tried in the order of their numbers."""

    number: int
    condition: Condition
    redirect: Redirect

    def target(self, key: str) -> str:
        """The key that `key`, for which the condition holds, is sent to."""
        if self.redirect.key is not None:
            return self.redirect.key.replace("${key}", key)
        if self.redirect.prefix is not None:
            return self.redirect.prefix + key.removeprefix(self.condition.prefix)
        return key


def routing_rules(root: Element) -> tuple[RoutingRule, ...]:
    """The rules of a website, by number. Raises `MalformedXML` and `InvalidArgument`."""
    found = [_rule(element) for element in root.findall("RoutingRules/RoutingRule")]
    if len(found) > MAX_RULES:
        raise OSSError("InvalidArgument", f"A bucket may have {MAX_RULES} routing rules at most.")
    if len({rule.number for rule in found}) < len(found):
        raise malformed("two RoutingRules have the same RuleNumber")
    return tuple(sorted(found, key=lambda rule: rule.number))


def _rule(element: Element) -> RoutingRule:
    number = elements.number(element, "RuleNumber", range(1, 2**31))
    redirect = element.find("Redirect")
    if number is None or redirect is None:
        raise malformed("a RoutingRule needs a RuleNumber and a Redirect")
    return RoutingRule(number, _condition(element.find("Condition")), _redirect(redirect))


def _condition(element: Element | None) -> Condition:
    status = elements.number(element, "HttpErrorCodeReturnedEquals", range(400, 600))
    headers = [] if element is None else element.findall("IncludeHeader")
    if len(headers) > MAX_HEADERS:
        raise malformed(f"there are more than {MAX_HEADERS} IncludeHeaders")
    return Condition(
        prefix=elements.text(element, "KeyPrefixEquals") or "",
        suffix=elements.text(element, "KeySuffixEquals") or "",
        status=MISSING if status is None else status,
        headers=tuple(map(_header_test, headers)),
    )


def _header_test(element: Element) -> HeaderTest:
    tests = ((test, elements.text(element, test)) for test in _TESTS)
    return HeaderTest(
        _header_name("Key", elements.required(element, "Key")), tuple((test, text) for test, text in tests if text)
    )


def _redirect(element: Element) -> Redirect:
    kind = elements.word(element, "RedirectType", REDIRECT_TYPES)
    if kind is None:
        raise malformed("Redirect has no RedirectType")
    key = elements.text(element, "ReplaceKeyWith") or None
    prefix = elements.text(element, "ReplaceKeyPrefixWith") or None
    if elements.boolean(element, "EnableReplacePrefix", False):
        # Without a text the prefix is cut off.
        prefix = prefix or ""
    if key is not None and prefix is not None:
        raise invalid_argument("ReplaceKeyWith", key, "ReplaceKeyWith and the replacement of a prefix exclude another.")
    passes_query = elements.boolean(element, "PassQueryString", False)
    if kind == MIRROR:
        passes_query = elements.boolean(element, "MirrorPassQueryString", passes_query)
    return Redirect(
        kind=kind,
        protocol=elements.word(element, "Protocol", PROTOCOLS),
        host=_host_name(elements.text(element, "HostName")),
        code=int(elements.word(element, "HttpRedirectCode", REDIRECT_CODES, "302") or 302),
        key=key,
        prefix=prefix,
        passes_query=passes_query,
        mirror=_mirror(element) if kind == MIRROR else None,
    )


def _host_name(text: str | None) -> str | None:
    if text and not _HOST_NAME.fullmatch(text):
        raise invalid_argument("HostName", text)
    return text or None


def _mirror(element: Element) -> Mirror:
    main, spare = elements.required(element, "MirrorURL"), elements.text(element, "MirrorURLSlave")
    for name, url in (("MirrorURL", main), ("MirrorURLSlave", spare)):
        if url:
            _require_origin(name, url)
    headers = element.find("MirrorHeaders")
    return Mirror(
        urls=(main, spare) if spare else (main,),
        follows_redirects=elements.boolean(element, "MirrorFollowRedirect", True),
        checks_md5=elements.boolean(element, "MirrorCheckMd5", False),
        passes_all=elements.boolean(headers, "PassAll", False),
        passed=_header_names(headers, "Pass"),
        removed=_header_names(headers, "Remove"),
        added=_added(headers),
    )


def _require_origin(name: str, url: str) -> None:
    """Raise `InvalidArgument` unless `url` is `http://` or `https://`, a host, a path, and a slash at the end."""
    try:
        parts = urlsplit(url)
        is_usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or not url.startswith(("http://", "https://")) or "@" in url or not url.isprintable():
        raise invalid_argument(name, url)
    if not parts.path.endswith("/") or parts.query or parts.fragment:
        raise invalid_argument(name, url, f"The {name} must end with a slash.")


def _header_names(element: Element | None, name: str) -> frozenset[str]:
    found = elements.texts(element, name)
    if len(found) > MAX_HEADERS:
        raise malformed(f"there are more than {MAX_HEADERS} {name}")
    return frozenset(_header_name(name, text) for text in found)


def _header_name(name: str, text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise invalid_argument(name, text)
    return text.lower()


def _added(element: Element | None) -> dict[str, str]:
    found = [] if element is None else element.findall("Set")
    if len(found) > MAX_HEADERS:
        raise malformed(f"there are more than {MAX_HEADERS} Set")
    return dict(map(_added_header, found))


def _added_header(element: Element) -> tuple[str, str]:
    value = elements.text(element, "Value") or ""
    if len(value.encode()) > MAX_HEADER_BYTES or not value.isascii() or not value.isprintable():
        raise invalid_argument("Value", value)
    return _header_name("Key", elements.required(element, "Key")), value
