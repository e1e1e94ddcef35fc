"""How tests sign with oss2, by name of the signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import oss2
from live_server import KEY, REGION, SECRET, TOKEN, Server

Connect = Callable[[str], oss2.Bucket]

_STS = (f"STS.{KEY}", SECRET, TOKEN)
AUTHS: Mapping[str, Callable[[], Any]] = {
    "V1": lambda: oss2.Auth(KEY, SECRET),
    "V2": lambda: oss2.AuthV2(KEY, SECRET),
    "V4": lambda: oss2.AuthV4(KEY, SECRET),
    "V1-STS": lambda: oss2.StsAuth(*_STS),
    "V2-STS": lambda: oss2.StsAuth(*_STS, auth_version=oss2.AUTH_VERSION_2),
    "V4-STS": lambda: oss2.StsAuth(*_STS, auth_version=oss2.AUTH_VERSION_4),
    "anonymous": oss2.AnonymousAuth,
}


def connector(server: Server, auth: Any) -> Connect:
    """Buckets of `server` by name, as the user of `auth`."""
    return lambda name: oss2.Bucket(auth, server.endpoint, name, region=REGION)
