"""Parameters that must not come twice: with two of them it would be a matter of taste which was meant."""

from __future__ import annotations

from ..errors import invalid_argument
from .canonical import Query
from .subresources import AUTHENTICATION, is_signed_by_go_v2


def refuse_repeats(query: Query) -> None:
    """Return unless a parameter of authentication or a sub-resource is repeated, be it with the same value.

    Every request is held to it, signed or not. Parameters that only filter (`prefix`) may be repeated; the first of
    them counts.
    Stricter than OSS, which lets the first win in a signed URL (API reference, "Add signatures to URLs"): our choice,
    because no SDK repeats one, and what is slipped in behind a signature is not for a server to overlook.
    Raises `InvalidArgument` with the name.
    """
    seen = set()
    for name, value in query:
        if name in seen and (name in AUTHENTICATION or is_signed_by_go_v2(name)):
            raise invalid_argument(name, value, f"The parameter {name} must not be repeated.")
        seen.add(name)
