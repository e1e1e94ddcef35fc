"""https: a certificate of one's own or a generated one, and answers that say https."""

from __future__ import annotations

import datetime
import socket
import ssl
import stat
import sys
import time
from pathlib import Path

import oss2
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from live_server import KEY, SECRET, running
from oss_client import START

from pixoss.server.banner import banner
from pixoss.server.cli import main
from pixoss.server.config import Settings
from pixoss.server.tls import CERTIFICATE_FILE, KEY_FILE, LEAST_LIFE, LIFE, certificate_of, generated, names_of

NAMES = frozenset({"localhost", "127.0.0.1", "::1", "oss.test", "*.oss.test"})


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_names_are_those_that_the_server_can_be_called_by() -> None:
    settings = Settings(service_hosts="oss.test,10.0.0.1", cnames="img.test=pictures", host="192.168.0.7")
    assert names_of(settings) == {
        "localhost", "*.localhost", "127.0.0.1", "::1", "oss.test", "*.oss.test", "10.0.0.1", "img.test", "192.168.0.7"
    }  # fmt: skip
    assert "0.0.0.0" not in names_of(Settings(host="0.0.0.0"))


def test_a_certificate_is_made_once_with_a_key_for_oneself(tmp_path: Path) -> None:
    first = generated(tmp_path, NAMES, START)
    before = (first.chain.read_bytes(), first.key.read_bytes())
    again = generated(tmp_path, NAMES, START + 86400)
    assert (again.chain.read_bytes(), again.key.read_bytes()) == before
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [CERTIFICATE_FILE, KEY_FILE]
    names = said(first.chain).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {"localhost", "oss.test", "*.oss.test"}
    assert {str(address) for address in names.get_values_for_type(x509.IPAddress)} == {"127.0.0.1", "::1"}


@pytest.mark.parametrize(
    ("names", "later"),
    [
        (NAMES | {"more.test"}, 0.0),
        (NAMES - {"oss.test"}, 0.0),
        (NAMES, LIFE.total_seconds() - LEAST_LIFE.total_seconds()),
        (NAMES, -2 * 86400.0),
    ],
)
def test_one_for_other_names_or_another_time_is_made_anew_with_the_same_key(
    tmp_path: Path, names: frozenset[str], later: float
) -> None:
    first = generated(tmp_path, NAMES, START)
    before, key = said(first.chain), first.key.read_bytes()
    after = said(generated(tmp_path, names, START + later).chain)
    assert after.serial_number != before.serial_number
    assert (after.public_key(), first.key.read_bytes()) == (before.public_key(), key)
    now = datetime.datetime.fromtimestamp(START + later, datetime.UTC)
    assert after.not_valid_before_utc <= now < after.not_valid_after_utc - LEAST_LIFE


def test_a_broken_certificate_is_made_anew_and_a_broken_key_is_told(tmp_path: Path) -> None:
    found = generated(tmp_path, NAMES, START)
    found.chain.write_text("broken")
    assert said(generated(tmp_path, NAMES, START).chain)
    found.key.write_text("broken")
    with pytest.raises(OSError, match="is not a private key: remove it"):
        generated(tmp_path, NAMES, START)
    other = ed25519.Ed25519PrivateKey.generate()
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    found.key.write_bytes(other.private_bytes(encoding, form, serialization.NoEncryption()))
    with pytest.raises(OSError, match="not a key that was made here"):
        generated(tmp_path, NAMES, START)


def test_without_the_package_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric", None)
    with pytest.raises(OSError, match=r"pip install 'pixoss\[tls\]', or give tls_certificate and tls_key"):
        generated(tmp_path, NAMES, START)


def test_a_name_that_no_certificate_can_hold(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"a\.\.b is not a host name"):
        generated(tmp_path, {"a..b"}, START)


def test_http_needs_no_certificate(tmp_path: Path) -> None:
    assert certificate_of(Settings(data=tmp_path), START) is None
    assert list(tmp_path.iterdir()) == []


def test_certificate_and_key_come_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = generated(tmp_path, NAMES, START)
    assert main(["serve", "--tls-certificate", str(found.chain)]) == 2
    assert "tls_certificate and tls_key must be set together" in capsys.readouterr().err
    assert Settings(tls_certificate=found.chain, tls_key=found.key).scheme == "https"


