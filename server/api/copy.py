"""CopyObject."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import unquote

from ...storage.base import Attributes, ObjectInfo
from ...storage.store import ObjectReader
from ..address import Resource, require_bucket_name, require_key
from ..attributes import attributes_from
from ..auth.access import GET_OBJECT
from ..authorize import permit, permit_source
from ..call import Call
from ..errors import OSSError, invalid_argument
from ..headers import check_conditions, encryption_headers, flag, iso_date, version_headers
from ..reading import require_restored
from ..response import Response, xml_response
from .encryption import encrypted

COPY_SOURCE = "x-oss-copy-source"
PREFIX = f"{COPY_SOURCE}-"

# What a copy has by its request, by the directive for tags, or not at all, and never just because its source has it.
OF_THE_COPY = (
    "acl",
    "storage_class",
    "tags",
    "encryption",
    "encryption_key_id",
    "restored_from_ms",
    "restored_until_ms",
    "sealed_ms",
    "retention_mode",
    "retained_until",
    "legal_hold",
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a copy is made of: an object, or one version of it."""

    resource: Resource
    version_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """A source that is being read; `headers` tell in the answer which version it was."""

    reader: ObjectReader
    headers: list[tuple[str, str]]


async def copy_object(call: Call) -> Response:
    """CopyObject: the source's content, attributes by `x-oss-metadata-directive`; onto itself attributes change.

    Of a symbolic link the link is copied and not its target (API reference, CopyObject).
    """
    headers, target = call.request.headers, call.resource
    onto_itself = _source(headers[COPY_SOURCE]).resource == target
    async with opened_source(call) as source:
        copied = await call.store.copy_object(
            source.reader,
            target.bucket,
            target.key,
            _attributes(call, await encrypted(call, headers), source.reader.info, onto_itself=onto_itself),
            overwrite=not flag(headers, "x-oss-forbid-overwrite"),
        )
    tag = f'"{copied.etag}"'
    fields = [
        ("ETag", tag),
        ("x-oss-hash-crc64ecma", str(copied.crc64)),
        *version_headers(copied, call.bucket),
        *encryption_headers(copied.attributes),
    ]
    answer = {"ETag": tag, "LastModified": iso_date(copied.modified_ms)}
    return xml_response("CopyObjectResult", answer, fields + source.headers)


@asynccontextmanager
async def opened_source(call: Call) -> AsyncIterator[OpenedSource]:
    """The object that `x-oss-copy-source` names, which the caller may read and whose conditions hold."""
    source = _source(call.request.headers[COPY_SOURCE])
    resource = source.resource
    principal = call.caller.principal
    bucket = await permit(call.store, call.request, principal, resource, GET_OBJECT, source.version_id)
    async with await call.store.open_object(resource.bucket, resource.key, source.version_id) as reader:
        if bucket is not None:
            await permit_source(call.store, principal, bucket, resource.key)
        check_conditions(call.request.headers, reader.info, PREFIX)
        require_restored(reader.info, call.request.now)
        versioned = bucket is not None and bucket.versioning
        told = [("x-oss-copy-source-version-id", reader.info.version_id)] if versioned else []
        yield OpenedSource(reader, told)


def _source(text: str) -> Source:
    """What `x-oss-copy-source` names: `/bucket/key` or `bucket/key`, percent-encoded; `+` stays a plus.

    A version may follow: `?versionId=…`.
    """
    path, _, query = text.removeprefix("/").partition("?")
    bucket, _, key = path.partition("/")
    if not bucket or not key:
        message = "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey."
        raise invalid_argument(COPY_SOURCE, text, message)
    try:
        resource = Resource(bucket, unquote(key, errors="strict"))
    except UnicodeDecodeError:
        raise OSSError("InvalidObjectName") from None
    require_bucket_name(resource.bucket)
    require_key(resource.key)
    return Source(resource, _version_id(text, query))


def _version_id(text: str, query: str) -> str | None:
    name, _, value = query.partition("=")
    if query and name != "versionId":
        raise invalid_argument(COPY_SOURCE, text)
    return unquote(value) or None


def _attributes(call: Call, headers: Mapping[str, str], source: ObjectInfo, *, onto_itself: bool) -> Attributes:
    """The attributes of the copy: the request's when replacing or copying onto itself, else the source's.

    The ACL is never copied, and the storage class is the request's or the target bucket's.
    """
    given = attributes_from(headers, call.resource.key, call.bucket.storage_class)
    replaces = _directive(headers, "x-oss-metadata-directive") == "REPLACE"
    retags = _directive(headers, "x-oss-tagging-directive") == "REPLACE"
    tags = given.tags if retags else source.attributes.tags
    kept = dataclasses.replace(given, tags=tags, symlink_target=source.attributes.symlink_target)
    # Onto itself the request's headers count whatever the directive: that is how SDKs update metadata.
    if replaces or onto_itself:
        return kept
    told = {name: getattr(kept, name) for name in OF_THE_COPY}
    return dataclasses.replace(source.attributes, **told)


def _directive(headers: Mapping[str, str], name: str) -> str:
    directive = headers.get(name, "COPY").upper()
    if directive not in ("COPY", "REPLACE"):
        raise invalid_argument(name, directive)
    return directive
