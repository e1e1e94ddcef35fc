"""HEIC and AVIF share a container, ISO's base media file format; its first box names what may be inside."""

from __future__ import annotations

_CONTAINERS = frozenset({b"mif1", b"msf1"})
"""Brands that say no more than "pictures" or "a sequence of them"; the brands behind them name the coding."""


def has_brand(head: bytes, codings: frozenset[bytes]) -> bool:
    """Whether a file that starts like ``head`` is of one of the codings: by its own brand or those it is made to."""
    if head[4:8] != b"ftyp":
        return False
    major, end = head[8:12], int.from_bytes(head[:4], "big")
    compatible = {head[at : at + 4] for at in range(16, min(end, len(head)), 4)}
    return major in codings or (major in _CONTAINERS and not codings.isdisjoint(compatible))
