"""The certificate to serve https with: the operator's, or one made once and kept in the data folder."""

from __future__ import annotations

import ipaddress
import secrets
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from .banner import ANY_ADDRESS
from .config import Settings, publish

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

CERTIFICATE_FILE = "tls-certificate.pem"
KEY_FILE = "tls-key.pem"

# The longest life that Apple's clients put up with, whoever has signed.
LIFE = timedelta(days=825)
# One that ends sooner is made anew when the server starts.
LEAST_LIFE = timedelta(days=30)

_LOCAL = ("localhost", "127.0.0.1", "::1")
_HOW_TO_GET = "pip install 'pixoss[tls]', or give tls_certificate and tls_key"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Two PEM files: the certificate with what it is signed by, and its private key."""

    chain: Path
    key: Path


def certificate_of(settings: Settings, now: float) -> Certificate | None:
    """What to serve https with at `now` (Unix seconds); None for http.

    Raises OSError, for people to read, if the operator's files are no certificate with its key, or if none can be made.
    """
    if settings.scheme == "http":
        return None
    if settings.tls_certificate is None or settings.tls_key is None:
        found = generated(settings.data, names_of(settings), now)
    else:
        found = Certificate(settings.tls_certificate, settings.tls_key)
    _require_pair(found)
    return found


def names_of(settings: Settings) -> frozenset[str]:
    """The names and addresses that the server can be called by, `*.NAME` for the buckets of each service host.

    OpenSSL takes no wildcard right under the last label: clients on it refuse `BUCKET.localhost`, whatever stands here.
    """
    hosts = {*_LOCAL, *settings.service_hosts}
    wildcards = {f"*.{host}" for host in hosts if not _is_address(host)}
    own = set() if settings.host in ANY_ADDRESS else {settings.host}
    return frozenset(hosts | wildcards | own | settings.cnames.keys())


def generated(folder: Path, names: Collection[str], now: float) -> Certificate:
    """A self-signed certificate for `names` in `folder`, made if there is none that still counts for just these.

    The key is made once, readable by this user alone, and stays: servers that start at once share it, and each of the
    certificates that they may make fits it. Raises OSError.
    """
    found = Certificate(folder / CERTIFICATE_FILE, folder / KEY_FILE)
    key = _key(found.key)
    moment = datetime.fromtimestamp(now, UTC)
    if not _is_good(found.chain, key, names, moment):
        fresh = folder / f"{CERTIFICATE_FILE}.{secrets.token_hex(4)}"
        fresh.write_text(_made(key, names, moment))
        fresh.replace(found.chain)
    return found


def _key(path: Path) -> EllipticCurvePrivateKey:
    try:
        from cryptography.hazmat.primitives import serialization as forms
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError as error:
        raise OSError(f"a certificate cannot be made without the package cryptography: {_HOW_TO_GET}") from error
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        text = made.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
        publish(path, text.decode("ascii"))
    try:
        key = forms.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise OSError(f"{path} is not a private key: remove it to have another made") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise OSError(f"{path} is not a key that was made here: remove it to have another made")
    return key


def _is_good(path: Path, key: EllipticCurvePrivateKey, names: Collection[str], now: datetime) -> bool:
    """Whether there is a certificate of this key for just these names that will count for a while."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
        said = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    counts = found.not_valid_before_utc <= now < found.not_valid_after_utc - LEAST_LIFE
    return counts and found.public_key() == key.public_key() and set(said) == set(_general_names(names))


def _made(key: EllipticCurvePrivateKey, names: Collection[str], now: datetime) -> str:
    """A certificate for servers and for nothing else: it vouches for no other certificate."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    name, public = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Pixoss")]), key.public_key()
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"),
        False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE - timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, encipher_only=False, decipher_only=False, **usage), critical=True
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode("ascii")


def _general_names(names: Collection[str]) -> list[x509.GeneralName]:
    from cryptography import x509

    return [
        x509.IPAddress(ipaddress.ip_address(name)) if _is_address(name) else x509.DNSName(_ascii(name))
        for name in sorted(names)
    ]


def _ascii(name: str) -> str:
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise OSError(f"{name} is not a host name that can stand in a certificate") from error


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _require_pair(found: Certificate) -> None:
    try:
        # The password, which is wrong for any key that has one, keeps OpenSSL from asking for it on the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(found.chain, found.key, password="none")
    except ssl.SSLError as error:
        reason = error.reason or "not readable"
        message = f"{found.chain} and {found.key} are not a certificate and its key, in PEM and without a passphrase"
        raise OSError(f"{message}: {reason}") from error
