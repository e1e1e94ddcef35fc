"""The table of what is checked, kept and told of a bucket, and changes nothing else (object-storage API, B2).

Words and defaults are those of OSS's API reference, operation by operation; where it is silent about a bucket that was
never configured, the default is an empty or disabled one (our choice).
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ...storage.errors import NoSuchBucket
from ..call import Call
from ..errors import OSSError, malformed
from ..rules import public_access
from .body import child_text
from .configuration import BOOLEAN, NUMBER, SWITCH, Configuration, Field

DEFAULT_GROUP = "rg-default"

MAX_LOG_FIELDS = 6

# Bits per second and requests per second; -1 is without limit (API reference, PutBucketQoSInfo).
_LIMITS = tuple(
    f"{reach}{what}"
    for what in ("UploadBandwidth", "DownloadBandwidth", "Qps")
    for reach in ("Total", "Intranet", "Extranet")
)
QOS_FIELDS = tuple(Field(name, NUMBER) for name in _LIMITS)
NO_LIMITS = dict.fromkeys(_LIMITS, -1)


async def _require_log_bucket(call: Call, root: Element) -> None:
    """The bucket that logs go to must be there; without `LoggingEnabled` logging is switched off."""
    enabled = root.find("LoggingEnabled")
    if enabled is None:
        return
    target = child_text(enabled, "TargetBucket")
    if not target:
        raise malformed("LoggingEnabled has no TargetBucket")
    try:
        await call.store.get_bucket(target)
    except NoSuchBucket:
        raise OSSError("InvalidTargetBucketForLogging", details={"TargetBucket": target}) from None


async def _bound_log_fields(_: Call, root: Element) -> None:
    named = len(root.findall("HeaderSet/header")) + len(root.findall("ParamSet/parameter"))
    if named > MAX_LOG_FIELDS:
        raise malformed(f"there are {named} headers and parameters, more than {MAX_LOG_FIELDS}")


async def _name_default_group(_: Call, root: Element) -> None:
    """An empty id moves the bucket into the default group (API reference, PutBucketResourceGroup)."""
    for element in root.findall("ResourceGroupId"):
        element.text = element.text or DEFAULT_GROUP


LOGGING = Configuration(
    "BucketLogging",
    "logging",
    "BucketLoggingStatus",
    {},
    (Field("LoggingEnabled/TargetBucket", ".*"), Field("LoggingEnabled/TargetPrefix", ".*")),
    check=_require_log_bucket,
    is_deletable=True,
)
ENCRYPTION = Configuration(
    "BucketEncryption",
    "encryption",
    "ServerSideEncryptionRule",
    "NoSuchServerSideEncryptionRule",
    (
        Field("ApplyServerSideEncryptionByDefault/SSEAlgorithm", "AES256|KMS|SM4", is_required=True),
        Field("ApplyServerSideEncryptionByDefault/KMSDataEncryption", "SM4|"),
        # It is told in a header of every object.
        Field("ApplyServerSideEncryptionByDefault/KMSMasterKeyID", "[!-~]{0,256}"),
    ),
    "InvalidEncryptionAlgorithmError",
    is_deletable=True,
)
TRANSFER_ACCELERATION = Configuration(
    "BucketTransferAcceleration",
    "transferAcceleration",
    "TransferAccelerationConfiguration",
    "NoSuchTransferAccelerationConfiguration",
    (Field("Enabled", BOOLEAN, is_required=True),),
)
ACCESS_MONITOR = Configuration(
    "BucketAccessMonitor",
    "accessmonitor",
    "AccessMonitorConfiguration",
    {"Status": "Disabled"},
    (Field("Status", SWITCH, is_required=True),),
)
RESOURCE_GROUP = Configuration(
    "BucketResourceGroup",
    "resourceGroup",
    "BucketResourceGroupConfiguration",
    {"ResourceGroupId": DEFAULT_GROUP},
    (Field("ResourceGroupId", "[A-Za-z0-9-]{0,64}", is_required=True),),
    check=_name_default_group,
)
PUBLIC_ACCESS_BLOCK = Configuration(
    "BucketPublicAccessBlock",
    public_access.KIND,
    public_access.ROOT,
    {"BlockPublicAccess": False},
    (Field("BlockPublicAccess", BOOLEAN, is_required=True),),
    is_deletable=True,
    part="x-oss-access-point-name",
    part_name="AccessPointPublicAccessBlock",
)

CONFIGURATIONS: tuple[Configuration, ...] = (
    LOGGING,
    Configuration(
        "UserDefinedLogFieldsConfig",
        "userDefinedLogFieldsConfig",
        "UserDefinedLogFieldsConfiguration",
        "NoSuchUserDefinedLogFieldsConfig",
        (
            Field("HeaderSet/header", r"[^\s_:]{1,1024}", is_list=True),
            Field("ParamSet/parameter", r"\S{1,1024}", is_list=True),
        ),
        check=_bound_log_fields,
        is_deletable=True,
    ),
    ENCRYPTION,
    TRANSFER_ACCELERATION,
    Configuration(
        "BucketRequestPayment",
        "requestPayment",
        "RequestPaymentConfiguration",
        {"Payer": "BucketOwner"},
        (Field("Payer", "BucketOwner|Requester", is_required=True),),
    ),
    ACCESS_MONITOR,
    RESOURCE_GROUP,
    Configuration(
        "BucketHttpsConfig",
        "httpsConfig",
        "HttpsConfiguration",
        {"TLS": {"Enable": False}, "CipherSuite": {"Enable": False}},
        (
            Field("TLS/Enable", BOOLEAN, is_required=True),
            Field("TLS/TLSVersion", r"TLSv1\.[0-3]", is_list=True),
            Field("CipherSuite/Enable", BOOLEAN),
            Field("CipherSuite/StrongCipherSuite", BOOLEAN),
        ),
    ),
    Configuration(
        "BucketArchiveDirectRead",
        "bucketArchiveDirectRead",
        "ArchiveDirectReadConfiguration",
        {"Enabled": False},
        (Field("Enabled", BOOLEAN, is_required=True),),
    ),
    PUBLIC_ACCESS_BLOCK,
    Configuration("BucketResponseHeader", "responseHeader", "ResponseHeaderConfiguration", {}, is_deletable=True),
    Configuration(
        "BucketOverwriteConfig",
        "overwriteConfig",
        "OverwriteConfiguration",
        "NoSuchBucketOverwriteConfig",
        (Field("Rule/Action", "forbid", is_required=True, is_list=True),),
        is_deletable=True,
    ),
    Configuration(
        "BucketStorageQuota",
        "quota",
        "QuotaConfiguration",
        {"StorageQuota": -1},
        (Field("StorageQuota", NUMBER, is_required=True),),
        is_deletable=True,
    ),
    Configuration(
        "BucketStorageCapacity",
        "qos",
        "BucketUserQos",
        {"StorageCapacity": -1},
        (Field("StorageCapacity", NUMBER, is_required=True),),
    ),
    Configuration("BucketQoSInfo", "qosInfo", "QoSConfiguration", NO_LIMITS, QOS_FIELDS, is_deletable=True),
    Configuration(
        "BucketObjectWormConfiguration",
        "objectWorm",
        "ObjectWormConfiguration",
        "NoSuchObjectWormConfiguration",
        (
            Field("ObjectWormEnabled", "Enabled", is_required=True),
            Field("Rule/DefaultRetention/Mode", "GOVERNANCE|COMPLIANCE"),
            Field("Rule/DefaultRetention/Days", NUMBER),
            Field("Rule/DefaultRetention/Years", NUMBER),
        ),
    ),
    Configuration(
        "BucketCallbackPolicy",
        "policy&comp=callback",
        "BucketCallbackPolicy",
        "BucketCallbackPolicyNotExist",
        (
            Field("PolicyItem/PolicyName", r"\S{1,128}", is_required=True, is_list=True),
            Field("PolicyItem/Callback", r"\S{1,8192}", is_list=True),
        ),
        is_deletable=True,
    ),
)
