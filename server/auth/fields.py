"""The authentication fields of a request, from the Authorization header or from the URL, and how each place refuses."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum

from ..errors import OSSError
from ..request import Request
from .credentials import is_access_key_id

# Enough digits for every date; more would only make int() slow.
_UNSIGNED = re.compile(r"[0-9]{1,12}", re.ASCII)


class Fault(Enum):
    """What can be wrong with an authentication field; the value is the message where OSS's own is not known."""

    FORM = "The Authorization header is malformed."
    FIELD_FORM = "A field of the Authorization header has no separator."
    FIELD_NAME = "The Authorization header has an unknown or repeated field."
    ACCESS_KEY_MISSING = "The access key id is missing."
    ACCESS_KEY_EMPTY = "The access key id is empty."
    ACCESS_KEY_INVALID = "The access key id has characters that no access key id has."
    SCOPE_INVALID = "The credential must be <AccessKeyId>/<SignDate>/<Region>/oss/aliyun_v4_request."
    SCOPE_DATE_INVALID = "The sign date of the credential must be yyyyMMdd and the date of the request."
    DATE_MISSING = "The date is missing."
    SIGNATURE_MISSING = "The signature is missing."
    SIGNATURE_EMPTY = "The signature is empty."
    POLICY_MISSING = "The policy is missing."
    EXPIRES_MISSING = "The expiry is missing."
    EXPIRES_EMPTY = "The expiry is empty."
    EXPIRES_INVALID = "Invalid date (should be seconds since epoch)."
    EXPIRES_OUT_OF_RANGE = "The expiry must be 1 to 604800 seconds."
    ADDITIONAL_EMPTY = "The list of additional headers is empty."
    ADDITIONAL_BLANK = "The list of additional headers has an empty name."
    ADDITIONAL_ABSENT = "An additional header is not in the request."


_INCOMPLETE = frozenset(
    {
        Fault.ACCESS_KEY_MISSING,
        Fault.ACCESS_KEY_EMPTY,
        Fault.DATE_MISSING,
        Fault.SIGNATURE_MISSING,
        Fault.SIGNATURE_EMPTY,
        Fault.EXPIRES_MISSING,
        Fault.EXPIRES_EMPTY,
    }
)


@dataclass(frozen=True, slots=True)
class Fields:
    """Authentication fields by name, with what their place answers to a fault.

    `code` is the error code, `ecs` the EC of each fault (where OSS documents one), `requires` the message for anything
    missing (None: the fault's own), `details` the extra elements of the answer.
    """

    values: Mapping[str, str]
    code: str
    ecs: Mapping[Fault, str]
    requires: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    def refusal(self, fault: Fault) -> OSSError:
        """The error that this place answers to `fault`."""
        message = self.requires if self.requires and fault in _INCOMPLETE else fault.value
        return OSSError(self.code, message, ec=self.ecs.get(fault), details=self.details)

    def required(self, name: str, missing: Fault, empty: Fault) -> str:
        """The non-empty value of `name`; raises for either fault."""
        value = self.values.get(name)
        if value is None:
            raise self.refusal(missing)
        if not value.strip():
            raise self.refusal(empty)
        return value

    def access_key_id(self, name: str) -> str:
        """The value of `name` as an access key id."""
        text = self.required(name, Fault.ACCESS_KEY_MISSING, Fault.ACCESS_KEY_EMPTY)
        return self.checked_access_key_id(text)

    def checked_access_key_id(self, text: str) -> str:
        """`text`, if it can be an access key id."""
        if not is_access_key_id(text):
            raise self.refusal(Fault.ACCESS_KEY_INVALID)
        return text

    def signature(self, name: str) -> str:
        """The value of `name` as it came; a signature of the wrong form is simply one that does not match."""
        return self.required(name, Fault.SIGNATURE_MISSING, Fault.SIGNATURE_EMPTY)

    def expires(self, name: str, invalid: Fault = Fault.EXPIRES_INVALID) -> int:
        """The value of `name` in whole seconds; what the number counts from is the version's affair."""
        text = self.required(name, Fault.EXPIRES_MISSING, Fault.EXPIRES_EMPTY)
        if not _UNSIGNED.fullmatch(text):
            raise self.refusal(invalid)
        return int(text)

    def additional_headers(self, name: str, headers: Mapping[str, str]) -> tuple[str, ...]:
        """The names of the headers that are signed on top of the default ones: lower-case, sorted, each in `headers`.

        oss2 sends them sorted by their first letter only and signs them sorted, so the order on the wire is nothing.
        """
        text = self.values.get(name)
        if text is None:
            return ()
        if not text:
            raise self.refusal(Fault.ADDITIONAL_EMPTY)
        names = sorted({part.strip().lower() for part in text.split(";")})
        if "" in names:
            raise self.refusal(Fault.ADDITIONAL_BLANK)
        if any(part not in headers for part in names):
            raise self.refusal(Fault.ADDITIONAL_ABSENT)
        return tuple(names)


def of_header(request: Request, values: Mapping[str, str], ecs: Mapping[Fault, str]) -> Fields:
    """Fields that the Authorization header carried; a fault there is `InvalidArgument`."""
    details = {"ArgumentName": "Authorization", "ArgumentValue": request.headers["authorization"]}
    return Fields(values, "InvalidArgument", ecs, details=details)


def of_header_pairs(
    request: Request, information: str, separator: str, names: Collection[str], ecs: Mapping[Fault, str]
) -> Fields:
    """Fields of an Authorization header that lists them: `name<separator>value`, comma, in any order, with spaces.

    Order and spaces vary: oss2 writes `, ` and puts AdditionalHeaders last. A field that is unknown or comes twice is
    refused.
    """
    pairs = [part.strip().partition(separator) for part in information.split(",")]
    fields = of_header(request, {name: value for name, _, value in pairs}, ecs)
    if not all(mark for _, mark, _ in pairs):
        raise fields.refusal(Fault.FIELD_FORM)
    if len(fields.values) != len(pairs) or any(name not in names for name in fields.values):
        raise fields.refusal(Fault.FIELD_NAME)
    return fields


def of_url(request: Request, ecs: Mapping[Fault, str], requires: str) -> Fields:
    """Fields that the URL carried; a fault there is `AccessDenied`."""
    return Fields(request.params, "AccessDenied", ecs, requires=requires)
