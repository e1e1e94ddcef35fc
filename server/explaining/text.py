"""An explanation as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .report import Cause, Computed, Explanation, Meaning, Refusal, Signature

_VERDICTS: Mapping[str, str] = {
    "verifies": "The signature verifies.",
    "unsigned": "The request is not signed.",
    "refused": "The request is refused.",
}


def text_of(explanation: Explanation) -> str:
    """The verdict and its causes first, then what was read and what was computed, one thing a line."""
    lines = [_VERDICTS[explanation.verdict]]
    for number, cause in enumerate(explanation.causes, 1):
        lines += [f"  {number}. {_legible(cause.sentence)}", *_difference(cause)]
    for section in (
        _refusal(explanation.refusal),
        _meaning(explanation.meaning),
        _signature(explanation.signature),
        _computed(explanation.computed),
    ):
        lines += ["", *section] if section else []
    return "\n".join(lines)


def _difference(cause: Cause) -> Iterator[str]:
    """The part that differs, where it is known what was signed."""
    if cause.signed:
        yield f"     differs: {cause.part}"
        yield f"     signed:  {_legible(cause.signed)}"
        yield f"     arrived: {_legible(cause.received)}"


def _refusal(refusal: Refusal | None) -> Sequence[str]:
    if refusal is None:
        return ()
    return _rows(
        "Answer", {"status": f"{refusal.status} {refusal.code} {refusal.ec or ''}", "message": refusal.message}
    )


def _meaning(meaning: Meaning | None) -> Sequence[str]:
    if meaning is None:
        return ()
    parameters = "  ".join(f"{name}={value}" if value else name for name, value in meaning.parameters.items())
    return _rows(
        "Request",
        {
            "method": meaning.method,
            "host": f"{meaning.host} ({meaning.addressing})",
            "bucket": meaning.bucket,
            "key": meaning.key,
            "parameters": parameters,
        },
    )


def _signature(signature: Signature | None) -> Sequence[str]:
    if signature is None:
        return ()
    return _rows(
        "Signature",
        {
            "version": f"{signature.version}, in the {signature.carried_in}",
            "access key id": signature.access_key_id + (" with a token" if signature.with_token else ""),
            "scope": signature.scope or "",
            "also signed": ", ".join(signature.additional_headers),
            "good from": signature.valid_from or "",
            "good until": signature.valid_until or "",
            "provided": signature.provided,
        },
    )


def _computed(computed: Computed | None) -> Sequence[str]:
    if computed is None:
        return ()
    lines = list(_rows("Computed", {"expected": computed.signature or "unknown without the secret"}))
    if computed.canonical_request is not None:
        lines += ["  canonical request", *_quoted(computed.canonical_request)]
    return [*lines, "  string to sign", *_quoted(computed.string_to_sign)]


def _rows(title: str, rows: Mapping[str, str]) -> Sequence[str]:
    return [title, *(f"  {name:<15}{_legible(text)}".rstrip() for name, text in rows.items() if text)]


def _quoted(text: str) -> Iterator[str]:
    return (f"    | {_legible(line)}".rstrip(" ") for line in text.split("\n"))


def _legible(text: str) -> str:
    """Text that does nothing to a terminal: what does not print is spelt out."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )
