"""The way out: the one HTTP client of the server's own requests (upload callbacks, mirror back-to-origin)."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

TIMEOUT = 5.0


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
