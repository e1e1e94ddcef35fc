"""Objects uploaded in parts: initiate, upload or copy parts, complete, abort, and the two listings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element

from ...storage.base import ByteRange, ObjectInfo
from ...storage.multipart import NamedPart, PartInfo, UploadInfo, UploadMarker
from ...storage.store import ObjectReader
from ..attributes import OBJECT_ACLS, attributes_from
from ..call import Call
from ..callback.asking import answered
from ..callback.wanted import of_request
from ..errors import OSSError, invalid_argument, malformed
from ..headers import (
    content_md5,
    encryption_headers,
    expected_content,
    flag,
    iso_date,
    requested_range,
    version_headers,
)
from ..response import Response, xml_response
from .arguments import MAX_KEYS, Encoder, bounded_number, bounded_text
from .body import MAX_OBJECT_BYTES, child_text, upload_stream, whole_body, xml_body
from .copy import COPY_SOURCE, opened_source
from .encryption import encrypted

MAX_PARTS = 10_000

# 10 000 parts of about 100 bytes each, and as much again for white space.
MAX_COMPLETE_BODY = 2 << 20

# The EC of a MalformedXML that CompleteMultipartUpload answers.
MALFORMED_EC = "0042-00000205"

NOT_A_PART_NUMBER = f"Part number must be an integer between 1 and {MAX_PARTS}, inclusive."

_PAGE = range(1, MAX_KEYS + 1)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


async def initiate(call: Call) -> Response:
    """InitiateMultipartUpload: the object's attributes are told here, the upload id is told back.

    Not so its ACL, which CompleteMultipartUpload names: the API reference has no such header here, and SDKs repeat it
    there. With `sequential` the parts must come in the order of their numbers.
    """
    headers, resource = call.request.headers, call.resource
    encoded = Encoder(call.request.params)
    told = attributes_from(await encrypted(call, headers), resource.key, call.bucket.storage_class)
    upload = await call.store.create_upload(
        resource.bucket,
        resource.key,
        replace(told, acl="default"),
        overwrite=not flag(headers, "x-oss-forbid-overwrite"),
        sequential="sequential" in call.request.params,
    )
    fields = {
        "EncodingType": encoded.name,
        "Bucket": upload.bucket,
        "Key": encoded(upload.key),
        "UploadId": upload.upload_id,
    }
    return xml_response("InitiateMultipartUploadResult", fields, encryption_headers(upload.attributes))


async def upload_part(call: Call) -> Response:
    """UploadPart; with the header `x-oss-copy-source` it is UploadPartCopy. A part of that number is replaced."""
    headers, params, resource = call.request.headers, call.request.params, call.resource
    number = _part_number(params)
    if COPY_SOURCE in headers:
        return await _copy_part(call, number)
    part = await call.store.put_part(
        resource.bucket,
        resource.key,
        params["uploadId"],
        number,
        upload_stream(call),
        expected=expected_content(headers, call.request.content_length),
    )
    fields = [
        ("ETag", f'"{part.etag}"'),
        ("x-oss-hash-crc64ecma", str(part.crc64)),
        ("Content-MD5", content_md5(part.etag)),
    ]
    return Response(headers=fields)


async def _copy_part(call: Call, number: int) -> Response:
    resource = call.resource
    async with opened_source(call) as source:
        part = await call.store.copy_part(
            source.reader,
            resource.bucket,
            resource.key,
            call.request.params["uploadId"],
            number,
            _source_range(call, source.reader),
        )
    tag = f'"{part.etag}"'
    fields = [("ETag", tag), ("x-oss-hash-crc64ecma", str(part.crc64)), *source.headers]
    return xml_response("CopyPartResult", {"LastModified": iso_date(part.modified_ms), "ETag": tag}, fields)


def _source_range(call: Call, reader: ObjectReader) -> ByteRange | None:
    """The part of the source that is wanted; a bad range means the whole, as everywhere in OSS.

    Raises `EntityTooLarge` for more than a part may have.
    """
    text = call.request.headers.get(f"{COPY_SOURCE}-range")
    size = reader.info.size
    found = requested_range({"range": text} if text is not None else {}, size)
    if (found.last - found.first + 1 if found else size) > MAX_OBJECT_BYTES:
        raise OSSError("EntityTooLarge")
    return found


def _part_number(params: Mapping[str, str]) -> int:
    text = params.get("partNumber", "")
    if not (_NUMBER.fullmatch(text) and 1 <= int(text) <= MAX_PARTS):
        raise invalid_argument("partNumber", text, NOT_A_PART_NUMBER)
    return int(text)


async def complete(call: Call) -> Response:
    """CompleteMultipartUpload: the object is made of the parts named, or with `x-oss-complete-all: yes` of all."""
    headers, params, resource = call.request.headers, call.request.params, call.resource
    callback = of_request(call.request, call.services.settings.callback_hosts)
    encoded, acl = Encoder(params), _acl(headers)
    overwrite = not flag(headers, "x-oss-forbid-overwrite")
    parts = await _named_parts(call)
    info = await call.store.complete_upload(
        resource.bucket, resource.key, params["uploadId"], parts, overwrite=overwrite, acl=acl
    )
    return await answered(call, callback, info, _completed(call, info, encoded), "CompleteMultipartUpload")


def _completed(call: Call, info: ObjectInfo, encoded: Encoder) -> Response:
    tag = f'"{info.etag}"'
    fields = {
        "EncodingType": encoded.name,
        "Location": call.object_url(info.key),
        "Bucket": info.bucket,
        "Key": encoded(info.key),
        "ETag": tag,
    }
    told = [
        ("ETag", tag),
        ("x-oss-hash-crc64ecma", str(info.crc64)),
        *version_headers(info, call.bucket),
        *encryption_headers(info.attributes),
    ]
    return xml_response("CompleteMultipartUploadResult", fields, told)


def _acl(headers: Mapping[str, str]) -> str | None:
    acl = headers.get("x-oss-object-acl")
    if acl is not None and acl not in OBJECT_ACLS:
        raise invalid_argument("x-oss-object-acl", acl, "no such object access control exists")
    return acl


async def _named_parts(call: Call) -> tuple[NamedPart, ...] | None:
    """The parts that the body names; None for all, where a header asks for that and the body is empty."""
    wanted = call.request.headers.get("x-oss-complete-all")
    if wanted is None:
        root = await xml_body(call, "CompleteMultipartUpload", limit=MAX_COMPLETE_BODY, ec=MALFORMED_EC)
        return _parts_in(root)
    if wanted.lower() != "yes":
        raise invalid_argument("x-oss-complete-all", wanted)
    if await whole_body(call, MAX_COMPLETE_BODY):
        # The typing error is the service's own.
        message = "Should not speficy both complete all header and http body."
        raise invalid_argument("x-oss-complete-all", wanted, message, ec="0042-00000216")
    return None


def _parts_in(root: Element) -> tuple[NamedPart, ...]:
    parts = tuple(_named_part(element) for element in root.findall("Part"))
    if not parts:
        raise malformed("no Part is named", MALFORMED_EC)
    return parts


def _named_part(element: Element) -> NamedPart:
    number, etag = (child_text(element, name) for name in ("PartNumber", "ETag"))
    if number is None or etag is None or not _NUMBER.fullmatch(number.strip()):
        raise malformed("a Part needs a PartNumber and an ETag", MALFORMED_EC)
    if not 1 <= int(number) <= MAX_PARTS:
        raise OSSError("InvalidPartOrder", NOT_A_PART_NUMBER)
    return NamedPart(int(number), etag.strip().strip('"').upper())


async def abort(call: Call) -> Response:
    """AbortMultipartUpload: the upload and its parts are gone."""
    await call.store.abort_upload(call.resource.bucket, call.resource.key, call.request.params["uploadId"])
    return Response(204)


async def list_parts(call: Call) -> Response:
    """ListParts by number; NextPartNumberMarker is always there, because oss2 requires it."""
    params, resource = call.request.params, call.resource
    encoded = Encoder(params)
    limit = bounded_number(params, "max-parts", _PAGE, MAX_KEYS)
    marker = bounded_number(params, "part-number-marker", range(10**9), 0)
    page = await call.store.list_parts(resource.bucket, resource.key, params["uploadId"], after=marker, limit=limit)
    fields: dict[str, object] = {
        "EncodingType": encoded.name,
        "Bucket": resource.bucket,
        "Key": encoded(resource.key),
        "UploadId": page.upload.upload_id,
        "StorageClass": page.upload.attributes.storage_class,
        "PartNumberMarker": marker,
        "NextPartNumberMarker": page.parts[-1].number if page.parts else marker,
        "MaxParts": limit,
        "IsTruncated": page.next_marker is not None,
        "Part": [_part_entry(part) for part in page.parts],
    }
    return xml_response("ListPartsResult", fields)


def _part_entry(part: PartInfo) -> dict[str, object]:
    return {
        "PartNumber": part.number,
        "LastModified": iso_date(part.modified_ms),
        "ETag": f'"{part.etag}"',
        "HashCrc64ecma": part.crc64,
        "Size": part.size,
    }


async def list_uploads(call: Call) -> Response:
    """ListMultipartUploads by key and id; both markers for the next page are always there, as oss2 requires."""
    params = call.request.params
    encoded = Encoder(params)
    prefix, delimiter = bounded_text(params, "prefix"), bounded_text(params, "delimiter")
    marker = UploadMarker(bounded_text(params, "key-marker"), bounded_text(params, "upload-id-marker"))
    limit = bounded_number(params, "max-uploads", _PAGE, MAX_KEYS)
    page = await call.store.list_uploads(
        call.bucket.name, prefix=prefix, delimiter=delimiter, after=marker, limit=limit
    )
    following = page.next_marker or UploadMarker()
    fields: dict[str, object] = {
        "EncodingType": encoded.name,
        "Bucket": call.bucket.name,
        "KeyMarker": encoded(marker.key),
        "UploadIdMarker": marker.upload_id,
        "NextKeyMarker": encoded(following.key),
        "NextUploadIdMarker": following.upload_id,
        "Delimiter": encoded(delimiter),
        "Prefix": encoded(prefix),
        "MaxUploads": limit,
        "IsTruncated": page.next_marker is not None,
        "Upload": [_upload_entry(upload, encoded) for upload in page.uploads],
        "CommonPrefixes": [{"Prefix": encoded(name)} for name in page.prefixes],
    }
    return xml_response("ListMultipartUploadsResult", fields)


def _upload_entry(upload: UploadInfo, encoded: Encoder) -> dict[str, object]:
    return {
        "Key": encoded(upload.key),
        "UploadId": upload.upload_id,
        "StorageClass": upload.attributes.storage_class,
        "Initiated": iso_date(upload.created_ms),
    }
