"""The way out: the one HTTP client of the server's own requests (upload callbacks, mirror back-to-origin)."""

from __future__ import annotations

from collections.abc import Collection
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

TIMEOUT = 5.0

PORTS = {"http": 80, "https": 443}

_ANY_HOST = "*"


def client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A client that asks only whom it is told to: no redirect, no cookie, no proxy or certificate of the environment.

    Each step (connect, write, read) may take `TIMEOUT` seconds; who needs a bound for the whole sets it. What is read
    is bounded by who reads it, so ask with `stream`. `transport` replaces the network.
    """
    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=TIMEOUT,
        transport=transport,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        headers={"User-Agent": "pixoss", "Accept-Encoding": "identity"},
    )


def port_of(url: httpx.URL) -> int:
    """The port that is asked, that of the scheme (`http` or `https`) where the URL names none."""
    return PORTS[url.scheme] if url.port is None else url.port


def is_allowed(url: httpx.URL, hosts: Collection[str]) -> bool:
    """Whether a URL is of HTTP and of one of `hosts`, as settings name them: `NAME`, `NAME:PORT`, or `*` for any.

    A client's URL must not lead where only the server can go. What is compared is the very host that would be asked.
    """
    if url.scheme not in PORTS:
        return False
    name = named_host(url)
    return any(allowed in hosts for allowed in (_ANY_HOST, name, f"{name}:{port_of(url)}"))


def named_host(url: httpx.URL) -> str:
    """The host in lower case as URLs write it, an IPv6 address in its brackets."""
    host = url.raw_host.decode("ascii")
    return f"[{host}]" if ":" in host else host
