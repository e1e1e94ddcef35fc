"""The pieces of a canonical request that signature versions share: strict encoding, query, headers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from urllib.parse import quote

Query = tuple[tuple[str, str], ...]


def encoded(text: str, *, keep: str = "") -> str:
    """UTF-8 bytes as `%XX` in upper-case hex, except A-Z, a-z, 0-9, `-._~` and what `keep` adds.

    Stricter than what some SDKs send (`!'()*` arrive raw from ali-oss): that is why the query is decoded and encoded
    anew and the raw one is never used.
    """
    return quote(text, safe=keep)


def canonical_query(query: Query, *, leave_out: str) -> str:
    """All parameters but `leave_out`, encoded, sorted by encoded name; `k=v`, or `k` alone for an empty value."""
    return joined(sorted((encoded(name), encoded(value)) for name, value in query if name != leave_out))


def joined(pairs: Iterable[tuple[str, str]]) -> str:
    """Parameters as they stand in a string to sign; `k` and `k=` are the same sub-resource and both become `k`."""
    return "&".join(f"{name}={value}" if value else name for name, value in pairs)


def canonical_headers(headers: Mapping[str, str], also: Collection[str] = ()) -> str:
    """`name:value` and a newline for every `x-oss-*` header and those of `also` that arrived, sorted by name."""
    names = sorted(name for name in headers if name.startswith("x-oss-") or name in also)
    return "".join([f"{name}:{headers[name]}\n" for name in names])
