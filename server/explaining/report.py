"""What goes into an explanation and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..address import Hosts
from ..auth.credentials import Credentials


@dataclass(frozen=True, slots=True)
class Known:
    """What the server that explains knows and wants: its hosts, keys, region, and how strict it is."""

    hosts: Hosts
    credentials: Credentials
    region: str
    require_region: bool = False
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a request is about; `addressing` is "path style", "virtual hosted" or "own domain"."""

    method: str
    host: str
    addressing: str
    bucket: str
    key: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request says of its signature.

    `carried_in` is "header" or "url"; times are ISO 8601, None for no bound; `scope` is that of V4.
    """

    version: str
    carried_in: str
    access_key_id: str
    with_token: bool
    scope: str | None
    additional_headers: Sequence[str]
    valid_from: str | None
    valid_until: str | None
    provided: str


@dataclass(frozen=True, slots=True)
class Computed:
    """What the server signs for the request; `canonical_request` in V4 only, `signature` None without the secret."""

    string_to_sign: str
    canonical_request: str | None
    signature: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a client is answered."""

    status: int
    code: str
    message: str
    ec: str | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a request is refused: which part differs, what arrived, what was signed, and a sentence for people."""

    name: str
    part: str
    sentence: str
    received: str = ""
    signed: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one request; `verdict` is "verifies", "unsigned" or "refused"."""

    verdict: str
    meaning: Meaning | None = None
    signature: Signature | None = None
    computed: Computed | None = None
    refusal: Refusal | None = None
    causes: Sequence[Cause] = ()
