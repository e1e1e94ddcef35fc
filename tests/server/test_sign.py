"""`pixoss sign`: what it prints verifies, in every form; and what could never verify is not signed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import oss2
import pytest
from oss_client import KEY, SECRET, START, Client
from support_auth import request_of

from pixoss.server import sign
from pixoss.server.address import Hosts, Resource, resolve
from pixoss.server.auth.authenticate import authenticate
from pixoss.server.auth.credentials import Credential, Credentials
from pixoss.server.cli import main
from pixoss.server.errors import OSSError


@pytest.fixture(autouse=True)
def settings_of_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIXOSS_ACCESS_KEY_SECRET", SECRET)
    monkeypatch.setattr(sign.time, "time", lambda: START)


def signed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    status = main(["sign", *arguments])
    out, err = capsys.readouterr()
    assert (status, err, out.count("\n")) == (0, "", 1)
    return out.strip()


def verified(url: str, method: str = "GET", headers: dict[str, str] | None = None, now: float = START) -> Resource:
    request = request_of(method, url, headers, now)
    keys = Credentials((Credential(KEY, SECRET), Credential("STS.a", SECRET, "to/ken+=")))
    return authenticate(request, resolve(request.host, request.raw_path, Hosts()), keys).resource


@pytest.mark.parametrize("version", ["v1", "v4"])
@pytest.mark.parametrize(
    ("arguments", "place", "resource", "method", "headers"),
    [
        (["oss://pictures/a.jpg"], "127.0.0.1:8880/pictures/a.jpg", ("pictures", "a.jpg"), "GET", {}),
        (["pictures/a.jpg"], "127.0.0.1:8880/pictures/a.jpg", ("pictures", "a.jpg"), "GET", {}),
        (["pictures"], "127.0.0.1:8880/pictures/", ("pictures", ""), "GET", {}),
        (["oss://pictures/"], "127.0.0.1:8880/pictures/", ("pictures", ""), "GET", {}),
        (["pictures/é +%.jpg"], "127.0.0.1:8880/pictures/%C3%A9%20%2B%25.jpg", ("pictures", "é +%.jpg"), "GET", {}),
        (["pictures/a", "--virtual-hosted"], "pictures.localhost:8880/a", ("pictures", "a"), "GET", {}),
        (["pictures/a", "--path-style", "--port", "99"], "127.0.0.1:99/pictures/a", ("pictures", "a"), "GET", {}),
        (["pictures/a", "--host", "0.0.0.0"], "127.0.0.1:8880/pictures/a", ("pictures", "a"), "GET", {}),
        (["pictures/a", "--endpoint", "localhost:1/"], "localhost:1/pictures/a", ("pictures", "a"), "GET", {}),
        (
            ["pictures/a", "--virtual-hosted", "--endpoint", "http://oss-cn-hangzhou.aliyuncs.com"],
            "pictures.oss-cn-hangzhou.aliyuncs.com/a",
            ("pictures", "a"),
            "GET",
            {},
        ),
        (
            ["pictures/a", "--method", "put", "--header", "Content-Type: image/png", "--header", "x-oss-meta-a:1"],
            "127.0.0.1:8880/pictures/a",
            ("pictures", "a"),
            "PUT",
            {"content-type": "image/png", "x-oss-meta-a": "1"},
        ),
        (
            ["pictures", "--param", "prefix=a b+c", "--param", "acl", "--param", "versionId=1=2"],
            "127.0.0.1:8880/pictures/",
            ("pictures", ""),
            "GET",
            {},
        ),
    ],
)  # fmt: skip
def test_the_url_verifies(
    capsys: pytest.CaptureFixture[str],
    version: str,
    arguments: list[str],
    place: str,
    resource: tuple[str, str],
    method: str,
    headers: dict[str, str],
) -> None:
    url = signed(capsys, "--version", version, *arguments)
    assert url.partition("?")[0] == f"http://{place}"
    assert verified(url, method, headers) == Resource(*resource)
    assert ("x-oss-signature=" in url) == (version == "v4")
    for other in ({**headers, "x-oss-meta-b": "1"}, {**headers, "content-type": "text/other"}):
        with pytest.raises(OSSError, match="SignatureDoesNotMatch"):
            verified(url, method, other)


def test_v4_is_what_is_made_and_an_hour_what_it_lives(capsys: pytest.CaptureFixture[str]) -> None:
    url = signed(capsys, "pictures/a")
    assert "x-oss-signature-version=OSS4-HMAC-SHA256" in url
    assert "%2Fcn-hangzhou%2Foss%2Faliyun_v4_request" in url
    verified(url, now=START + 3600)
    with pytest.raises(OSSError, match="expired"):
        verified(url, now=START + 3601)


@pytest.mark.parametrize("version", ["v1", "v4"])
def test_options_about_the_signature(capsys: pytest.CaptureFixture[str], version: str) -> None:
    url = signed(
        capsys, "pictures/a", "--version", version, "--expires", "5", "--process", "image/resize,w_1|sys/x,o_a+"
    )
    verified(url, now=START + 5)
    with pytest.raises(OSSError, match="expired"):
        verified(url, now=START + 6)
    with pytest.raises(OSSError, match="SignatureDoesNotMatch"):
        verified(url.replace("w_1", "w_2"))


@pytest.mark.parametrize("version", ["v1", "v4"])
def test_a_temporary_key_signs_its_token_too(capsys: pytest.CaptureFixture[str], version: str) -> None:
    key = ["--access-key-id", "STS.a", "--security-token", "to/ken+="]
    assert verified(signed(capsys, "pictures/a", "--version", version, *key)) == Resource("pictures", "a")


def test_v4_lists_the_headers_that_it_would_not_sign_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    url = signed(capsys, "pictures/a", "--header", "Range: bytes=0-1", "--header", "If-Match: x")
    assert "x-oss-additional-headers=if-match%3Brange" in url
    verified(url, headers={"range": "bytes=0-1", "if-match": "x"})
    with pytest.raises(OSSError, match="SignatureDoesNotMatch"):
        verified(url, headers={"range": "bytes=0-2", "if-match": "x"})


@pytest.mark.parametrize("auth", [oss2.Auth(KEY, SECRET), oss2.AuthV4(KEY, SECRET)])
def test_it_signs_as_oss2_does(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, auth: Any) -> None:
    process = {"x-oss-process": "image/resize,w_100/format,webp"}
    moment = datetime.fromtimestamp(START, UTC).replace(tzinfo=None)
    monkeypatch.setattr(oss2.auth, "datetime", SimpleNamespace(utcnow=lambda: moment))
    bucket = oss2.Bucket(auth, "http://127.0.0.1:8880", "pictures", region="cn-hangzhou")
    theirs = bucket.sign_url("GET", "a b/é.jpg", 600, params=process, slash_safe=True)
    version = "v4" if isinstance(auth, oss2.AuthV4) else "v1"
    ours = signed(
        capsys, "pictures/a b/é.jpg", "--version", version, "--expires", "600", "--process", process["x-oss-process"]
    )
    assert sorted(urlsplit(ours).query.split("&")) == sorted(urlsplit(theirs).query.split("&"))
    assert urlsplit(ours).path == urlsplit(theirs).path


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["oss://"], "the bucket is missing"),
        (["oss:///a"], "the bucket is missing"),
        (["UPPER/a"], "The specified bucket is not valid."),
        (["pictures//a"], "The specified object is not valid."),
        (["pictures/" + "a" * 1024], "The specified object is not valid."),
        (["pictures/a", "--expires", "604801"], "1 to 604800 seconds"),
        (["pictures/a", "--expires", "0"], "1 to 604800 seconds"),
        (["pictures/a", "--param", "acl", "--param", "acl"], "acl must not be repeated"),
        (["pictures/a", "--param", "x-oss-expires=1"], "x-oss-expires must not be repeated"),
        (["pictures/a", "--method", "G T"], "not a method of HTTP"),
        (["pictures/a", "--header", "a b:c"], "not a header line"),
        (["pictures/a", "--endpoint", "ftp://127.0.0.1"], "not an http:// or https:// URL"),
        (["pictures/a", "--endpoint", "http://oss.example.com", "--virtual-hosted"], "see service_hosts"),
        (["pictures", "--method", "POST", "--header", "Content-Type: multipart/form-data"], "a posted form"),
        (["pictures/\udcff"], "surrogates not allowed"),
    ],
)
def test_what_could_never_verify_is_not_signed(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    assert main(["sign", *arguments]) == 1
    out, err = capsys.readouterr()
    assert (out, err[:8], reason in err) == ("", "pixoss: ", True), err


@pytest.mark.parametrize("arguments", [[], ["a/b", "--version", "v2"], ["a/b", "--expires", "soon"]])
def test_bad_use(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["sign", *arguments])
    assert caught.value.code == 2


def test_wrong_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign", "pictures/a", "--port", "x"]) == 2
    assert capsys.readouterr().err.startswith("pixoss: port: ")


def test_the_kept_secret_is_found_and_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PIXOSS_ACCESS_KEY_SECRET")
    assert main(["sign", "pictures/a"]) == 1
    assert "no secret of the owner" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "data").mkdir()
    (tmp_path / "data/access-key-secret").write_text(SECRET)
    verified(signed(capsys, "pictures/a"))


@pytest.mark.anyio
@pytest.mark.parametrize("version", ["v1", "v4"])
async def test_upload_and_download(
    client: Client, bucket: str, capsys: pytest.CaptureFixture[str], version: str
) -> None:
    def target(*arguments: str) -> str:
        url = signed(capsys, f"oss://{bucket}/a b.txt", "--version", version, *arguments)
        return url.removeprefix("http://127.0.0.1:8880")

    put = await client.put(target("--method", "PUT"), b"hello", sign=False)
    assert put.status == 200, put.text
    assert (await client.get(target(), sign=False)).body == b"hello"
