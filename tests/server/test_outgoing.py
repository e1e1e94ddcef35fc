"""The client of the server's own requests: nothing but what it is told."""

import httpx
import pytest

from pixoss.server import outgoing

pytestmark = pytest.mark.anyio


async def test_no_redirect_is_followed_and_no_cookie_kept() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(302, headers={"Location": "http://127.0.0.1/other", "Set-Cookie": "a=b"})

    async with outgoing.client(httpx.MockTransport(answer)) as client:
        for _ in range(2):
            assert (await client.get("http://127.0.0.1/")).status_code == 302
    assert [str(request.url) for request in seen] == ["http://127.0.0.1/"] * 2
    assert "cookie" not in seen[1].headers


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with outgoing.client() as client:
        assert not client.trust_env


@pytest.mark.parametrize(
    ("url", "hosts", "allowed"),
    [
        ("http://a.test/x", {"a.test"}, True),
        ("https://A.test:1/x", {"a.test"}, True),
        ("http://a.test/x", {"a.test:80"}, True),
        ("https://a.test/x", {"a.test:443"}, True),
        ("https://a.test/x", {"a.test:80"}, False),
        ("http://b.a.test/x", {"a.test"}, False),
        ("http://a.test@b.test/x", {"a.test"}, False),
        ("http://[::1]:8/x", {"[::1]:8"}, True),
        ("http://[::1]:9/x", {"[::1]:8", "::1"}, False),
        ("http://any.test/x", {"*"}, True),
        ("ftp://any.test/x", {"*"}, False),
        ("http://any.test/x", set(), False),
    ],
)
def test_hosts_that_a_setting_allows(url: str, hosts: set[str], allowed: bool) -> None:
    assert outgoing.is_allowed(httpx.URL(url), hosts) is allowed
