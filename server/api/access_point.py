"""The access points of buckets: kept and told; requests by an access point's alias are not answered.

Source: API reference, CreateAccessPoint and its siblings. The name comes in a header, in some calls of some SDKs in the
query parameter of the same name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ...storage.base import Document
from ...storage.errors import NoSuchBucket
from ..call import Call
from ..errors import OSSError
from ..headers import iso_date
from ..response import JSON_TYPE, Response, xml_response
from ..rules import documents
from ..xml import content, parse
from .arguments import bounded_text, max_keys
from .body import child_text, whole_body, xml_body
from .configuration import MAX_BODY, Field, check_fields, find, name_of
from .configurations import PUBLIC_ACCESS_BLOCK
from .owner import OWNER
from .service import buckets_after

KIND, POLICY = "accessPoint", "accessPointPolicy"
ROOT = "CreateAccessPointConfiguration"
NAME = "x-oss-access-point-name"
TOKEN = "continuation-token"

_FIELDS = (
    Field("AccessPointName", "[a-z0-9][a-z0-9-]{1,17}[a-z0-9]", is_required=True),
    Field("NetworkOrigin", "internet|vpc", is_required=True),
    Field("VpcConfiguration/VpcId", r"vpc-\w{1,64}"),
)


async def create(call: Call) -> Response:
    """CreateAccessPoint. Raises `AccessPointAlreadyExists`."""
    root = await xml_body(call, ROOT, limit=MAX_BODY)
    check_fields(root, _FIELDS)
    name = child_text(root, "AccessPointName") or ""
    if await find(call.store, call.bucket.name, KIND, name):
        raise OSSError("AccessPointAlreadyExists", details={"AccessPointName": name})
    await call.store.put_document(call.bucket.name, KIND, name, documents.packed(root))
    told = _told(call, call.bucket.name, name, root)
    return xml_response("CreateAccessPointResult", {name: told[name] for name in ("AccessPointArn", "Alias")})


async def get(call: Call) -> Response:
    """GetAccessPoint where one is named, ListAccessPoints of the bucket otherwise."""
    if not _is_named(call):
        return await list_access_points(call)
    found = await _found(call)
    told = _told(call, call.bucket.name, found.name, parse(found.content, ROOT))
    block = await PUBLIC_ACCESS_BLOCK.load(call.store, call.bucket.name, found.name)
    fields = {
        **told,
        "AccountId": OWNER["ID"],
        "CreationDate": iso_date(found.created_ms),
        "PublicAccessBlockConfiguration": block,
    }
    return xml_response("GetAccessPointResult", fields)


async def list_access_points(call: Call) -> Response:
    """ListAccessPoints of the bucket or, without one, of all buckets; a page is told by the last name before it."""
    params = call.request.params
    limit, after = max_keys(params), bounded_text(params, TOKEN)
    names = (
        [call.resource.bucket] if call.resource.bucket else [bucket.name async for bucket in buckets_after(call.store)]
    )
    points = [point for name in names for point in await _points(call, name)]
    following = sorted((point for point in points if point[0] > after), key=lambda point: point[0])
    page = following[:limit]
    fields = {
        "MaxKeys": limit,
        "IsTruncated": len(following) > limit,
        "NextContinuationToken": page[-1][0] if len(following) > limit else "",
        "AccountId": OWNER["ID"],
        "AccessPoints": {"AccessPoint": [told for _, told in page]},
    }
    return xml_response("ListAccessPointsResult", fields)


async def _points(call: Call, bucket: str) -> list[tuple[str, Mapping[str, object]]]:
    """The access points of a bucket by name; none of one that is gone since all buckets were listed."""
    try:
        found = await call.store.list_documents(bucket, KIND)
    except NoSuchBucket:
        return []
    return [(one.name, _told(call, bucket, one.name, parse(one.content, ROOT))) for one in found]


async def delete(call: Call) -> Response:
    """DeleteAccessPoint, with its policy; 204 also where there is none."""
    for kind in (POLICY, KIND):
        await call.store.delete_document(call.bucket.name, kind, _name(call))
    return Response(204)


async def put_policy(call: Call) -> Response:
    """PutAccessPointPolicy: any JSON object is kept, and judges nothing. Raises `InvalidPolicyDocument`."""
    found, body = await _found(call), await whole_body(call, MAX_BODY)
    try:
        is_object = isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        is_object = False
    if not is_object:
        raise OSSError("InvalidPolicyDocument", "The policy is not a JSON object.")
    await call.store.put_document(call.bucket.name, POLICY, found.name, body)
    return Response()


async def get_policy(call: Call) -> Response:
    """GetAccessPointPolicy: the JSON as it was put. Raises `NoSuchAccessPointPolicy`."""
    policy = await find(call.store, call.bucket.name, POLICY, (await _found(call)).name)
    if policy is None:
        raise OSSError("NoSuchAccessPointPolicy")
    return Response(headers=[("Content-Type", JSON_TYPE)], body=policy.content)


async def delete_policy(call: Call) -> Response:
    """DeleteAccessPointPolicy: 204 also where there is none."""
    await call.store.delete_document(call.bucket.name, POLICY, _name(call))
    return Response(204)


def _is_named(call: Call) -> bool:
    return NAME in call.request.headers or NAME in call.request.params


def _name(call: Call) -> str:
    request = call.request
    return name_of(request.headers if NAME in request.headers else request.params, NAME)


async def _found(call: Call) -> Document:
    found = await find(call.store, call.bucket.name, KIND, _name(call))
    if found is None:
        raise OSSError("NoSuchAccessPoint", details={"AccessPointName": _name(call)})
    return found


def _told(call: Call, bucket: str, name: str, root: Element) -> Mapping[str, object]:
    region = call.services.settings.region
    # OSS makes aliases up; ours come from the names, so that they stay what they are.
    alias = f"{name}-{hashlib.sha256(f'{bucket}/{name}'.encode()).hexdigest()[:20]}-ossalias"
    asked = content(root)
    return {
        **(asked if isinstance(asked, dict) else {}),
        "Bucket": bucket,
        "Status": "enable",
        "AccessPointArn": f"acs:oss:{region}:{OWNER['ID']}:accesspoint/{name}",
        "Alias": alias,
        "Endpoints": {"PublicEndpoint": call.endpoint, "InternalEndpoint": call.endpoint},
    }
