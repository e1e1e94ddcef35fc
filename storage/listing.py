"""One page of ordered keys, in which common prefixes are skipped by seeking: pure arithmetic over bytes.

Keys, prefixes and delimiters are UTF-8 bytes here, whose order is the order of a listing. In UTF-8 no character begins
inside another, so cutting at a delimiter never tears one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from .rows import Row

Scan = Callable[[bytes], Iterator[Row]]
"""The rows whose keys are at or past the given bytes, in order, read no further than they are asked for."""


@dataclass(frozen=True)
class Selection:
    """Which keys a listing is about; empty bytes where nothing was asked."""

    prefix: bytes = b""
    delimiter: bytes = b""
    after: bytes = b""

    @property
    def start(self) -> bytes | None:
        """The smallest bytes that may be listed: past `after` and the common prefix it lies in; None: nothing may."""
        common = self.common_prefix(self.after)
        if common is not None:
            return successor(common)
        return max(self.prefix, self.after + b"\0") if self.after else self.prefix

    @property
    def end(self) -> bytes | None:
        """The smallest bytes behind everything that begins with the prefix; None where there is no such bound."""
        return successor(self.prefix)

    def common_prefix(self, key: bytes) -> bytes | None:
        """The common prefix that `key` belongs to; None if it stands for itself or is not selected."""
        if not (self.delimiter and key.startswith(self.prefix)):
            return None
        found = key.find(self.delimiter, len(self.prefix))
        return None if found < 0 else key[: found + len(self.delimiter)]


def successor(prefix: bytes) -> bytes | None:
    """The smallest bytes greater than everything that begins with `prefix`; None if nothing is.

    UTF-8 never uses 0xFF, but the arithmetic does not rely on that.
    """
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes([stem[-1] + 1]) if stem else None


def walk(scan: Scan, chosen: Selection) -> Iterator[Row | bytes]:
    """What a listing shows, in order: rows that stand for themselves, and common prefixes as bare bytes.

    A common prefix costs one seek however many keys it holds, so a page costs what it shows.
    """
    start = chosen.start
    while start is not None:
        start = yield from _until_common_prefix(scan(start), chosen)


def _until_common_prefix(rows: Iterator[Row], chosen: Selection) -> Generator[Row | bytes, None, bytes | None]:
    """Yield rows up to and including the next common prefix; return where to seek then, None at the end."""
    for row in rows:
        common = chosen.common_prefix(row[0])
        if common is not None:
            yield common
            return successor(common)
        yield row
    return None
