"""`pixoss sign`: makes a signed URL, which works with curl as it is; asks no server."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from urllib.parse import quote, quote_plus

from pydantic import ValidationError

from . import address
from .address import Hosts, Resource
from .auth.credentials import Credential
from .auth.presign import VERSIONS, Order, signed_url
from .banner import endpoints
from .config import Settings, kept_secret
from .errors import OSSError
from .explaining.given import from_url
from .options import add_settings, explained
from .request import Request

_SETTINGS = (
    "config",
    "host",
    "port",
    "tls",
    "data",
    "region",
    "access_key_id",
    "access_key_secret",
    "service_hosts",
    "cnames",
)


def main(arguments: Sequence[str]) -> int:
    """Print one signed URL; 1 with the reason where there can be none, 2 for bad use."""
    asked = _parser().parse_args(arguments)
    given = {name: value for name, value in vars(asked).items() if name in _SETTINGS}
    try:
        print(_url(asked, Settings(**given)))
    except ValidationError as error:
        print(explained(error), file=sys.stderr)
        return 2
    except OSSError as error:
        return _refused(error.message)
    except ValueError as error:
        return _refused(str(error))
    return 0


def _refused(reason: str) -> int:
    print(f"pixoss: {reason}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pixoss sign",
        description="Make a signed URL. Key, region and address are those of `pixoss serve`, from the same places.",
    )
    parser.add_argument("resource", metavar="oss://BUCKET/KEY", help="what the URL is for; BUCKET/KEY does as well")
    parser.add_argument("--method", default="GET", help="method that the URL will be used with (default: GET)")
    parser.add_argument("--expires", type=int, default=3600, metavar="SECONDS", help="how long it is good for (3600)")
    parser.add_argument("--version", choices=VERSIONS, default="v4", help="signature version (default: v4)")
    parser.add_argument("--endpoint", metavar="URL", help="address of the server (default: where the settings say)")
    parser.add_argument("--process", metavar="STRING", help="image processing, as in image/resize,w_100")
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="query parameter")
    parser.add_argument(
        "--header", action="append", default=[], metavar="NAME:VALUE", help="header that the client will send"
    )
    parser.add_argument("--security-token", metavar="TOKEN", help="token of a temporary key")
    style = parser.add_mutually_exclusive_group()
    style.add_argument("--virtual-hosted", action="store_true", help="put the bucket into the host")
    style.add_argument("--path-style", dest="virtual_hosted", action="store_false", help="or into the path (default)")
    add_settings(parser, _SETTINGS)
    return parser


def _url(asked: argparse.Namespace, settings: Settings) -> str:
    bucket, _, key = asked.resource.removeprefix("oss://").partition("/")
    if not bucket:
        raise ValueError("the bucket is missing: oss://BUCKET/KEY")
    request = _request(asked, settings, Resource(bucket, key))
    order = Order(_credential(settings, asked.security_token), asked.expires, settings.region)
    return signed_url(request, Resource(bucket, key), order, asked.version)


def _request(asked: argparse.Namespace, settings: Settings, resource: Resource) -> Request:
    """The request that the URL will be used for; raises for names that no bucket or key can have, too."""
    by_number, by_name = endpoints(settings, settings.port)
    default = by_name if asked.virtual_hosted else by_number
    scheme, _, host = (asked.endpoint or default).rstrip("/").rpartition("://")
    bucket, key = quote(resource.bucket), quote(resource.key)
    place = f"{bucket}.{host}/{key}" if asked.virtual_hosted else f"{host}/{bucket}/{key}"
    query = "&".join(
        f"{quote_plus(name)}={quote_plus(value)}" if value else quote_plus(name) for name, value in _pairs(asked)
    )
    headers = {name: value for name, _, value in (header.partition(":") for header in asked.header)}
    url = f"{scheme or settings.scheme}://{place}{'?' if query else ''}{query}"
    request = from_url(url, asked.method, headers, now=time.time())
    hosts = Hosts(settings.service_hosts, settings.cnames)
    if hosts.bucket_of(request.host) != (resource.bucket if asked.virtual_hosted else None):
        raise ValueError(f"the server would not find the bucket {resource.bucket} in {place}: see service_hosts")
    address.resolve(request.host, request.raw_path, hosts)
    return request


def _pairs(asked: argparse.Namespace) -> list[tuple[str, str]]:
    pairs = [(name, value) for name, _, value in (param.partition("=") for param in asked.param)]
    return [*pairs, ("x-oss-process", asked.process)] if asked.process else pairs


def _credential(settings: Settings, token: str | None) -> Credential:
    secret = kept_secret(settings, settings.data)
    if secret is None:
        raise ValueError("no secret of the owner is set or kept in the data folder (--data): start the server once")
    return Credential(settings.access_key_id, secret, token or None)
