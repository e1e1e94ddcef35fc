"""Own domains that buckets were given by PutCname: kept with the bucket, found by name from every process at once."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace

from ..storage.errors import StorageError
from ..storage.store import ObjectStore
from .address import Hosts, host_name
from .call import Services
from .errors import OSSError, invalid_argument

KIND = "cname"
MAX_DOMAINS = 100

_DOMAIN = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])", re.ASCII
)


async def located(services: Services, host: str) -> Services:
    """The services as a request to `host` sees them: if that is the domain of a bucket, its host names say so.

    Only a host that nothing else explains is looked up. A store that cannot be read knows no domain here; whoever
    asks it next reports what is wrong.
    """
    if not services.hosts.is_unknown(host):
        return services
    name = host_name(host)
    try:
        found = await services.store.find_document(KIND, name)
    except StorageError:
        return services
    if found is None:
        return services
    return replace(services, hosts=replace(services.hosts, cnames={**(services.hosts.cnames or {}), name: found[0]}))


def require_domain(text: str, hosts: Hosts) -> str:
    """The domain in `text`, lower-case. Raises `InvalidArgument` for what is none, or means something else already."""
    name = text.lower()
    try:
        is_address = bool(ipaddress.ip_address(name))
    except ValueError:
        is_address = False
    is_taken = not hosts.is_unknown(name) and name not in (hosts.cnames or {})
    if is_address or is_taken or not _DOMAIN.fullmatch(name):
        raise invalid_argument("Domain", text)
    return name


async def bind(store: ObjectStore, hosts: Hosts, bucket: str, domain: str) -> None:
    """Give a bucket a domain; again is no error. Raises `CnameAlreadyExists` while it is another bucket's."""
    owner = await _owner(store, hosts, domain)
    if owner not in (None, bucket):
        raise _taken(domain)
    if owner is None and len(await store.list_documents(bucket, KIND)) >= MAX_DOMAINS:
        raise OSSError("InvalidArgument", f"A bucket may have {MAX_DOMAINS} domains at most.")
    await store.put_document(bucket, KIND, domain, b"")
    if await _owner(store, hosts, domain) != bucket:
        # Two buckets wanted it at the same moment; the first one has it.
        await store.delete_document(bucket, KIND, domain)
        raise _taken(domain)


async def _owner(store: ObjectStore, hosts: Hosts, domain: str) -> str | None:
    """The bucket that has a domain by the settings or else by PutCname."""
    if hosts.cnames and domain in hosts.cnames:
        return hosts.cnames[domain]
    found = await store.find_document(KIND, domain)
    return found[0] if found else None


def _taken(domain: str) -> OSSError:
    return OSSError("CnameAlreadyExists", details={"Cname": domain})
