"""What uploads ask for when they want a callback, and what is refused before anything is stored."""

from pathlib import Path
from typing import Any

import pytest
from oss_client import SECRET, Answer, Client, Clock
from pydantic import ValidationError
from support_callbacks import encoded
from support_forms import ANY, body_of, post, signed_v1, stored

from pixoss.server.app import create_app
from pixoss.server.callback import asking
from pixoss.server.callback.wanted import of_form
from pixoss.server.config import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def extra_settings() -> dict[str, Any]:
    return {"callback_hosts": "127.0.0.1, shop.test:8080, [::1]"}


async def put(client: Client, callback: str, variables: str | None = None) -> Answer:
    headers = {"x-oss-callback": callback} | ({"x-oss-callback-var": variables} if variables else {})
    return await client.put("/pictures/k.txt", b"Test\n", headers=headers)


@pytest.mark.parametrize("document", [{}, {"callbackUrl": ""}, {"callbackBody": "a"}])
async def test_no_url_is_no_callback(client: Client, bucket: str, document: Any) -> None:
    answer = await put(client, encoded(document))
    assert (answer.status, answer.body) == (200, b"")


GOOD = {"callbackUrl": "http://127.0.0.1/", "callbackBody": "a=b"}


@pytest.mark.parametrize(
    ("text", "ec", "message", "value"),
    [
        ("x123-*&", "0007-00000002", "The callback configuration is not base64 encoded.", "x123-*&"),
        ("猫", "0007-00000002", "The callback configuration is not base64 encoded.", "猫"),
        ("bm8=", None, "The callback configuration is not json format.", "no"),
        ("/w==", None, "The callback configuration is not json format.", "\ufffd"),
        (encoded([]), None, "The callback configuration is not json format.", "[]"),
        (encoded({**GOOD, "callbackBody": "\ud800"}), None, "The callback configuration is not json format.", None),
        (
            encoded({**GOOD, "callbackBody": '{"b":"${bucket}"}', "callbackBodyType": "application/json"}),
            None,
            "The callback configuration is not json format.",
            '{"b":"${bucket}"}',
        ),
        (encoded({**GOOD, "callbackUrl": "www.example.com:test"}), "0007-00000004", None, "www.example.com:test"),
        (encoded({**GOOD, "callbackUrl": "127.0.0.1:70000"}), "0007-00000004", None, "127.0.0.1:70000"),
        (encoded({**GOOD, "callbackUrl": "ftp://127.0.0.1/"}), "0007-00000004", None, "ftp://127.0.0.1/"),
        (encoded({**GOOD, "callbackUrl": "file:///etc/passwd"}), "0007-00000004", None, "file:///etc/passwd"),
        (encoded({**GOOD, "callbackUrl": "http://a@127.0.0.1/"}), "0007-00000004", None, "http://a@127.0.0.1/"),
        (encoded({**GOOD, "callbackUrl": "http://"}), "0007-00000004", None, "http://"),
        (encoded({**GOOD, "callbackUrl": "http://127.0.0.1/\r\nX: y"}), "0007-00000004", None, None),
        (encoded({**GOOD, "callbackUrl": 5}), "0007-00000004", None, "5"),
        (encoded({**GOOD, "callbackUrl": "127.0.0.1;" * 6}), "0007-00000005", None, None),
        (encoded({**GOOD, "callbackUrl": ";"}), "0007-00000005", None, ";"),
        (encoded({**GOOD, "callbackBody": ""}), "0007-00000011", None, ""),
        (encoded({"callbackUrl": "127.0.0.1"}), "0007-00000011", None, "null"),
        (encoded({**GOOD, "callbackBody": {"a": "b"}}), "0007-00000011", None, '{"a": "b"}'),
        (encoded({**GOOD, "callbackBodyType": 123}), "0007-00000012", None, "123"),
        (encoded({**GOOD, "callbackBodyType": "text/xml"}), "0007-00000012", None, "text/xml"),
        (encoded({**GOOD, "callbackHost": "a\r\nb: c"}), None, None, None),
        (encoded({**GOOD, "callbackHost": 5}), None, None, "5"),
        (encoded({**GOOD, "callbackSNI": "yes"}), None, None, "yes"),
    ],
)
async def test_a_bad_configuration(
    client: Client, bucket: str, text: str, ec: str | None, message: str | None, value: str | None
) -> None:
    form = body_of(signed_v1(ANY, key="k", callback=text))
    for answer in (await put(client, text), await post(client, bucket, form)):
        assert (answer.status, answer.code, answer.ec) == (400, "InvalidArgument", ec)
        assert message is None or answer.field("Message") == message
        assert value is None or answer.field("ArgumentValue") == value
    assert await stored(client, bucket) == []


