"""What stored configurations show of themselves in GetBucketInfo and ListBuckets, and what PutBucket already sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from ...storage.errors import NoSuchBucket
from ...storage.store import ObjectStore
from ..call import Call
from ..errors import invalid_argument
from ..rules import documents
from . import bucket_tags, replication
from .configuration import Fields
from .configurations import (
    ACCESS_MONITOR,
    DEFAULT_GROUP,
    ENCRYPTION,
    LOGGING,
    PUBLIC_ACCESS_BLOCK,
    RESOURCE_GROUP,
    TRANSFER_ACCELERATION,
)

GROUP_HEADER = "x-oss-resource-group-id"

_SWITCH = {"true": "Enabled", "false": "Disabled"}


async def described(store: ObjectStore, bucket: str) -> Mapping[str, object]:
    """The fields of GetBucketInfo that stored configurations decide."""
    monitor = await ACCESS_MONITOR.load(store, bucket) or {}
    acceleration = await TRANSFER_ACCELERATION.load(store, bucket) or {}
    block = await PUBLIC_ACCESS_BLOCK.load(store, bucket) or {}
    return {
        "AccessMonitor": monitor["Status"],
        "TransferAcceleration": _SWITCH[str(acceleration.get("Enabled", "false"))],
        "CrossRegionReplication": "Enabled" if await replication.load(store, bucket) else "Disabled",
        "ResourceGroupId": await group(store, bucket),
        "BlockPublicAccess": block["BlockPublicAccess"],
        "ServerSideEncryptionRule": _encryption(await ENCRYPTION.load(store, bucket)),
        "BucketPolicy": _log_target(await LOGGING.load(store, bucket)),
    }


def _encryption(rule: Fields | None) -> Fields:
    applied = (rule or {}).get("ApplyServerSideEncryptionByDefault")
    return applied if isinstance(applied, dict) else {"SSEAlgorithm": "None"}


def _log_target(status: Fields | None) -> Fields:
    enabled = (status or {}).get("LoggingEnabled")
    target = enabled if isinstance(enabled, dict) else {}
    return {"LogBucket": target.get("TargetBucket", ""), "LogPrefix": target.get("TargetPrefix", "")}


async def group(store: ObjectStore, bucket: str) -> str:
    """The resource group that the bucket is in; the default one where it is gone since it was listed."""
    try:
        found = await RESOURCE_GROUP.load(store, bucket) or {}
    except NoSuchBucket:
        return DEFAULT_GROUP
    return str(found["ResourceGroupId"])


@dataclass(frozen=True, slots=True)
class Filter:
    """What ListBuckets is asked to show only: buckets with these tags (None is any value), in this group (if any)."""

    tags: Mapping[str, str | None]
    group: str

    @classmethod
    def of(cls, call: Call) -> Filter:
        """The filter of a request. Raises `InvalidArgument`."""
        return cls(bucket_tags.wanted(call.request.params), call.request.headers.get(GROUP_HEADER, ""))

    @property
    def is_open(self) -> bool:
        """Whether every bucket passes."""
        return not self.tags and not self.group

    async def passes(self, store: ObjectStore, bucket: str) -> bool:
        """Whether the bucket is to be shown; not where it is gone since it was listed."""
        if self.group and self.group != await group(store, bucket):
            return False
        try:
            tags = await bucket_tags.load(store, bucket)
        except NoSuchBucket:
            return False
        return all(name in tags and value in (None, tags[name]) for name, value in self.tags.items())


@dataclass(frozen=True, slots=True)
class Initial:
    """What the headers of PutBucket set beside the ACL: the resource group and the tags."""

    group: str
    tags: Mapping[str, str]

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Initial:
        """The settings in the headers. Raises `InvalidArgument` or what a bucket's tags are refused with."""
        given = headers.get(GROUP_HEADER, "")
        if (not given.replace("-", "").isalnum() and given) or len(given) > 64:
            raise invalid_argument(GROUP_HEADER, given)
        return cls(given, bucket_tags.of_header(headers))

    async def keep(self, store: ObjectStore, bucket: str) -> None:
        """Keep what is set, in the bucket that was just made."""
        if self.group not in ("", DEFAULT_GROUP):
            root = Element(RESOURCE_GROUP.root)
            SubElement(root, "ResourceGroupId").text = self.group
            await documents.put(store, bucket, RESOURCE_GROUP.subresource, root)
        if self.tags:
            await bucket_tags.save(store, bucket, self.tags)
