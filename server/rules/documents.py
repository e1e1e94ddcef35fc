"""Configurations as documents of the store: the XML as it was put, without namespaces and attributes.

The kind of a document is the sub-resource that it is put under. Who judges by a configuration reads it anew each time:
one look-up at most, and the parsing is remembered by the bytes, so that no other process's change goes unseen.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

from ...storage.base import BucketInfo
from ...storage.errors import NoSuchDocument
from ...storage.store import ObjectStore
from ..xml import DECLARATION

# oss2 sends `True` and refuses to read it back; OSS answers in lower case.
BOOLEANS = frozenset({
    "AllowEmptyReferer", "AllowSmallFile", "AllowTruncateQueryString", "EnableReplacePrefix",
    "ExpiredObjectDeleteMarker", "IsAccessTime", "MirrorCheckMd5", "MirrorFollowRedirect", "MirrorPassQueryString",
    "PassAll", "PassQueryString", "ResponseVary", "ReturnToStdWhenVisit", "SupportSubDir", "TruncatePath",
})  # fmt: skip


async def put(store: ObjectStore, bucket: str, kind: str, root: Element) -> None:
    """Replace the bucket's configuration of this kind."""
    await store.put_document(bucket, kind, "", packed(root))


def packed(root: Element) -> bytes:
    """A parsed document as it is kept and answered: an `xmlns` would break oss2, which looks for bare names."""
    for element in root.iter():
        element.attrib.clear()
        if element.tag in BOOLEANS and element.text:
            element.text = element.text.strip().lower()
    return DECLARATION.encode() + tostring(root)


async def of(store: ObjectStore, bucket: BucketInfo, kind: str) -> bytes | None:
    """`find` for whoever knows the bucket already: what it does not have is not looked for."""
    return await find(store, bucket.name, kind) if kind in bucket.documents else None


async def find(store: ObjectStore, bucket: str, kind: str) -> bytes | None:
    """The bucket's configuration of this kind, None where there is none. Raises `NoSuchBucket`."""
    try:
        return (await store.get_document(bucket, kind, "")).content
    except NoSuchDocument:
        return None
