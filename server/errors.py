"""The tree of refusals and the one table from OSS's error codes to status, message and EC.

Every error a client can meet is an `OSSError`: raised as such in this room, or made here from the words that a
`StorageError` or a `ProcessError` carries. Nobody below `server` knows a status.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from ..processors.errors import ProcessError
from ..storage.errors import StorageError
from .xml import document, legible

RECOMMEND_DOC = "https://api.aliyun.com/troubleshoot?q="


@dataclass(frozen=True, slots=True)
class CodeRow:
    """What OSS says by default for one error code: HTTP status, message, and EC (None where unknown)."""

    status: int
    message: str
    ec: str | None = None


# Source: object-storage API reference, "Error responses", and the EC pages; messages are wire format.
CODES: Mapping[str, CodeRow] = {
    "AccessDenied": CodeRow(403, "AccessDenied"),
    "AccessKeyIdAndSecurityTokenNotMatch": CodeRow(
        403, "The access key id and the security token do not match.", "0002-00000004"
    ),
    "BadRequest": CodeRow(400, "Bad request."),
    "BucketAlreadyExists": CodeRow(
        409,
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
        "Please select a different name and try again.",
        "0015-00000104",
    ),
    "BucketNotEmpty": CodeRow(409, "The bucket has objects. Please delete them first.", "0015-00000301"),
    "CutEdgeExceedRange": CodeRow(400, "Advance cut's position is out of image."),
    "EntityTooLarge": CodeRow(400, "Your proposed upload exceeds the maximum allowed size."),
    "EntityTooSmall": CodeRow(400, "Your proposed upload smaller than the minimum allowed size."),
    "FileAlreadyExists": CodeRow(409, "The object you specified already exists and can not be overwritten."),
    # The literal code, space included, of the service that would run asynchronous processing.
    "Imm Client": CodeRow(400, "ResourceNotFound, The specified resource Attachment is not found."),
    "ImageDamage": CodeRow(403, "The image file may be damaged."),
    "ImageTooLarge": CodeRow(400, "The image is too large."),
    "IncompleteBody": CodeRow(
        400, "You did not provide the number of bytes specified by the Content-Length HTTP header."
    ),
    "InternalError": CodeRow(500, "Please contact the server administrator, oss@service.aliyun.com."),
    "InvalidAccessKeyId": CodeRow(
        403, "The OSS Access Key Id you provided does not exist in our records.", "0002-00000902"
    ),
    "InvalidArgument": CodeRow(400, "Invalid Argument."),
    "InvalidBucketName": CodeRow(400, "The specified bucket is not valid.", "0015-00000001"),
    "InvalidCRC64": CodeRow(400, "The x-oss-hash-crc64ecma you specified does not match what we calculated."),
    "InvalidDigest": CodeRow(400, "The Content-MD5 you specified was invalid."),
    "InvalidObjectName": CodeRow(400, "The specified object is not valid.", "0016-00000002"),
    "InvalidPart": CodeRow(
        400,
        "One or more of the specified parts could not be found or the specified entity tag might not have matched "
        "the part's entity tag.",
    ),
    "InvalidPartOrder": CodeRow(400, "The list of parts was not in ascending order."),
    "InvalidRange": CodeRow(416, "The requested range cannot be satisfied"),
    "InvalidRequest": CodeRow(400, "The request is not valid."),
    "InvalidSecurityToken": CodeRow(403, "The security token you provided is invalid.", "0002-00000006"),
    "InvalidStorageClass": CodeRow(400, "No such bucket storage class exists."),
    "MalformedXML": CodeRow(
        400,
        "The XML you provided was not well-formed or did not validate against our published schema.",
        "0031-00000001",
    ),
    "MemLimitExceeded": CodeRow(400, "The image needs more memory than is allowed."),
    "MethodNotAllowed": CodeRow(405, "The specified method is not allowed against this resource."),
    "MissingArgument": CodeRow(400, "Missing Some Required Arguments.", "0016-00000502"),
    "MissingContentLength": CodeRow(411, "You must provide the Content-Length HTTP header."),
    "NoSuchBucket": CodeRow(404, "The specified bucket does not exist.", "0015-00000101"),
    "NoSuchChannel": CodeRow(404, "No Such Image Channel."),
    "NoSuchKey": CodeRow(404, "The specified key does not exist.", "0026-00000001"),
    "NoSuchStyle": CodeRow(404, "The style you get is not found."),
    "NoSuchUpload": CodeRow(
        404,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
        "completed.",
        "0042-00000002",
    ),
    "NotImplemented": CodeRow(501, "This operation of OSS is known to Pixoss but not built yet."),
    "NotModified": CodeRow(304, ""),
    "PreconditionFailed": CodeRow(412, "At least one of the pre-conditions you specified did not hold."),
    "RequestTimeTooSkewed": CodeRow(
        403, "The difference between the request time and the current time is too large.", "0002-00000504"
    ),
    "SecurityTokenExpired": CodeRow(403, "The security token you provided has expired.", "0002-00000007"),
    "ServiceUnavailable": CodeRow(503, "Please reduce your request rate."),
    "SignatureDoesNotMatch": CodeRow(
        403,
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method.",
        "0002-00000040",
    ),
    # The word of the legacy syntax for what is called TooManyPipes today.
    "TooManyPipe": CodeRow(400, "Too many image operations."),
    "TooManyPipes": CodeRow(400, "Too many image operations."),
    "WatermarkError": CodeRow(400, "The watermark can not be made."),
}


class OSSError(Exception):
    """A refusal in OSS's words.

    `code` is a key of `CODES`; `message` and `ec` default to that row's; `details` are the extra elements of the XML
    answer in order (`BucketName`, `Key`, `StringToSign`, …); `headers` go with the answer (`Allow`, `Retry-After`).
    """

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        ec: str | None = None,
        details: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        row = CODES[code]
        self.code = code
        self.status = row.status
        self.message = row.message if message is None else message
        self.ec = row.ec if ec is None else ec
        self.details = dict(details or {})
        self.headers = dict(headers or {})
        super().__init__(f"{code}: {self.message}")

    def xml(self, request_id: str, host: str) -> bytes:
        """The error document as OSS words it; the root carries no namespace, because SDKs compare its bare name."""
        fields: dict[str, object] = {
            "Code": self.code,
            "Message": legible(self.message),
            "RequestId": request_id,
            "HostId": legible(host),
            **{name: legible(value) for name, value in self.details.items()},
        }
        if self.ec:
            fields |= {"EC": self.ec, "RecommendDoc": RECOMMEND_DOC + self.ec}
        return document("Error", fields)

    def header_fields(self, body: bytes, method: str) -> list[tuple[str, str]]:
        """Headers of the answer: `x-oss-ec`, and on HEAD the document itself in `x-oss-err`, where SDKs look for it."""
        fields = list(self.headers.items())
        if self.ec:
            fields.append(("x-oss-ec", self.ec))
        if method == "HEAD":
            fields.append(("x-oss-err", base64.b64encode(body).decode("ascii")))
        return fields


def invalid_argument(name: str, value: str, message: str | None = None, *, ec: str | None = None) -> OSSError:
    """`InvalidArgument` with the argument's name and value, as OSS reports a bad header or parameter."""
    return OSSError(
        "InvalidArgument",
        message or f"The value: {value} of parameter: {name} is invalid.",
        ec=ec,
        details={"ArgumentName": name, "ArgumentValue": value},
    )


# The elements that OSS adds to an error about something named, and where a storage error keeps their texts.
NAMED: Mapping[str, Mapping[str, str]] = {
    "NoSuchBucket": {"BucketName": "bucket"},
    "BucketAlreadyExists": {"BucketName": "bucket"},
    "BucketNotEmpty": {"BucketName": "bucket"},
    "NoSuchKey": {"Key": "key"},
    "NoSuchUpload": {"UploadId": "upload_id"},
    "InvalidPart": {"PartNumber": "number"},
    "EntityTooSmall": {"ProposedSize": "size", "MinSizeAllowed": "minimum", "PartNumber": "number", "ETag": "etag"},
}


def from_storage(error: StorageError) -> OSSError:
    """The refusal that a storage error means to a client, with the elements that OSS adds for its code."""
    named = {element: getattr(error, attribute) for element, attribute in NAMED.get(error.code, {}).items()}
    return OSSError(error.code, details={element: str(text) for element, text in named.items() if text is not None})


def from_process(error: ProcessError) -> OSSError:
    """The refusal that an image error means to a client; message and EC are the processors' own."""
    return OSSError(error.code, error.message, ec=error.ec)
