"""Calls on a bucket's policy: PutBucketPolicy, GetBucketPolicy, GetBucketPolicyStatus, DeleteBucketPolicy."""

from __future__ import annotations

from ..auth.ram import PolicyError
from ..call import Call
from ..errors import OSSError
from ..response import JSON_TYPE, Response, xml_response
from ..rules import policy as bucket_policy
from .body import whole_body


async def put_policy(call: Call) -> Response:
    """PutBucketPolicy: the body is the policy.

    Raises `InvalidPolicyDocument`, also for one of more than 16 KB, and `AccessDenied` for a public one where public
    access is blocked.
    """
    try:
        await bucket_policy.save(call.store, call.bucket, await _text(call))
    except PolicyError as error:
        raise _invalid(str(error)) from None
    return Response()


async def _text(call: Call) -> str:
    try:
        return (await whole_body(call, bucket_policy.MAX_BYTES)).decode()
    except UnicodeDecodeError:
        raise _invalid("it is not UTF-8") from None
    except OSSError as error:
        if error.code != "EntityTooLarge":
            raise
        raise _invalid(f"it has more than {bucket_policy.MAX_BYTES} bytes") from None


def _invalid(detail: str) -> OSSError:
    return OSSError("InvalidPolicyDocument", f"Invalid Policy: {detail}")


async def get_policy(call: Call) -> Response:
    """GetBucketPolicy: the text that was put, as JSON. Raises `NoSuchBucketPolicy`."""
    text = await bucket_policy.load_text(call.store, call.bucket)
    if text is None:
        raise OSSError("NoSuchBucketPolicy", details={"BucketName": call.bucket.name})
    return Response(headers=[("Content-Type", JSON_TYPE)], body=text.encode())


async def get_policy_status(call: Call) -> Response:
    """GetBucketPolicyStatus: whether the policy lets everyone in; a bucket without a policy is not public by it."""
    policy = await bucket_policy.load(call.store, call.bucket)
    return xml_response("PolicyStatus", {"IsPublic": policy is not None and bucket_policy.is_public(policy)})


async def delete_policy(call: Call) -> Response:
    """DeleteBucketPolicy: 204 also where there is none."""
    await call.store.delete_document(call.bucket.name, bucket_policy.KIND, "")
    return Response(204)
