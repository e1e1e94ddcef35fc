"""The tree of refusals and the one table from OSS's error codes to status, message and EC.

Every error a client can meet is an `OSSError`: raised as such in this room, or made here from the words that a
`StorageError` or a `ProcessError` carries. Nobody below `server` knows a status.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from ..processors.errors import ProcessError
from ..storage.errors import IsDeleteMarker, NoSuchKey, PositionNotEqualToLength, StorageError
from .xml import document, legible

RECOMMEND_DOC = "https://api.aliyun.com/troubleshoot?q="

# Bytes of the document that x-oss-err may carry; with a third more for base64 it leaves room in the 16 KiB that Node
# takes for all headers of an answer together.
MAX_HEADER_DOCUMENT = 8192


@dataclass(frozen=True, slots=True)
class CodeRow:
    """What OSS says by default for one error code: HTTP status, message, and EC (None where unknown)."""

    status: int
    message: str
    ec: str | None = None


# Source: object-storage API reference, "Error responses", and the EC pages; messages are wire format.
CODES: Mapping[str, CodeRow] = {
    "AccessDenied": CodeRow(403, "AccessDenied"),
    "AccessForbidden": CodeRow(
        403,
        # The typing errors are the service's own.
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request "
        "method / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by the "
        "resource's CORS spec.",
    ),
    "AccessKeyIdAndSecurityTokenNotMatch": CodeRow(
        403, "The access key id and the security token do not match.", "0002-00000004"
    ),
    "AccessPointAlreadyExists": CodeRow(409, "The access point you tried to create already exists."),
    "BadRequest": CodeRow(400, "Bad request."),
    "BucketAlreadyExists": CodeRow(
        409,
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
        "Please select a different name and try again.",
        "0015-00000104",
    ),
    "BucketCallbackPolicyNotExist": CodeRow(404, "The bucket callback policy does not exist."),
    "BucketNotEmpty": CodeRow(409, "The bucket has objects. Please delete them first.", "0015-00000301"),
    "CallbackFailed": CodeRow(203, "Error status : 502.", "0007-00000203"),
    "CnameAlreadyExists": CodeRow(409, "The cname you specified is already bound to another bucket."),
    "CnameTokenNotFound": CodeRow(404, "Cname token not found.", "0018-00000301"),
    "CORSRuleBeyondLimit": CodeRow(400, "The number of CORS rules exceeds the limit."),
    "CutEdgeExceedRange": CodeRow(400, "Advance cut's position is out of image."),
    "EntityTooLarge": CodeRow(400, "Your proposed upload exceeds the maximum allowed size."),
    "EntityTooSmall": CodeRow(400, "Your proposed upload smaller than the minimum allowed size."),
    "FieldItemTooLong": CodeRow(400, "Your POST request fields item is too long."),
    "FileAlreadyExists": CodeRow(409, "The object you specified already exists and can not be overwritten."),
    "FileImmutable": CodeRow(409, "The object is protected by the bucket's retention policy and can not be changed."),
    "FilePartNotExist": CodeRow(400, "The Part you read had been deleted."),
    "ImageDamage": CodeRow(403, "The image file may be damaged."),
    "ImageTooLarge": CodeRow(400, "The image is too large."),
    # The literal code, space included, of the service that would run asynchronous processing.
    "Imm Client": CodeRow(400, "ResourceNotFound, The specified resource Attachment is not found."),
    "IncompleteBody": CodeRow(
        400, "You did not provide the number of bytes specified by the Content-Length HTTP header."
    ),
    "IncorrectNumberOfFilesInPOSTRequest": CodeRow(400, "POST requires exactly one file upload per request."),
    "InternalError": CodeRow(500, "Please contact the server administrator, oss@service.aliyun.com."),
    "InvalidAccessKeyId": CodeRow(
        403, "The OSS Access Key Id you provided does not exist in our records.", "0002-00000902"
    ),
    "InvalidArgument": CodeRow(400, "Invalid Argument."),
    "InvalidBucketName": CodeRow(400, "The specified bucket is not valid.", "0015-00000001"),
    "InvalidCRC64": CodeRow(400, "The x-oss-hash-crc64ecma you specified does not match what we calculated."),
    "InvalidDigest": CodeRow(400, "The Content-MD5 you specified was invalid."),
    "InvalidEncryptionAlgorithmError": CodeRow(400, "The encryption algorithm specified is not valid."),
    "InvalidObjectName": CodeRow(400, "The specified object is not valid.", "0016-00000002"),
    "InvalidObjectState": CodeRow(403, "The operation is not valid for the object's state."),
    "InvalidPart": CodeRow(
        400,
        "One or more of the specified parts could not be found or the specified entity tag might not have matched "
        "the part's entity tag.",
    ),
    "InvalidPartOrder": CodeRow(400, "The list of parts was not in ascending order."),
    "InvalidPolicyDocument": CodeRow(400, "Invalid Policy."),
    "InvalidRange": CodeRow(416, "The requested range cannot be satisfied"),
    "InvalidRequest": CodeRow(400, "The request is not valid."),
    "InvalidSecurityToken": CodeRow(403, "The security token you provided is invalid.", "0002-00000006"),
    "InvalidStorageClass": CodeRow(400, "No such bucket storage class exists."),
    "InvalidTag": CodeRow(400, "The Tag you have provided is invalid."),
    "InvalidTaggingKey": CodeRow(400, "The TagKey you have provided is invalid."),
    "InvalidTargetBucketForLogging": CodeRow(400, "The target bucket for logging does not exist."),
    "InvalidTargetType": CodeRow(400, "The symbolic's target file type is invalid", "0026-00000011"),
    "InvalidWORMConfiguration": CodeRow(400, "The WORM Configuration is invalid."),
    "MalformedPOSTRequest": CodeRow(400, "The body of your POST request is not well-formed multipart/form-data."),
    "MalformedXML": CodeRow(
        400,
        "The XML you provided was not well-formed or did not validate against our published schema.",
        "0031-00000001",
    ),
    "MaxPOSTPreDataLengthExceededError": CodeRow(
        400, "Your POST request fields preceding the upload file were too large."
    ),
    "MemLimitExceeded": CodeRow(400, "The image needs more memory than is allowed."),
    "MetaQueryNotExist": CodeRow(404, "The meta query of the bucket does not exist."),
    "MethodNotAllowed": CodeRow(405, "The specified method is not allowed against this resource."),
    "MirrorFailed": CodeRow(424, "Mirroring failed, please check your mirror configuration."),
    "MissingArgument": CodeRow(400, "Missing Some Required Arguments.", "0016-00000502"),
    "MissingContentLength": CodeRow(411, "You must provide the Content-Length HTTP header."),
    "NoSuchAccessPoint": CodeRow(404, "The specified access point does not exist."),
    "NoSuchAccessPointPolicy": CodeRow(404, "The specified access point policy does not exist."),
    "NoSuchBucket": CodeRow(404, "The specified bucket does not exist.", "0015-00000101"),
    "NoSuchBucketOverwriteConfig": CodeRow(404, "The bucket has no overwrite configuration."),
    "NoSuchBucketPolicy": CodeRow(404, "The specified bucket policy does not exist."),
    "NoSuchChannel": CodeRow(404, "No Such Image Channel."),
    "NoSuchCname": CodeRow(404, "The specified cname does not exist."),
    "NoSuchCORSConfiguration": CodeRow(404, "The CORS Configuration does not exist."),
    "NoSuchInventory": CodeRow(404, "No Row found in Inventory Table."),
    "NoSuchKey": CodeRow(404, "The specified key does not exist.", "0026-00000001"),
    "NoSuchLifecycle": CodeRow(404, "No Row found in Lifecycle Table."),
    "NoSuchLiveChannel": CodeRow(404, "The specified live channel does not exist."),
    "NoSuchObjectWormConfiguration": CodeRow(404, "The object WORM configuration does not exist."),
    "NoSuchRedundancyTransition": CodeRow(404, "The specified redundancy transition does not exist."),
    "NoSuchRegion": CodeRow(404, "The specified region does not exist."),
    "NoSuchReplicationConfiguration": CodeRow(404, "The bucket you specified does not have replication configuration."),
    "NoSuchReplicationRule": CodeRow(404, "The specified replication rule does not exist."),
    "NoSuchRequesterQoSInfo": CodeRow(404, "The specified requester has no QoS configuration."),
    "NoSuchResourcePool": CodeRow(404, "The specified resource pool does not exist."),
    "NoSuchServerSideEncryptionRule": CodeRow(404, "The server side encryption configuration was not found."),
    "NoSuchStyle": CodeRow(404, "The style you get is not found."),
    "NoSuchTransferAccelerationConfiguration": CodeRow(
        404, "The bucket you specified does not have transfer acceleration configuration."
    ),
    "NoSuchUpload": CodeRow(
        404,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
        "completed.",
        "0042-00000002",
    ),
    "NoSuchUserDefinedLogFieldsConfig": CodeRow(404, "The user defined log fields configuration does not exist."),
    "NoSuchVersion": CodeRow(404, "The specified version does not exist."),
    "NoSuchWebsiteConfiguration": CodeRow(404, "The specified bucket does not have a website configuration."),
    "NoSuchWORMConfiguration": CodeRow(404, "The WORM Configuration does not exist."),
    "NotImplemented": CodeRow(400, "This operation of OSS is known to Pixoss but not built."),
    "NotModified": CodeRow(304, ""),
    "NotSymlink": CodeRow(400, "The object is not symlink."),
    "ObjectNotAppendable": CodeRow(409, "The object is not appendable."),
    "OperationNotSupported": CodeRow(400, "The operation is not supported for this resource", "0016-00000702"),
    "PartNotSequential": CodeRow(400, "The part is not sequential."),
    "PositionNotEqualToLength": CodeRow(409, "Position is not equal to file length", "0026-00000016"),
    "PreconditionFailed": CodeRow(412, "At least one of the pre-conditions you specified did not hold."),
    "RedundancyTransitionAlreadyExists": CodeRow(409, "The bucket has a redundancy transition already."),
    "RequestIsNotMultiPartContent": CodeRow(400, "Bucket POST must be of the enclosure-type multipart/form-data."),
    "RequestTimeTooSkewed": CodeRow(
        403, "The difference between the request time and the current time is too large.", "0002-00000504"
    ),
    "RestoreAlreadyInProgress": CodeRow(409, "The restore operation is in progress."),
    "SecurityTokenExpired": CodeRow(403, "The security token you provided has expired.", "0002-00000007"),
    "ServiceUnavailable": CodeRow(503, "Please reduce your request rate."),
    "SignatureDoesNotMatch": CodeRow(
        403,
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method.",
        "0002-00000040",
    ),
    "SymlinkTargetNotExist": CodeRow(404, "The symlink target object does not exist."),
    "TooManyBuckets": CodeRow(400, "You have attempted to create more buckets than allowed."),
    # The word of the legacy syntax for what is called TooManyPipes today.
    "TooManyPipe": CodeRow(400, "Too many image operations."),
    "TooManyPipes": CodeRow(400, "Too many image operations."),
    "WatermarkError": CodeRow(400, "The watermark can not be made."),
    "WORMConfigurationAlreadyExists": CodeRow(409, "The WORM Configuration already exists."),
    "WORMConfigurationLocked": CodeRow(403, "The WORM Configuration is locked."),
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
        return self._xml(request_id, host, self.details)

    def xml_for_header(self, request_id: str, host: str) -> bytes:
        """The document as `x-oss-err` can carry it: over `MAX_HEADER_DOCUMENT` bytes without what is only its details.

        The string to sign in hexadecimal goes first, for it says nothing new; what quotes the request goes last.
        """
        readable = {name: value for name, value in self.details.items() if not name.endswith("Bytes")}
        documents = (self._xml(request_id, host, details) for details in (self.details, readable, {}))
        fitting = next((body for body in documents if len(body) <= MAX_HEADER_DOCUMENT), None)
        return fitting or OSSError(self.code, ec=self.ec).xml(request_id, "")

    def _xml(self, request_id: str, host: str, details: Mapping[str, str]) -> bytes:
        fields: dict[str, object] = {
            "Code": self.code,
            "Message": legible(self.message),
            "RequestId": request_id,
            "HostId": legible(host),
            **{name: legible(value) for name, value in details.items()},
        }
        if self.ec:
            fields |= {"EC": self.ec, "RecommendDoc": RECOMMEND_DOC + self.ec}
        return document("Error", fields)

    def header_fields(self, body: bytes, method: str) -> list[tuple[str, str]]:
        """Headers of the answer: `x-oss-ec`, and on HEAD the document itself in `x-oss-err`, where SDKs look for it.

        304 is no error and has no code: oss2 knows `NotModified` by its status alone, also on HEAD.
        """
        fields = list(self.headers.items())
        if self.ec:
            fields.append(("x-oss-ec", self.ec))
        if method == "HEAD" and self.status != 304:
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


def malformed(detail: str, ec: str | None = None) -> OSSError:
    """`MalformedXML` that says in `ErrorDetail` what is wrong with the document."""
    return OSSError("MalformedXML", ec=ec, details={"ErrorDetail": detail})


# The elements that OSS adds to an error about something named, and where a storage error keeps their texts.
NAMED: Mapping[str, Mapping[str, str]] = {
    "NoSuchBucket": {"BucketName": "bucket"},
    "BucketAlreadyExists": {"BucketName": "bucket"},
    "BucketNotEmpty": {"BucketName": "bucket"},
    "NoSuchKey": {"Key": "key"},
    "NoSuchUpload": {"UploadId": "upload_id"},
    "NoSuchVersion": {"Key": "key", "VersionId": "version_id"},
    "ObjectNotAppendable": {"Key": "key"},
    "InvalidPart": {"PartNumber": "number"},
    "EntityTooSmall": {"ProposedSize": "size", "MinSizeAllowed": "minimum", "PartNumber": "number", "ETag": "etag"},
}


def from_storage(error: StorageError) -> OSSError:
    """The refusal that a storage error means to a client, with the elements and headers that OSS adds for it."""
    named = {element: getattr(error, attribute) for element, attribute in NAMED.get(error.code, {}).items()}
    details = {element: str(text) for element, text in named.items() if text is not None}
    return OSSError(error.code, details=details, headers=_told(error))


def _told(error: StorageError) -> Mapping[str, str]:
    match error:
        case NoSuchKey(marker=str(version_id)):
            return {"x-oss-delete-marker": "true", "x-oss-version-id": version_id}
        case IsDeleteMarker(version_id=str(version_id)):
            return {"x-oss-delete-marker": "true", "x-oss-version-id": version_id, "Allow": "DELETE"}
        case PositionNotEqualToLength():
            return {"x-oss-next-append-position": str(error.length)}
    return {}


def from_process(error: ProcessError) -> OSSError:
    """The refusal that an image error means to a client; message and EC are the processors' own."""
    return OSSError(error.code, error.message, ec=error.ec)
