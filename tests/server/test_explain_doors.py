"""The ways to the explainer: the control route, the command, and what can be given to them."""

from __future__ import annotations

import base64
import io
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from oss_client import KEY, SECRET, START, Client
from support_auth import v1_signature

from pixoss.server.cli import main
from pixoss.server.explaining.given import MAX_CHARACTERS, UnreadableError, from_text, from_url

HERE = "http://127.0.0.1/bkt/key"


def test_the_text_of_a_request_is_read_as_it_was_sent() -> None:
    head = "> PUT /bkt/a%20b?acl HTTP/1.1\r\n> Host: h:1\r\n> X-OSS-Meta-A:  1 \r\n> X-Oss-Meta-a: 2\r\n"
    text = f"{head}> \r\n> not: this\r\n"
    request = from_text(text)
    assert (request.method, request.raw_path, request.query_string) == ("PUT", "/bkt/a%20b", "acl")
    assert request.headers == {"host": "h:1", "x-oss-meta-a": "1,2"}
    assert from_text("get http://h/k?a#b").headers == {"host": "h"}
    assert from_text(" http://h/é \n").raw_path == "/é".encode().decode("latin-1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "GET",
        "GET key HTTP/1.1",
        "ftp://h/k",
        "http://",
        "http://h/a b",
        "GET /k HTTP/1.1\nno header",
        "GET /k HTTP/1.1\nHost : h",
        "GET /\ud800 HTTP/1.1",
        "http://h/" + "k" * MAX_CHARACTERS,
    ],
)
def test_what_is_neither_url_nor_request(text: str) -> None:
    with pytest.raises(UnreadableError):
        from_text(text)


@pytest.mark.parametrize(
    ("method", "headers"),
    [("G T", {}), ("", {}), ("GET", {"a b": "c"}), ("GET", {"a": "b\nc: d"}), ("GET", {"a": "\ud800"})],
)
def test_methods_and_headers_that_nobody_can_send(method: str, headers: dict[str, str]) -> None:
    with pytest.raises(UnreadableError):
        from_url(HERE, method, headers)


# --- over HTTP

URL_V1 = f"http://127.0.0.1:8880/pictures/a.jpg?OSSAccessKeyId={KEY}&Expires={int(START) + 60}"
TEXT_V1 = f"GET\n\n\n{int(START) + 60}\n/pictures/a.jpg"
MARK = quote(v1_signature(TEXT_V1, SECRET), safe="")
JSON = {"content-type": "application/json"}


