"""`pixoss explain`: why the signature of a URL or a request does not match; asks no server and carries nothing out."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from pydantic import SecretStr, ValidationError

from .address import Hosts
from .auth.credentials import Credentials
from .config import Settings, kept_secret
from .explaining.explanation import explain
from .explaining.given import MAX_CHARACTERS, UnreadableError, from_text, from_url
from .explaining.report import Known
from .explaining.text import text_of
from .keys import credentials_of
from .options import add_settings, explained
from .request import Request

_SETTINGS = (
    "config",
    "data",
    "region",
    "access_key_id",
    "access_key_secret",
    "signatures",
    "require_region",
    "service_hosts",
    "cnames",
)


def main(arguments: Sequence[str]) -> int:
    """Print the explanation; 0 if the request would be let in as far as its signature goes, 1 if not, 2 for bad use."""
    parser = _parser()
    given = vars(parser.parse_args(arguments))
    try:
        request = _request(given.pop("url"), given.pop("method"), given.pop("header"))
        settings = Settings(**given)
    except UnreadableError as error:
        parser.error(str(error))
    except ValidationError as error:
        print(explained(error), file=sys.stderr)
        return 2
    explanation = explain(request, _known(settings), reveal=True)
    print(text_of(explanation))
    return 1 if explanation.refusal else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pixoss explain",
        description="Say what is signed in a URL or a request, and why it does not match. The settings are those of "
        "`pixoss serve` and are read from the same places; what is printed can contain a valid signature.",
    )
    parser.add_argument("url", metavar="URL", help="the URL in quotes, or - to read a URL or a raw request from stdin")
    parser.add_argument("--method", default="GET", help="method that the URL is used with (default: GET)")
    parser.add_argument(
        "--header", action="append", default=[], metavar="NAME:VALUE", help="header that is sent with it"
    )
    add_settings(parser, _SETTINGS)
    return parser


def _request(url: str, method: str, headers: Sequence[str]) -> Request:
    now = time.time()
    if url == "-":
        return from_text(sys.stdin.read(MAX_CHARACTERS + 1), now=now)
    pairs = [header.partition(":") for header in headers]
    return from_url(url, method, {name: value for name, _, value in pairs}, now=now)


def _known(settings: Settings) -> Known:
    return Known(
        Hosts(settings.service_hosts, settings.cnames),
        _credentials(settings),
        settings.region,
        settings.require_region,
        lenient=settings.signatures == "lenient",
    )


def _credentials(settings: Settings) -> Credentials:
    """The keys of the server that uses these settings; none, with a word, where it has not made its own yet."""
    secret = kept_secret(settings, settings.data)
    if secret is None:
        print("pixoss: no secret of the owner is set or kept in the data folder (--data)", file=sys.stderr)
        return Credentials()
    return credentials_of(settings.model_copy(update={"access_key_secret": SecretStr(secret)}))
