"""What there is beside buckets on the service: regions and cloud boxes."""

from __future__ import annotations

from ..call import Call
from ..errors import OSSError
from ..response import Response, xml_response
from .arguments import bounded_text, max_keys
from .owner import OWNER

REGION = "regions"


async def describe_regions(call: Call) -> Response:
    """DescribeRegions: the one region that is here, at the address the client used. Raises `NoSuchRegion`.

    OSS takes the id with its prefix, `oss-cn-hangzhou`; without it too is our choice.
    """
    wanted = call.request.params[REGION]
    if wanted and f"oss-{wanted.removeprefix('oss-')}" != call.location:
        raise OSSError("NoSuchRegion", details={"Region": wanted})
    region = {
        "Region": call.location,
        "InternetEndpoint": call.endpoint,
        "InternalEndpoint": call.endpoint,
        "AccelerateEndpoint": call.endpoint,
    }
    return xml_response("RegionInfoList", {"RegionInfo": region})


async def list_cloud_boxes(call: Call) -> Response:
    """ListCloudBoxes: there are none."""
    params = call.request.params
    fields = {
        "Prefix": bounded_text(params, "prefix"),
        "Marker": bounded_text(params, "marker"),
        "MaxKeys": max_keys(params),
        "IsTruncated": False,
        "Owner": OWNER,
        "CloudBoxes": "",
    }
    return xml_response("ListCloudBoxResult", fields)