def encrypted(path: Path) -> bytes:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.BestAvailableEncryption(b"passphrase"))


@pytest.mark.parametrize("fault", ["no certificate", "another key", "passphrase"])
def test_files_that_do_not_fit_are_told_before_the_server_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    found = generated(tmp_path, NAMES, START)
    (tmp_path / "other").mkdir()
    other = generated(tmp_path / "other", NAMES, START)
    if fault == "no certificate":
        found.chain.write_text("nothing")
    else:
        found.key.write_bytes(other.key.read_bytes() if fault == "another key" else encrypted(found.key))
    options = ["--tls-certificate", str(found.chain), "--tls-key", str(found.key), "--port", "0"]
    assert main(["serve", *options]) == 1
    error = capsys.readouterr().err
    assert error.startswith("pixoss: cannot start: ")
    assert "are not a certificate and its key, in PEM and without a passphrase" in error


def test_the_banner_says_https_and_where_the_certificate_is(tmp_path: Path) -> None:
    text = banner(Settings(tls=True), "secret", 1, Path("data/tls-certificate.pem"))
    assert "Pixoss listens on https://127.0.0.1:1 " in text
    assert "'https://localhost:1'" in text
    assert f"  Certificate       {tmp_path}/data/tls-certificate.pem\n" in text
    assert "http://" not in text
    assert "ertificate" not in banner(Settings(), "secret", 1)


def test_a_generated_certificate_serves_oss2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path / "data", "--tls", "--no-fsync") as server:
        certificate = tmp_path / "data" / CERTIFICATE_FILE
        assert server.scheme == "https"
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"{server.endpoint}/_pixoss/health", timeout=20)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        for endpoint in (server.endpoint, server.named_endpoint):
            bucket = oss2.Bucket(oss2.AuthV4(KEY, SECRET), endpoint, "pictures", region="cn-hangzhou")
            bucket.create_bucket()
            bucket.put_object("a.txt", b"hello")
            assert requests.get(bucket.sign_url("GET", "a.txt", 60), timeout=20).content == b"hello"
        upload = bucket.init_multipart_upload("b.txt").upload_id
        part = bucket.upload_part("b.txt", upload, 1, b"hello")
        done = bucket.complete_multipart_upload("b.txt", upload, [oss2.models.PartInfo(1, part.etag)])
        assert b"<Location>https://localhost:" in done.resp.response.content
        monkeypatch.setenv("PIXOSS_ACCESS_KEY_ID", KEY)
        monkeypatch.setenv("PIXOSS_ACCESS_KEY_SECRET", SECRET)
        assert main(["sign", "pictures/a.txt", "--tls", "--port", str(server.port)]) == 0
        url = capsys.readouterr().out.strip()
        assert url.startswith(f"{server.endpoint}/pictures/a.txt?")
        assert requests.get(url, timeout=20).content == b"hello"


def test_the_strictest_clients_take_it(tmp_path: Path) -> None:
    found = generated(tmp_path, NAMES, time.time())
    client = ssl.create_default_context(cafile=found.chain)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(found.chain, found.key)
    for name, accepted in (("oss.test", True), ("pictures.oss.test", True), ("127.0.0.1", True), ("other.test", False)):
        assert shakes_hands(client, server, name) == accepted


def shakes_hands(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> bool:
    """Whether a client that calls the server by `name` takes its certificate; both sides are in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    done: set[ssl.SSLObject] = set()
    for side in sides * 4:
        try:
            side.do_handshake()
            done.add(side)
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLCertVerificationError:
            return False
    return len(done) == 2


def test_an_own_certificate(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    found = generated(own, NAMES, time.time())
    options = ["--tls-certificate", str(found.chain), "--tls-key", str(found.key)]
    with running(tmp_path / "data", "--no-fsync", *options) as server:
        health = requests.get(f"{server.endpoint}/_pixoss/health", verify=str(found.chain), timeout=20)
        assert (health.status_code, (tmp_path / "data" / CERTIFICATE_FILE).exists()) == (200, False)
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert not plain.recv(100).startswith(b"HTTP/")
