"""The kind of route that control uses: it never hides an object."""

from __future__ import annotations

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from ..call import Services
from ..dispatch import SERVICES


class ControlRoute(APIRoute):
    """A route of the service's own hosts: where the host names a bucket, `_pixoss/health` is an ordinary key."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match when the Host header names a bucket."""
        services: Services = scope["state"][SERVICES]
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        if services.hosts.bucket_of(host) is not None:
            return Match.NONE, {}
        return super().matches(scope)
