"""The known ways to get a signature wrong: a table, each row tried by verifying the request so changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from . import guesses
from .variants import Suspect, Variant


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to get it wrong.

    `part` is what differs between what was signed and what arrived, `sentence` the likely cause with `{received}` and
    `{signed}`, `variants` the requests that the client may have signed if the hypothesis holds.
    """

    name: str
    part: str
    sentence: str
    variants: Callable[[Suspect], Iterator[Variant]]
    comes_with_others: bool = False
    """Whether it is tried together with every other: clients who use the wrong method add a Content-Type as well."""


HYPOTHESES: Sequence[Hypothesis] = (
    Hypothesis(
        "process-appended",
        "query",
        "x-oss-process was appended after signing: sign the URL with it. (In V1 alibabacloud-oss-v2 never signs it; "
        "OSS refuses that, Pixoss takes it with the setting signatures = lenient.)",
        guesses.process_appended,
        comes_with_others=True,
    ),
    Hypothesis(
        "signature-plus",
        "signature",
        "The + in the signature arrived as a space: it must be sent as %2B in a URL.",
        guesses.signature_plus,
    ),
    Hypothesis(
        "plus-as-space", "encoding", "A + was signed as a plus, and sent as +, which means a space.", guesses.plus
    ),
    Hypothesis("space-as-plus", "encoding", "A space was signed, and sent as %2B, which means a plus.", guesses.space),
    Hypothesis(
        "wrong-method",
        "method",
        "The signature is for {signed}, and the request is a {received}.",
        guesses.method,
        comes_with_others=True,
    ),
    Hypothesis(
        "content-type",
        "header content-type",
        "The Content-Type that was signed ({signed}) is not the one that was sent ({received}); HTTP clients add "
        "one of their own, or leave it out.",
        guesses.content_type,
        comes_with_others=True,
    ),
    Hypothesis(
        "header-added", "headers", "The request has headers that were not signed: {received}.", guesses.header_added
    ),
    Hypothesis(
        "parameter-added",
        "query",
        "The query has parameters that were not signed: {received}.",
        guesses.parameter_added,
    ),
    Hypothesis(
        "wrong-region",
        "region",
        "It was signed for the region {signed}, and the credential says {received}.",
        guesses.region,
    ),
    Hypothesis(
        "wrong-resource",
        "resource",
        "The resource was signed as {signed}. It is always /BUCKET/KEY (/BUCKET/ for a bucket), whether the bucket "
        "stands in the host or in the path.",
        guesses.resource,
    ),
    Hypothesis(
        "encoded-twice",
        "encoding",
        "The URL was percent-encoded twice: {received} for {signed}.",
        guesses.encoded_twice,
    ),
    Hypothesis(
        "encoded-resource",
        "resource",
        "The resource was signed percent-encoded once too often: V1 signs it as it is, V4 encodes it once.",
        guesses.encoded_resource,
    ),
    Hypothesis(
        "wrong-host",
        "header host",
        "Host is signed, and was signed as {signed}, but arrived as {received}: name or port changed on the way.",
        guesses.host,
    ),
    Hypothesis(
        "header-case",
        "headers",
        "The names of headers were signed as {signed}; they are signed in lower case.",
        guesses.header_case,
    ),
    Hypothesis(
        "date-line",
        "date",
        "The line of the date was signed as {signed}: V1 signs x-oss-date there, or else Date; V2 signs Date.",
        guesses.date_line,
    ),
    Hypothesis(
        "v1-parameters",
        "query",
        "Of the query {signed} were signed: V1 signs sub-resources and a few more, and their values decoded.",
        guesses.v1_parameters,
    ),
    Hypothesis(
        "payload-hash",
        "payload",
        "The SHA-256 of an empty body was signed where {received} was sent: both must be the same.",
        guesses.payload,
    ),
)
"""All that is tried, the likeliest first."""
