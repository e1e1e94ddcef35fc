"""The tags of a bucket: PutBucketTags and its siblings, and what ListBuckets and PutBucket do with tags.

Source: API reference, PutBucketTags; DELETE takes the names of the tags that are to go as oss2 sends them
(`?tagging=a,b`, SDK source).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_plus
from xml.etree.ElementTree import Element, SubElement

from ...storage.base import ObjectStore
from ..call import Call
from ..errors import OSSError, invalid_argument
from ..response import Response
from ..rules import documents
from ..xml import parse
from .body import child_text, malformed
from .configuration import Configuration, find

KIND, ROOT = "tagging", "Tagging"
HEADER = "x-oss-bucket-tagging"

MAX_TAGS = 20
MAX_KEY_BYTES, MAX_VALUE_BYTES = 64, 128
RESERVED = ("http://", "https://", "aliyun")


async def _check(_: Call, root: Element) -> None:
    require(_pairs(root))


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
    return dict(_pairs(parse(found.content, ROOT))) if found else {}


async def save(store: ObjectStore, bucket: str, tags: Mapping[str, str]) -> None:
    """Replace the bucket's tags."""
    root = Element(ROOT)
    tag_set = SubElement(root, "TagSet")
    for name, value in tags.items():
        tag = SubElement(tag_set, "Tag")
        SubElement(tag, "Key").text = name
        SubElement(tag, "Value").text = value
    await documents.put(store, bucket, KIND, root)


def of_header(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The tags of `x-oss-bucket-tagging: a=1&b=2`, with which PutBucket makes a bucket. Raises `InvalidTag`."""
    parts = [part.partition("=") for part in headers.get(HEADER, "").split("&") if part]
    pairs = [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]
    require(pairs)
    return dict(pairs)


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


def _pairs(root: Element) -> list[tuple[str, str]]:
    """The tags of a document. Raises `MalformedXML`."""
    tag_set = root.find("TagSet")
    if tag_set is None:
        raise malformed("Tagging has no TagSet")
    return [(child_text(tag, "Key") or "", child_text(tag, "Value") or "") for tag in tag_set.findall("Tag")]


def require(pairs: list[tuple[str, str]]) -> None:
    """Return if these may be the tags of a bucket. Raises `TooManyTags`, `InvalidTag` or `InvalidTaggingKey`."""
    if len(pairs) > MAX_TAGS:
        raise OSSError("TooManyTags", f"A bucket has at most {MAX_TAGS} tags.")
    if len(dict(pairs)) < len(pairs):
        raise OSSError("InvalidTag", "Two tags of a bucket cannot have the same key.")
    for key, value in pairs:
        if not 1 <= len(key.encode()) <= MAX_KEY_BYTES or key.lower().startswith(RESERVED):
            raise OSSError("InvalidTaggingKey", details={"Key": key})
        if len(value.encode()) > MAX_VALUE_BYTES:
            raise OSSError("InvalidTag", details={"Key": key, "Value": value})
