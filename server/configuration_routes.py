"""The calls of the second tier: what is stored, told or answered empty, so that no client breaks on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .api import (
    access_point,
    account,
    bucket_tags,
    inventory,
    live,
    meta_query,
    object_worm,
    qos,
    redundancy,
    regions,
    replication,
    worm,
)
from .api.configuration import Configuration
from .api.configurations import CONFIGURATIONS, ENCRYPTION, PUBLIC_ACCESS_BLOCK, RESOURCE_GROUP
from .auth.access import Permission
from .route import Route, State

_CONFIGURE, _LIST = Permission.CONFIGURE_BUCKET, Permission.LIST_BUCKETS
_STORED, _EMPTY = State.STORED, State.EMPTY

Table = Mapping[tuple[str, str], Route]


# Tags and groups choose what ListBuckets shows, which is all that they do on OSS beside its bills; encryption is told
# of the objects, and what is behind that no client can see; a block of public access closes what is open to everyone.
_WORKING = (RESOURCE_GROUP, ENCRYPTION, PUBLIC_ACCESS_BLOCK, bucket_tags.CONFIGURATION)


def _calls(configuration: Configuration) -> Iterator[tuple[tuple[str, str], Route]]:
    """PUT and GET, and DELETE where OSS has it."""
    state = State.WORKS if configuration in _WORKING else _STORED
    handlers = {"PUT": configuration.put, "GET": configuration.get, "DELETE": configuration.delete}
    names = [name for name in (configuration.name, configuration.part_name) if name]
    for method, handler in handlers.items():
        if method != "DELETE" or configuration.is_deletable:
            operations = " ".join(f"{method.capitalize()}{name}" for name in names)
            yield (method, configuration.subresource), Route(operations, handler, _CONFIGURE, state=state)


SERVICE: Table = {
    ("GET", "regions"): Route("DescribeRegions", regions.describe_regions, _LIST),
    ("GET", "cloudboxes"): Route("ListCloudBoxes", regions.list_cloud_boxes, _LIST, state=_EMPTY),
    ("PUT", "publicAccessBlock"): Route("PutPublicAccessBlock", account.put_public_access_block, _LIST),
    ("GET", "publicAccessBlock"): Route("GetPublicAccessBlock", account.get_public_access_block, _LIST),
    ("DELETE", "publicAccessBlock"): Route("DeletePublicAccessBlock", account.delete_public_access_block, _LIST),
    ("GET", "qosInfo"): Route("GetUserQosInfo", qos.get_user, _LIST, state=_EMPTY),
    ("GET", "accessPoint"): Route("ListAccessPoints", access_point.list_access_points, _LIST, state=_STORED),
    ("GET", "redundancyTransition"): Route(
        "ListUserDataRedundancyTransition", redundancy.list_all, _LIST, state=_EMPTY
    ),
    ("GET", "resourcePool"): Route("ListResourcePools", qos.list_pools, _LIST, state=_EMPTY),
    ("GET", "resourcePoolInfo"): Route("GetResourcePoolInfo", qos.no_such_pool, _LIST, state=_EMPTY),
    ("GET", "resourcePoolBuckets"): Route("ListResourcePoolBuckets", qos.no_such_pool, _LIST, state=_EMPTY),
    ("GET", "resourcePoolBucketGroup"): Route("ListResourcePoolBucketGroups", qos.no_such_pool, _LIST, state=_EMPTY),
    ("PUT", "requesterQosInfo"): Route("PutResourcePoolRequesterQoSInfo", qos.no_such_pool, _LIST, state=_EMPTY),
    ("GET", "requesterQosInfo"): Route(
        "GetResourcePoolRequesterQoSInfo ListResourcePoolRequesterQoSInfos", qos.no_such_pool, _LIST, state=_EMPTY
    ),
    ("DELETE", "requesterQosInfo"): Route("DeleteResourcePoolRequesterQoSInfo", qos.no_such_pool, _LIST, state=_EMPTY),
}

BUCKET: Table = {
    **dict(call for configuration in (*CONFIGURATIONS, bucket_tags.CONFIGURATION) for call in _calls(configuration)),
    ("DELETE", "tagging"): Route("DeleteBucketTags", bucket_tags.delete_tags, _CONFIGURE),
    ("POST", "worm"): Route("InitiateBucketWorm", worm.initiate, _CONFIGURE, state=_STORED),
    ("GET", "worm"): Route("GetBucketWorm", worm.get, _CONFIGURE, state=_STORED),
    ("DELETE", "worm"): Route("AbortBucketWorm", worm.abort, _CONFIGURE, state=_STORED),
    ("POST", "wormId"): Route("CompleteBucketWorm", worm.complete, _CONFIGURE, state=_STORED),
    ("POST", "wormExtend"): Route("ExtendBucketWorm", worm.extend, _CONFIGURE, state=_STORED),
    ("PUT", "inventory"): Route("PutBucketInventory", inventory.put_inventory, _CONFIGURE, state=_STORED),
    ("GET", "inventory"): Route(
        "GetBucketInventory ListBucketInventory", inventory.get_inventory, _CONFIGURE, state=_STORED
    ),
    ("DELETE", "inventory"): Route("DeleteBucketInventory", inventory.delete_inventory, _CONFIGURE, state=_STORED),
    ("POST", "replication&comp=add"): Route(
        "PutBucketReplication", replication.put_replication, _CONFIGURE, state=_STORED
    ),
    ("POST", "replication&comp=delete"): Route(
        "DeleteBucketReplication", replication.delete_replication, _CONFIGURE, state=_STORED
    ),
    ("GET", "replication"): Route("GetBucketReplication", replication.get_replication, _CONFIGURE, state=_STORED),
    ("PUT", "rtc"): Route("PutBucketRtc", replication.put_rtc, _CONFIGURE, state=_STORED),
    ("GET", "replicationLocation"): Route(
        "GetBucketReplicationLocation", replication.get_location, _CONFIGURE, state=_EMPTY
    ),
    ("GET", "replicationProgress"): Route(
        "GetBucketReplicationProgress", replication.get_progress, _CONFIGURE, state=_STORED
    ),
    ("POST", "redundancyTransition"): Route(
        "CreateBucketDataRedundancyTransition", redundancy.create, _CONFIGURE, state=_STORED
    ),
    ("GET", "redundancyTransition"): Route(
        "GetBucketDataRedundancyTransition ListBucketDataRedundancyTransition",
        redundancy.get,
        _CONFIGURE,
        state=_STORED,
    ),
    ("DELETE", "redundancyTransition"): Route(
        "DeleteBucketDataRedundancyTransition", redundancy.delete, _CONFIGURE, state=_STORED
    ),
    ("POST", "metaQuery&comp=add"): Route("OpenMetaQuery", meta_query.open_index, _CONFIGURE, state=_STORED),
    ("POST", "metaQuery&comp=delete"): Route("CloseMetaQuery", meta_query.close_index, _CONFIGURE, state=_STORED),
    ("POST", "metaQuery&comp=query"): Route("DoMetaQuery", meta_query.query, _CONFIGURE, state=_EMPTY),
    ("GET", "metaQuery"): Route("GetMetaQueryStatus", meta_query.get_status, _CONFIGURE, state=_STORED),
    ("PUT", "accessPoint"): Route("CreateAccessPoint", access_point.create, _CONFIGURE, state=_STORED),
    ("GET", "accessPoint"): Route("GetAccessPoint ListAccessPoints", access_point.get, _CONFIGURE, state=_STORED),
    ("DELETE", "accessPoint"): Route("DeleteAccessPoint", access_point.delete, _CONFIGURE, state=_STORED),
    ("PUT", "accessPointPolicy"): Route("PutAccessPointPolicy", access_point.put_policy, _CONFIGURE, state=_STORED),
    ("GET", "accessPointPolicy"): Route("GetAccessPointPolicy", access_point.get_policy, _CONFIGURE, state=_STORED),
    ("DELETE", "accessPointPolicy"): Route(
        "DeleteAccessPointPolicy", access_point.delete_policy, _CONFIGURE, state=_STORED
    ),
    ("PUT", "requesterQosInfo"): Route("PutBucketRequesterQoSInfo", qos.put_requester, _CONFIGURE, state=_STORED),
    ("GET", "requesterQosInfo"): Route(
        "GetBucketRequesterQoSInfo ListBucketRequesterQoSInfos", qos.get_requester, _CONFIGURE, state=_STORED
    ),
    ("DELETE", "requesterQosInfo"): Route(
        "DeleteBucketRequesterQoSInfo", qos.delete_requester, _CONFIGURE, state=_STORED
    ),
    ("GET", "live"): Route("ListLiveChannel", live.list_channels, _CONFIGURE, state=_STORED),
}

OBJECT: Table = {
    ("PUT", "live"): Route("PutLiveChannel PutLiveChannelStatus", live.put, _CONFIGURE, state=_STORED),
    ("GET", "live"): Route("GetLiveChannelInfo", live.get_info, _CONFIGURE, "GetLiveChannel", _STORED),
    ("GET", "live&comp=stat"): Route("GetLiveChannelStat", live.get_stat, _CONFIGURE, state=_EMPTY),
    ("GET", "live&comp=history"): Route("GetLiveChannelHistory", live.get_history, _CONFIGURE, state=_EMPTY),
    ("DELETE", "live"): Route("DeleteLiveChannel", live.delete, _CONFIGURE, state=_STORED),
    ("PUT", "retention"): Route("PutObjectRetention", object_worm.put_retention, _CONFIGURE, state=_STORED),
    ("GET", "retention"): Route("GetObjectRetention", object_worm.get_retention, _CONFIGURE, state=_STORED),
    ("PUT", "legalHold"): Route("PutObjectLegalHold", object_worm.put_legal_hold, _CONFIGURE, state=_STORED),
    ("GET", "legalHold"): Route("GetObjectLegalHold", object_worm.get_legal_hold, _CONFIGURE, state=_STORED),
    ("GET", "vod"): Route("GetVodPlaylist", live.vod_playlist, _CONFIGURE, state=_EMPTY),
    ("POST", "vod"): Route("PostVodPlaylist", live.vod_playlist, _CONFIGURE, state=_EMPTY),
}
