"""From Host header and raw path to the bucket and key that a request is about."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from .errors import OSSError
from .request import percent_decoded

MAX_KEY_BYTES = 1023

_BUCKET_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]", re.ASCII)

# The forms of OSS's own hosts (object-storage API 0.1): ali-oss forges them even on 127.0.0.1. The bucket part may be
# empty (".oss-cn-hangzhou.aliyuncs.com": ali-oss listing buckets on an IP endpoint) or absent: the service itself.
_ALIYUN_HOST = re.compile(
    r"(?:(?P<bucket>[a-z0-9-]*)\.)?"
    r"(?:oss(?:-[a-z0-9-]+)?|[a-z0-9-]+\.oss|(?:cb-[a-z0-9-]+\.)[a-z0-9-]+\.oss-cloudbox)"
    r"\.aliyuncs\.com",
    re.ASCII,
)


class Level(Enum):
    """What a resource is: the service, a bucket, or an object."""

    SERVICE = "service"
    BUCKET = "bucket"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Resource:
    """A bucket and a key; both empty is the service, an empty key is the bucket."""

    bucket: str = ""
    key: str = ""

    @property
    def level(self) -> Level:
        """Service, bucket or object, by which parts are there."""
        if not self.bucket:
            return Level.SERVICE
        return Level.OBJECT if self.key else Level.BUCKET

    @property
    def canonical(self) -> str:
        """`/bucket/key`, the form that every signature version signs whatever the addressing was."""
        return f"/{self.bucket}/{self.key}" if self.bucket else "/"


@dataclass(frozen=True, slots=True)
class Hosts:
    """Which host names mean what: `service` names use path style, `cnames` map a domain to a bucket."""

    service: frozenset[str] = frozenset({"localhost"})
    cnames: Mapping[str, str] | None = None

    def bucket_of(self, host: str) -> str | None:
        """The bucket that a Host header names; None for path style."""
        name = host_name(host)
        if name in self.service or _is_ip(name):
            return None
        if self.cnames and name in self.cnames:
            return self.cnames[name]
        bucket, _, domain = name.partition(".")
        if domain in self.service:
            return bucket
        aliyun = _ALIYUN_HOST.fullmatch(name)
        # An unknown host is taken as path style: friendlier than an error (our choice, object-storage API 0.1-5).
        return aliyun["bucket"] or None if aliyun else None

    def is_unknown(self, host: str) -> bool:
        """Whether neither the settings nor its form say what a Host header means: it may be a bucket's own domain."""
        name = host_name(host)
        _, dot, domain = name.partition(".")
        is_told = name in self.service or domain in self.service or name in (self.cnames or ())
        return bool(dot) and not is_told and not _is_ip(name) and not _ALIYUN_HOST.fullmatch(name)


def host_name(host: str) -> str:
    """A Host header without its port, lower-case; an IPv6 address without its brackets."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0]


def resolve(host: str, raw_path: str, hosts: Hosts) -> Sequence[Resource]:
    """The resources that a request can mean, likeliest first; the signature decides where there are two.

    Two come out for ali-oss with an IP endpoint and `sldEnable`, which forges the bucket's host *and* puts the bucket
    into the path; and for `REGION.oss.aliyuncs.com`, which is the service for SDKs that are told to use both versions
    of IP, and might be a bucket. Raises `InvalidObjectName` or `InvalidBucketName` (names are checked before
    authentication).
    """
    bucket = hosts.bucket_of(host)
    path = raw_path.removeprefix("/")
    if bucket is None:
        return (_path_style(path),)
    resources = [_resource(bucket, path)]
    if _may_name_bucket(path, bucket, host_name(host)):
        with suppress(OSSError):  # what cannot be a bucket and a key has no second meaning
            resources.append(_path_style(path))
    return resources


def _may_name_bucket(path: str, bucket: str, name: str) -> bool:
    """Whether a path can begin with a bucket, or mean the service, although the host `name` begins with `bucket`."""
    is_forged = path.partition("/")[0] == bucket and _ALIYUN_HOST.fullmatch(name) is not None
    return is_forged or name == f"{bucket}.oss.aliyuncs.com"


def _path_style(path: str) -> Resource:
    # cpp and csharp ask for "//" when they mean the service: an empty bucket segment is the service root.
    bucket, _, key = path.partition("/")
    if not bucket and not key:
        return Resource()
    return _resource(_decoded(bucket, "InvalidBucketName"), key)


def _resource(bucket: str, raw_key: str) -> Resource:
    require_bucket_name(bucket)
    key = _decoded(raw_key, "InvalidObjectName")
    if key:
        require_key(key)
    return Resource(bucket, key)


def _decoded(text: str, code: str) -> str:
    try:
        return percent_decoded(text).decode("utf-8")
    except ValueError:
        raise OSSError(code) from None


def require_bucket_name(name: str) -> None:
    """Raise `InvalidBucketName` unless `name` is 3 to 63 of a-z, 0-9 and hyphen, with no hyphen at either end."""
    if not _BUCKET_NAME.fullmatch(name):
        raise OSSError("InvalidBucketName", details={"BucketName": name})


def require_key(key: str) -> None:
    """Raise `InvalidObjectName` unless `key` is 1 to 1023 bytes of UTF-8 that begin with no slash or backslash."""
    if not 1 <= len(key.encode("utf-8")) <= MAX_KEY_BYTES:
        raise OSSError("InvalidObjectName", details={"ObjectName": key})
    if key[0] in "/\\":
        raise OSSError("InvalidObjectName", ec="0016-00000005", details={"ObjectName": key})


@lru_cache(1024)
def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