async def asked(client: Client, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    answer = await client.post("/_pixoss/explain", body, headers=headers or {}, sign=False)
    return answer.status, json.loads(answer.body)


@pytest.mark.anyio
async def test_the_route_takes_a_url_and_a_request_in_json_and_as_text(client: Client) -> None:
    url = f"{URL_V1}&Signature={MARK}"
    raw = f"GET {url.removeprefix('http://127.0.0.1:8880')} HTTP/1.1\r\nHost: 127.0.0.1:8880\r\n\r\n"
    for body, headers in (
        (json.dumps({"url": url}).encode(), JSON),
        (json.dumps({"request": raw}).encode(), {"content-type": "Application/JSON; charset=utf-8"}),
        (raw.encode(), {"content-type": "text/plain"}),
        (url.encode(), {}),
    ):
        status, found = await asked(client, body, headers)
        assert (status, found["verdict"], found["causes"]) == (200, "verifies", [])
        assert found["meaning"]["bucket"] == "pictures"
    status, found = await asked(client, json.dumps({"url": url, "method": "PUT"}).encode(), JSON)
    assert (status, [cause["name"] for cause in found["causes"]]) == (200, ["wrong-method"])


@pytest.mark.anyio
async def test_the_route_knows_the_domains_of_buckets(client: Client, bucket: str) -> None:
    url = f"{URL_V1}&Signature={MARK}".replace("127.0.0.1:8880/pictures", "img.example.test")
    domain = b"<BucketCnameConfiguration><Cname><Domain>img.example.test</Domain></Cname></BucketCnameConfiguration>"
    assert (await client.post(f"/{bucket}?cname&comp=add", domain)).status == 200
    status, found = await asked(client, url.encode())
    assert (status, found["verdict"], found["meaning"]["addressing"]) == (200, "verifies", "own domain")


@pytest.mark.anyio
async def test_the_route_gives_away_neither_secret_nor_signature(client: Client) -> None:
    status, found = await asked(client, json.dumps({"url": f"{URL_V1}&Signature=x"}).encode(), JSON)
    assert (status, found["verdict"]) == (200, "refused")
    assert found["computed"]["string_to_sign"] == TEXT_V1
    right = v1_signature(TEXT_V1, SECRET)
    assert found["computed"]["signature"] == f"{right[:4]}…"
    assert right not in json.dumps(found) and SECRET not in json.dumps(found)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"\xff", {}, 400),
        (b"nonsense", {}, 400),
        (b"{", JSON, 400),
        (b"[]", JSON, 400),
        (b"{}", JSON, 400),
        (b'{"url": "http://h/", "request": "GET / HTTP/1.1"}', JSON, 400),
        (b'{"url": "h"}', JSON, 400),
        (b'{"url": 1}', JSON, 400),
        (b'{"url": "http://h/", "more": 1}', JSON, 400),
        (b'{"url": "http://h/\\ud800"}', JSON, 400),
        (b'{"url": "http://h/", "headers": {"a": "b\\nc"}}', JSON, 400),
        (b"x" * (MAX_CHARACTERS + 1), {}, 400),
        (b"x" * (6 * MAX_CHARACTERS + 1), {}, 413),
    ],
)
async def test_the_route_refuses_what_it_cannot_read(
    client: Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    found, answer = await asked(client, body, headers)
    assert (found, type(answer["detail"])) == (status, str)


# --- on the command line


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PIXOSS_ACCESS_KEY_SECRET", raising=False)
    return tmp_path


def owners_url(expires: int, method: str = "GET") -> str:
    mark = v1_signature(f"{method}\n\n\n{expires}\n/bkt/key", "kept")
    return f"{HERE}?OSSAccessKeyId={KEY}&Expires={expires}&Signature={quote(mark, safe='')}"


def test_the_command_finds_the_kept_secret_and_shows_all(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (elsewhere / "data").mkdir()
    (elsewhere / "data/access-key-secret").write_text("kept\n")
    url = owners_url(int(time.time()) + 60)
    assert main(["explain", url]) == 0
    assert capsys.readouterr().out.startswith("The signature verifies.\n")
    assert main(["explain", url, "--method", "PUT", "--header", "Content-Type: text/plain"]) == 1
    text = capsys.readouterr().out
    assert "The signature is for GET, and the request is a PUT." in text
    assert "     differs: method\n     signed:  GET\n     arrived: PUT\n" in text
    assert base64.b64decode(text.partition("expected       ")[2].partition("\n")[0])
    monkeypatch.setattr("sys.stdin", io.StringIO(f"GET {url} HTTP/1.1\nHost: 127.0.0.1\n"))
    assert main(["explain", "-"]) == 0


def test_the_command_works_without_a_secret_and_makes_none(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", owners_url(int(time.time()) + 60)]) == 1
    out, err = capsys.readouterr()
    assert "unknown without the secret" in out
    assert "no secret of the owner" in err
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["nonsense"], [HERE, "--header", "a b:c"], [HERE, "--method", "?"]])
def test_the_command_explains_bad_use(
    elsewhere: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["explain", *arguments])
    assert (caught.value.code, "pixoss explain: error: " in capsys.readouterr().err) == (2, True)


def test_the_command_explains_wrong_settings(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", HERE, "--region", "CN HANGZHOU"]) == 2
    assert capsys.readouterr().err.startswith("pixoss: region: ")
