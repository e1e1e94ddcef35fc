"""PostObject: an upload by an HTML form, whose fields say what the headers of PutObject say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from ...storage.base import ObjectInfo
from ..address import Resource, require_key
from ..attributes import attributes_from
from ..auth import form_policy
from ..auth.access import PUT_OBJECT
from ..auth.credentials import Principal
from ..auth.form_policy import FormPolicy, SizeRange
from ..auth.post_policy import authenticate_form
from ..authorize import permit
from ..call import Call
from ..callback.asking import answered
from ..callback.wanted import of_form
from ..errors import OSSError, invalid_argument
from ..headers import expected_content, flag, written_headers
from ..response import XML_TYPE, Response
from ..rules import public_access
from ..xml import document
from .encryption import encrypted
from .form import Form, is_form, read_form

FILE_NAME = "${filename}"

_ACL = "x-oss-object-acl"
_REDIRECT = "success_action_redirect"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

# API reference, "PostObject": any other value, and none, means 204.
_STATUSES: Mapping[str, int] = {"200": 200, "201": 201, "204": 204}

# Fields beside `x-oss-…` whose text goes into headers, of this answer or of GetObject's.
_HEADERS = frozenset(
    {"cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires"}
)


async def post_object(call: Call) -> Response:
    """PostObject: the form's own signature and policy decide, and its fields are kept as PutObject keeps headers.

    Order of the checks: form, key, signature, policy, permission, and while the file arrives its size.
    """
    if not is_form(call.request):
        raise OSSError("RequestIsNotMultiPartContent")
    form = await read_form(call.request)
    key = _key(form)
    redirect = _redirect(form.fields)
    callback = of_form(form.fields, call.services.settings.callback_hosts)
    headers = _headers(call, form)
    principal = authenticate_form(form.fields, call.services.credentials, now=call.request.now)
    sizes = _policy_sizes(call, form, principal)
    # Policies judge the fields as they judge headers: tags need leave of their own, an ACL may be forbidden.
    request = replace(call.request, headers={**call.request.headers, **headers})
    bucket = await permit(call.store, request, principal, Resource(call.bucket.name, key), PUT_OBJECT)
    await public_access.require_closed(call.store, headers, bucket)
    info = await call.store.put_object(
        call.bucket.name,
        key,
        sizes.held(form.file.content),
        attributes_from(await encrypted(call, headers), key, (bucket or call.bucket).storage_class),
        expected=expected_content(headers, None),
        overwrite=not flag(headers, "x-oss-forbid-overwrite"),
    )
    return await answered(call, callback, info, _answer(call, form.fields, info, redirect), "PostObject")


def _key(form: Form) -> str:
    """The object's name, the name of the file put in."""
    template = form.fields.get("key")
    if not template:
        message = (
            "The bucket POST must contain the specified 'key'. If it is specified, please check the order of the fields"
        )
        raise invalid_argument("key", "", message)
    key = template.replace(FILE_NAME, form.file.name)
    require_key(key)
    return key


def _headers(call: Call, form: Form) -> dict[str, str]:
    """The form's fields as headers of an upload; the type of the object is the first that anything states.

    Raises `InvalidArgument` for a control character in what will be sent as a header, where a line break would begin
    a header of its own.
    """
    fields = form.fields
    kinds = (fields.get("x-oss-content-type"), fields.get("content-type"), form.file.content_type)
    given = {_ACL: call.request.headers[_ACL]} if _ACL in call.request.headers else {}
    headers = {**given, **fields, "content-type": next((kind for kind in kinds if kind), "")}
    for name, value in headers.items():
        if (name in _HEADERS or name.startswith("x-oss-")) and _CONTROL.search(value):
            raise invalid_argument(name, value)
    return {name: value.strip() for name, value in headers.items()}


def _policy_sizes(call: Call, form: Form, principal: Principal) -> SizeRange:
    """How large the file may be, once the policy of a signed form is met."""
    if principal.is_anonymous:
        return SizeRange()
    policy: FormPolicy = form_policy.parse(form.fields["policy"])
    # Where the form has no such field, the file's own type is judged, since it is what will be stored (our choice).
    stated = {"content-type": form.file.content_type or "", **form.fields, "bucket": call.bucket.name}
    policy.require(stated, call.request.now)
    return policy.sizes


def _redirect(fields: Mapping[str, str]) -> str | None:
    """Where the browser is to go afterwards; raises `InvalidArgument` unless it is an absolute URL of HTTP."""
    url = fields.get(_REDIRECT)
    if not url:
        return None
    try:
        parts = urlsplit(url)
        is_http = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        is_http = None
    if not is_http or not url.isprintable():
        raise invalid_argument(_REDIRECT, url)
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~")


def _answer(call: Call, fields: Mapping[str, str], info: ObjectInfo, redirect: str | None) -> Response:
    tag = f'"{info.etag}"'
    headers = written_headers(info, call.bucket)
    if redirect:
        return Response(303, [*headers, ("Location", _with_query(redirect, info, tag))])
    status = _STATUSES.get(fields.get("success_action_status", ""), 204)
    if status != 201:
        return Response(status, headers)
    location = call.object_url(info.key)
    answer = {"Bucket": info.bucket, "ETag": tag, "Key": info.key, "Location": location}
    headers += [("Content-Type", XML_TYPE), ("Location", location)]
    return Response(status, headers, document("PostResponse", answer))


def _with_query(url: str, info: ObjectInfo, tag: str) -> str:
    """`url` with what was stored in its query, behind what stands there already."""
    parts = urlsplit(url)
    told = urlencode({"bucket": info.bucket, "key": info.key, "etag": tag}, quote_via=quote, safe="")
    return urlunsplit(parts._replace(query=f"{parts.query}&{told}" if parts.query else told))
