"""A public bucket called `bench`, so that the load needs no signatures; what those cost is measured apart."""

from __future__ import annotations

import oss2
from live_server import KEY, SECRET, Server


def public_bucket(server: Server, acl: str = oss2.BUCKET_ACL_PUBLIC_READ) -> None:
    """Create the bucket."""
    _bucket(server).create_bucket(acl)


def configure_website(server: Server, document: str) -> None:
    """Put its website configuration."""
    _bucket(server).put_bucket_website(document)


def put(server: Server, key: str, content: bytes) -> None:
    """Put an object into it."""
    _bucket(server).put_object(key, content)


def signed_target(server: Server, key: str) -> str:
    """Path and query of a URL signed V1 for a day."""
    url = _bucket(server).sign_url("GET", key, 86400, slash_safe=True)
    return str(url.removeprefix(server.endpoint))


def _bucket(server: Server) -> oss2.Bucket:
    return oss2.Bucket(oss2.Auth(KEY, SECRET), server.endpoint, "bench")
