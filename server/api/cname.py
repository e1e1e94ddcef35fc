"""Calls on a bucket's own domains. They count at once, and nobody has to prove that a domain is theirs (our choice).

Certificates are taken and forgotten: TLS is the business of whoever runs the server.
"""

from __future__ import annotations

import json
import secrets

from ...storage.base import Document
from ...storage.errors import NoSuchDocument
from .. import cnames
from ..call import Call
from ..errors import OSSError, malformed
from ..headers import http_date, iso_date
from ..response import Response, xml_response
from .body import child_text, xml_body
from .owner import OWNER

ROOT = "BucketCnameConfiguration"
TOKEN_KIND = "cnameToken"
TOKEN_SECONDS = 72 * 3600


async def list_cnames(call: Call) -> Response:
    """ListCname: the domains in the order in which they were added."""
    found = await call.store.list_documents(call.bucket.name, cnames.KIND)
    fields = {"Bucket": call.bucket.name, "Owner": OWNER["ID"], "Cname": [_shown(document) for document in found]}
    return xml_response("ListCnameResult", fields)


def _shown(document: Document) -> dict[str, object]:
    return {
        "Domain": document.name,
        "LastModified": iso_date(document.modified_ms),
        "Status": "Enabled",
        "IsPurgeCdnCache": "No",
    }


async def put_cname(call: Call) -> Response:
    """PutCname: from now on the domain is another name of the bucket, in every process on this data folder.

    A domain is one bucket's only. Raises `CnameAlreadyExists`.
    """
    domain = await _domain(call)
    await cnames.bind(call.store, call.services.hosts, call.bucket.name, domain)
    return Response()


async def delete_cname(call: Call) -> Response:
    """DeleteCname. Raises `NoSuchCname` for a domain that the bucket does not have."""
    domain = await _domain(call)
    if not await call.store.delete_document(call.bucket.name, cnames.KIND, domain):
        raise OSSError("NoSuchCname", details={"Cname": domain})
    return Response()


async def create_token(call: Call) -> Response:
    """CreateCnameToken: what would go into a TXT record; one that has not expired after 72 hours is given again."""
    domain = await _domain(call)
    token = await _token(call, domain)
    if token is None:
        token = {"token": secrets.token_hex(16), "expires_at": call.request.now + TOKEN_SECONDS}
        await call.store.put_document(call.bucket.name, TOKEN_KIND, domain, json.dumps(token).encode())
    return _token_response(call, domain, token)


async def get_token(call: Call) -> Response:
    """GetCnameToken of the domain in `cname`. Raises `CnameTokenNotFound`, also for one that has expired."""
    domain = cnames.require_domain(call.request.params["cname"], call.services.hosts)
    token = await _token(call, domain)
    if token is None:
        raise OSSError("CnameTokenNotFound", details={"Bucket": call.bucket.name, "Cname": domain})
    return _token_response(call, domain, token)


async def _domain(call: Call) -> str:
    cname = (await xml_body(call, ROOT)).find("Cname")
    text = None if cname is None else child_text(cname, "Domain")
    if text is None:
        raise malformed("there is no Cname with a Domain")
    return cnames.require_domain(text.strip(), call.services.hosts)


async def _token(call: Call, domain: str) -> dict[str, object] | None:
    try:
        document = await call.store.get_document(call.bucket.name, TOKEN_KIND, domain)
    except NoSuchDocument:
        return None
    found: dict[str, object] = json.loads(document.content)
    return found if call.request.now < float(str(found["expires_at"])) else None


def _token_response(call: Call, domain: str, token: dict[str, object]) -> Response:
    fields = {
        "Bucket": call.bucket.name,
        "Cname": domain,
        "Token": token["token"],
        "ExpireTime": http_date(float(str(token["expires_at"]))),
    }
    return xml_response("CnameToken", fields)
