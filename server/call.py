"""What a handler is given: the request, what it is about, who asks, and the services behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx

from ..storage.base import BucketInfo
from ..storage.versions import VersionedStore
from .address import Hosts, Resource, host_name
from .auth.authenticate import Authenticated
from .auth.credentials import Credentials
from .auth.sessions import SessionIssuer
from .config import Settings
from .errors import OSSError
from .request import Request

if TYPE_CHECKING:
    from .imaging.render import Renderer


@dataclass(frozen=True, slots=True)
class Services:
    """What stands behind every call: settings, store, renderer, credentials, host names and the way out.

    `http` is the one client for requests of the server's own (see `outgoing`).
    """

    settings: Settings
    store: VersionedStore
    renderer: Renderer
    credentials: Credentials
    sessions: SessionIssuer
    hosts: Hosts
    http: httpx.AsyncClient


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated, authorized call; `found` is the bucket it is about, None on the service and in PutBucket."""

    request: Request
    caller: Authenticated
    services: Services
    found: BucketInfo | None = None

    @property
    def resource(self) -> Resource:
        """The bucket and key that the call is about."""
        return self.caller.resource

    @property
    def store(self) -> VersionedStore:
        """The store that keeps the objects."""
        return self.services.store

    @property
    def bucket(self) -> BucketInfo:
        """The bucket that the call is about."""
        if self.found is None:
            raise OSSError("NoSuchBucket", details={"BucketName": self.resource.bucket})
        return self.found

    @property
    def version_id(self) -> str | None:
        """The version that the request names; None for the current one."""
        return self.request.params.get("versionId") or None

    @property
    def location(self) -> str:
        """The region in the form that OSS shows: `oss-cn-hangzhou`."""
        return f"oss-{self.services.settings.region}"

    @property
    def endpoint(self) -> str:
        """The address that the client used, without the bucket: what answers call an endpoint."""
        host = self.request.host
        prefix = f"{self.resource.bucket}."
        named = self.resource.bucket and host_name(host).startswith(prefix)
        return host[len(prefix) :] if named else host

    def object_url(self, key: str) -> str:
        """The URL of an object of the call's bucket, addressed as the request was: by host name or by path."""
        request, bucket = self.request, self.resource.bucket
        by_host = self.services.hosts.bucket_of(request.host) == bucket
        path = key if by_host else f"{bucket}/{key}"
        return f"{request.scheme}://{request.host}/{quote(path)}"
