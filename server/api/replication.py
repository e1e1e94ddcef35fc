"""The replication rules of a bucket: kept and told; nothing is copied anywhere.

Source: API reference, PutBucketReplication and its siblings.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ...storage.base import Document
from ...storage.store import ObjectStore
from ..call import Call
from ..errors import OSSError, malformed
from ..response import Response, xml_response
from ..rules import documents
from ..xml import content, parse
from .body import child_text, xml_body
from .configuration import MAX_BODY, Field, check_fields, find, name_of

KIND, RULE = "replication", "Rule"

MAX_RULES = 100

_FIELDS = (
    Field("Rule/Destination/Bucket", "[a-z0-9-]{3,63}", is_required=True),
    Field("Rule/Destination/Location", "[a-z0-9-]{3,64}", is_required=True),
    Field("Rule/Destination/TransferType", "internal|oss_acc"),
    Field("Rule/HistoricalObjectReplication", "enabled|disabled"),
    Field("Rule/RTC/Status", "enabled|disabled"),
)

# What OSS adds to a rule that does not say it; oss2 needs all three (SDK source).
_DEFAULTS = {"Action": "ALL", "HistoricalObjectReplication": "enabled", "Status": "doing"}


async def put_replication(call: Call) -> Response:
    """PutBucketReplication (`comp=add`): one more rule, its id in `x-oss-replication-rule-id`."""
    root = await xml_body(call, "ReplicationConfiguration", limit=MAX_BODY)
    check_fields(root, _FIELDS)
    rules = root.findall(RULE)
    if len(rules) != 1:
        raise malformed(f"there are {len(rules)} rules, not one")
    name = child_text(rules[0], "ID") or str(uuid.uuid4())
    known = {document.name for document in await call.store.list_documents(call.bucket.name, KIND)}
    if len(known) >= MAX_RULES or name in known:
        raise OSSError("InvalidArgument", f"The rule {name} is there already, or {MAX_RULES} others.")
    await _keep(call, name_of({"ID": name}, "ID"), rules[0])
    return Response(headers=[("x-oss-replication-rule-id", name)])


async def get_replication(call: Call) -> Response:
    """GetBucketReplication: all rules. Raises `NoSuchReplicationConfiguration`."""
    rules = await load(call.store, call.bucket.name)
    if not rules:
        raise OSSError("NoSuchReplicationConfiguration")
    return xml_response("ReplicationConfiguration", {RULE: list(rules.values())})


async def delete_replication(call: Call) -> Response:
    """DeleteBucketReplication (`comp=delete`): the rule goes at once. Raises `NoSuchReplicationRule`."""
    root = await xml_body(call, "ReplicationRules", limit=MAX_BODY)
    name = name_of({"ID": child_text(root, "ID") or ""}, "ID")
    if not await call.store.delete_document(call.bucket.name, KIND, name):
        raise OSSError("NoSuchReplicationRule")
    return Response()


async def put_rtc(call: Call) -> Response:
    """PutBucketRtc: switch the time control of a rule. Raises `NoSuchReplicationRule`."""
    root = await xml_body(call, "ReplicationRule", limit=MAX_BODY)
    check_fields(root, (Field("ID", r"\S+", is_required=True), Field("RTC/Status", "enabled|disabled", True)))
    name = name_of({"ID": child_text(root, "ID") or ""}, "ID")
    found = await find(call.store, call.bucket.name, KIND, name)
    if found is None:
        raise OSSError("NoSuchReplicationRule")
    rule = parse(found.content, RULE)
    for old in rule.findall("RTC"):
        rule.remove(old)
    rule.extend(root.findall("RTC"))
    await _keep(call, name, rule)
    return Response()


async def get_location(_: Call) -> Response:
    """GetBucketReplicationLocation: there is nowhere to replicate to."""
    return xml_response("ReplicationLocation", {"LocationTransferTypeConstraint": "", "LocationRTCConstraint": ""})


async def get_progress(call: Call) -> Response:
    """GetBucketReplicationProgress: the rule `rule-id`, or all of them, and no progress, because there is none."""
    rules = await load(call.store, call.bucket.name)
    wanted = call.request.params.get("rule-id")
    chosen = [rule for name, rule in rules.items() if wanted in (None, name)]
    if not chosen:
        raise OSSError("NoSuchReplicationRule")
    return xml_response("ReplicationProgress", {RULE: chosen})


async def load(store: ObjectStore, bucket: str) -> Mapping[str, Mapping[str, object]]:
    """The bucket's rules by id, as they are told."""
    return {document.name: _told(document) for document in await store.list_documents(bucket, KIND)}


def _told(document: Document) -> Mapping[str, object]:
    told = content(parse(document.content, RULE))
    return {**_DEFAULTS, **(told if isinstance(told, dict) else {}), "ID": document.name}


async def _keep(call: Call, name: str, rule: Element) -> None:
    await call.store.put_document(call.bucket.name, KIND, name, documents.packed(rule))