@pytest.mark.parametrize(
    "variables",
    ["?", "bm8=", encoded([]), encoded({"my_var": "1"}), encoded({"x:Var": "1"}), encoded({"x:var": 1})],
)
async def test_bad_variables(client: Client, bucket: str, variables: str) -> None:
    answer = await put(client, encoded(GOOD), variables)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, "InvalidArgument", "callback-var")


@pytest.mark.parametrize("name", ["callback", "callback-var"])
async def test_either_a_header_or_the_query(client: Client, bucket: str, name: str) -> None:
    headers = {"x-oss-callback": encoded(GOOD)} | {f"x-oss-{name}": encoded({} if name != "callback" else GOOD)}
    answer = await client.put(f"/pictures/k?{name}=e30%3D", b"", headers=headers)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, "InvalidArgument", name)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://example.com/", "example.com"),
        ("http://shop.test/", "shop.test"),
        ("http://shop.test:8081/", "shop.test"),
        ("http://127.0.0.1.example.com/", "127.0.0.1.example.com"),
        ("http://127.0.0.1;http://169.254.169.254/", "169.254.169.254"),
        ("http://2130706433/", "2130706433"),
        ("http://localhost/", "localhost"),
        ("http://[::2]/", "[::2]"),
        ("http://猫.test/", "xn--z7x.test"),
    ],
)
async def test_only_hosts_of_the_setting_are_asked(client: Client, bucket: str, url: str, host: str) -> None:
    answer = await put(client, encoded({**GOOD, "callbackUrl": url}))
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, "InvalidArgument", "callbackUrl")
    assert answer.field("Message") == (
        f"Callbacks to {host} are not allowed on this server: its setting callback_hosts does not name it."
    )


@pytest.mark.parametrize("url", ["http://shop.test:8080/", "HTTP://SHOP.TEST:8080", "http://[::1]:1/"])
async def test_names_of_the_setting(client: Client, bucket: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(_client: Any, url: Any, *_: Any) -> bytes:
        return str(url).encode()

    monkeypatch.setattr(asking, "_ask", ask)
    answer = await put(client, encoded({**GOOD, "callbackUrl": url}))
    assert (answer.status, answer.text.rstrip("/")) == (200, url.lower().rstrip("/"))


async def test_without_the_setting_nobody_is_asked(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "data").mkdir()
    app = create_app(Settings(data=tmp_path / "data", access_key_secret=SECRET, fsync=False, workers=1), clock)
    async with app.router.lifespan_context(app) as state:
        client = Client(app, state, clock)
        await client.put("/pictures")
        answer = await put(client, encoded(GOOD))
    assert (answer.status, answer.code) == (400, "InvalidArgument")
    assert "callback_hosts" in (answer.field("Message") or "")


def test_hosts_need_no_json_and_no_case() -> None:
    assert Settings(callback_hosts="A.Example:80, [::1]").callback_hosts == {"a.example:80", "[::1]"}
    assert of_form(
        {"callback": encoded({**GOOD, "callbackUrl": "any.example"})}, Settings(callback_hosts="*").callback_hosts
    )


@pytest.mark.parametrize("hosts", ["http://a", "a/b", "*.a", "a..b", "a:b", "a:123456"])
def test_hosts_that_are_none(hosts: str) -> None:
    with pytest.raises(ValidationError, match="callback_hosts"):
        Settings(callback_hosts=hosts)
