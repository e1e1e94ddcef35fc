"""Patterns with `*` (any text, also none) and `?` (one character), as policies write them."""

from __future__ import annotations

import re


def glob(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """The pattern as an expression for `fullmatch`.

    No pattern makes matching slow: every piece between two stars is taken where it first occurs and never tried again
    (an atomic group), which is enough to find a match if there is one.
    """
    first, *rest = (re.escape(piece).replace(r"\?", ".") for piece in pattern.split("*"))
    middle = "".join(f"(?>.*?{piece})" for piece in rest[:-1] if piece)
    text = f"{first}{middle}.*{rest[-1]}" if rest else first
    return re.compile(text, re.DOTALL | re.IGNORECASE if ignore_case else re.DOTALL)


def matches_any(patterns: tuple[re.Pattern[str], ...], text: str) -> bool:
    """Whether one of the patterns is the whole of `text`."""
    return any(pattern.fullmatch(text) for pattern in patterns)
