"""Forms as browsers post them, signed by independent code."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from oss_client import KEY, SECRET, START, Answer, Client
from support_auth import v1_signature, v4_signature

BOUNDARY = "----pixoss7MA4YWxkTrZu0gW"
FORM_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
FORM_HEADERS = {"Content-Type": FORM_TYPE}


def part(name: str, value: bytes | str, *, filename: str | None = None, kind: str | None = None) -> bytes:
    content = value.encode() if isinstance(value, str) else value
    named = "" if filename is None else f'; filename="{filename}"'
    typed = "" if kind is None else f"Content-Type: {kind}\r\n"
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n{typed}\r\n'
    return head.encode() + content + b"\r\n"


def body_of(
    fields: Mapping[str, str], content: bytes = b"content", filename: str = "cat.jpg", kind: str | None = None
) -> bytes:
    """A whole body, the file last."""
    parts = [part(name, value) for name, value in fields.items()]
    return b"".join([*parts, part("file", content, filename=filename, kind=kind), f"--{BOUNDARY}--\r\n".encode()])


def encoded(document: Any) -> str:
    """Base64 of JSON."""
    return base64.b64encode(json.dumps(document).encode()).decode()


def policy_of(conditions: Sequence[Any], expires: float = START + 60) -> str:
    """The Base64 text of a policy."""
    until = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return encoded({"expiration": until, "conditions": conditions})


ANY = policy_of([])
"""A policy that allows everything."""


def signed_v1(policy: str, **fields: str) -> dict[str, str]:
    """A form with a V1 signature of `policy`."""
    return {**fields, "OSSAccessKeyId": KEY, "policy": policy, "Signature": v1_signature(policy, SECRET)}


def v4_fields(key: str = KEY) -> dict[str, str]:
    """The fields of a V4 signature that a policy has to name."""
    moment = datetime.fromtimestamp(START, UTC)
    return {
        "x-oss-signature-version": "OSS4-HMAC-SHA256",
        "x-oss-credential": f"{key}/{moment:%Y%m%d}/cn-hangzhou/oss/aliyun_v4_request",
        "x-oss-date": f"{moment:%Y%m%dT%H%M%SZ}",
    }


def signed_v4(
    conditions: Sequence[Any], *, named: bool = True, access_key_id: str = KEY, **fields: str
) -> dict[str, str]:
    """A form with a V4 signature; `named` false leaves the signature's fields out of the policy."""
    own = v4_fields(access_key_id)
    policy = policy_of([*conditions, *({name: value} for name, value in own.items() if named)])
    scope = own["x-oss-credential"].partition("/")[2]
    return {**fields, **own, "policy": policy, "x-oss-signature": v4_signature(policy, SECRET, scope)}


async def post(client: Client, bucket: str, body: Any, **options: Any) -> Answer:
    """Post a form's body as it is, with no signature but its own."""
    headers = {**FORM_HEADERS, **options.pop("headers", {})}
    return await client.post(f"/{bucket}", body, headers=headers, sign=False, **options)


async def stored(client: Client, bucket: str) -> list[str | None]:
    """The keys of a bucket."""
    listed = await client.get(f"/{bucket}")
    return [key.text for key in listed.xml.iter("Key")]
