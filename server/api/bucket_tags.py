"""The tags of a bucket: PutBucketTags and its siblings, and what ListBuckets and PutBucket do with tags.

DELETE takes the names of the tags that are to go as oss2 sends them (`?tagging=a,b`, SDK source).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ...storage.store import ObjectStore
from ..call import Call
from ..errors import invalid_argument
from ..response import Response
from ..tags import tag_set, tags_in_document, tags_in_header
from ..xml import document, parse
from .configuration import Configuration, find

KIND, ROOT = "tagging", "Tagging"
HEADER = "x-oss-bucket-tagging"

MAX_TAGS = 20


async def _check(_: Call, root: Element) -> None:
    tags_in_document(root, MAX_TAGS)


CONFIGURATION = Configuration("BucketTags", KIND, ROOT, {"TagSet": ""}, check=_check)


async def delete_tags(call: Call) -> Response:
    """DeleteBucketTags: all tags, or those that the value of `tagging` names; 204 also where there are none."""
    names = set(call.request.params[KIND].split(",")) - {""}
    kept = {name: value for name, value in (await load(call.store, call.bucket.name)).items() if name not in names}
    if names and kept:
        await save(call.store, call.bucket.name, kept)
    else:
        await call.store.delete_document(call.bucket.name, KIND, "")
    return Response(204)


async def load(store: ObjectStore, bucket: str) -> Mapping[str, str]:
    """The bucket's tags in order. Raises `NoSuchBucket`."""
    found = await find(store, bucket, KIND)
    return tags_in_document(parse(found.content, ROOT), MAX_TAGS) if found else {}


async def save(store: ObjectStore, bucket: str, tags: Mapping[str, str]) -> None:
    """Replace the bucket's tags."""
    await store.put_document(bucket, KIND, "", document(ROOT, tag_set(tags)))


def of_header(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The tags of `x-oss-bucket-tagging: a=1&b=2`, with which PutBucket makes a bucket. Raises `InvalidTag`."""
    return tags_in_header(headers.get(HEADER, ""), MAX_TAGS)


def wanted(params: Mapping[str, str]) -> Mapping[str, str | None]:
    """The tags that ListBuckets filters by: `tag-key` with or without `tag-value`, or `tagging="a":"1","b":"2"`.

    None stands for any value. Raises `InvalidArgument`.
    """
    if key := params.get("tag-key"):
        return {key: params.get("tag-value") or None}
    if value := params.get("tag-value"):
        raise invalid_argument("tag-value", value, "tag-value needs a tag-key.")
    text = params.get("tagging", "")
    pairs = [pair.split(":") for pair in text.replace('"', "").split(",") if pair]
    if not all(len(pair) == 2 for pair in pairs):
        raise invalid_argument("tagging", text)
    return {name.strip(): value.strip() for name, value in pairs}
