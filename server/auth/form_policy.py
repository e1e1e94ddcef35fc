"""The policy of a posted form: JSON, signed as Base64 text, that says until when and what may be uploaded.

Source: API reference, "PostObject", appendix "Policy"; the ECs are those of the pages 0006-000002xx.
"""

from __future__ import annotations

import base64
import json
import operator
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..errors import OSSError

# What a signer of V4 has to put under its signature, because the text that is signed is the policy alone.
_NAMED_IN_V4 = ("x-oss-signature-version", "x-oss-credential", "x-oss-date", "x-oss-security-token")

_EXPIRATION = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z", re.ASCII)

_NO_EXPIRATION, _NO_CONDITION, _WRONG_TYPE = "0006-00000208", "0006-00000222", "0006-00000224"

_TESTS: Mapping[str, Callable[[str, Any], bool]] = {
    "eq": operator.eq,
    "starts-with": str.startswith,
    "in": lambda value, options: value in options,
    "not-in": lambda value, options: value not in options,
}
_OF_LISTS = frozenset({"in", "not-in"})


@dataclass(frozen=True, slots=True)
class Condition:
    """What one form field must be: `field` as the policy spells it, without `$`; `operand` a text, or a list of them.

    A field that the form lacks counts as empty, so `starts-with` an empty prefix allows it to be anything or nothing.
    """

    verb: str
    field: str
    operand: str | list[str]

    @property
    def name(self) -> str:
        """The field's name as forms are looked up: in lower case."""
        return self.field.lower()

    def holds(self, value: str) -> bool:
        """Whether the field may have `value`; case counts."""
        return _TESTS[self.verb](value, self.operand)

    def __str__(self) -> str:
        return json.dumps([self.verb, f"${self.field}", self.operand], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class SizeRange:
    """How many bytes the file may have, both ends included; `maximum` None is no bound."""

    minimum: int = 0
    maximum: int | None = None

    def within(self, other: SizeRange) -> SizeRange:
        """What both ranges allow."""
        bounds = [bound for bound in (self.maximum, other.maximum) if bound is not None]
        return SizeRange(max(self.minimum, other.minimum), min(bounds, default=None))

    async def held(self, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The chunks of `content`; raises `EntityTooLarge` as soon as there are too many, or `EntityTooSmall`."""
        size = 0
        async for chunk in content:
            size += len(chunk)
            if self.maximum is not None and size > self.maximum:
                raise OSSError("EntityTooLarge", details={"MaxSizeAllowed": str(self.maximum)})
            yield chunk
        if size < self.minimum:
            details = {"ProposedSize": str(size), "MinSizeAllowed": str(self.minimum)}
            raise OSSError("EntityTooSmall", details=details)


@dataclass(frozen=True, slots=True)
class FormPolicy:
    """A policy: valid until `expires` (Unix seconds), for forms whose fields meet all of `conditions`."""

    expires: float
    conditions: tuple[Condition, ...] = ()
    sizes: SizeRange = SizeRange()

    def require(self, fields: Mapping[str, str], now: float) -> None:
        """Return if a form with these fields (lower-case names) may come at `now` (Unix seconds).

        Raises `AccessDenied` in OSS's words. Fields that no condition names are allowed, unlike S3's, except that a
        form signed with V4 has to have its signature's own fields named.
        """
        if now > self.expires:
            raise _refusal("Policy expired.")
        for condition in self.conditions:
            if not condition.holds(fields.get(condition.name, "")):
                raise _refusal(f"Policy Condition failed: {condition}")
        if "x-oss-signature-version" in fields:
            self._require_named(name for name in _NAMED_IN_V4 if name in fields)

    def _require_named(self, names: Iterable[str]) -> None:
        equal = {condition.name for condition in self.conditions if condition.verb == "eq"}
        for name in names:
            if name not in equal:
                raise _refusal(f"Policy has no condition that {name} is equal to a value.")


def parse(text: str) -> FormPolicy:
    """The policy that the Base64 `text` of a form carries. Raises `InvalidPolicyDocument`, which says what is wrong."""
    document = _json(text)
    if not isinstance(document, dict):
        raise _invalid("Invalid JSON: the policy is not an object.")
    conditions = document.get("conditions")
    if not isinstance(conditions, list):
        raise _invalid("Invalid 'conditions' value: must be a List.", _NO_CONDITION)
    sizes, tests = SizeRange(), []
    for member in conditions:
        found = _condition(member)
        if isinstance(found, SizeRange):
            sizes = sizes.within(found)
        else:
            tests.append(found)
    return FormPolicy(_expiration(document), tuple(tests), sizes)


def _json(text: str) -> Any:
    try:
        # Some encoders break the lines of Base64; what was signed is the text as it is.
        return json.loads(base64.b64decode("".join(text.split()), validate=True))
    except RecursionError:
        raise _invalid("Invalid JSON: nested too deeply.") from None
    except ValueError as error:
        raise _invalid(f"Invalid JSON: {error}") from None


def _expiration(document: Mapping[str, Any]) -> float:
    text = document.get("expiration")
    if text is None:
        raise _invalid("Policy must have an expiration.", _NO_EXPIRATION)
    found = _EXPIRATION.fullmatch(text) if isinstance(text, str) else None
    with suppress(ValueError):
        if found:
            return datetime.fromisoformat(found[1]).replace(tzinfo=UTC).timestamp()
    raise _invalid(f"Invalid 'expiration' value: {_quoted(text)}; must be like 2026-01-15T08:30:45.000Z.")


def _condition(member: Any) -> Condition | SizeRange:
    if isinstance(member, dict):
        return _simple_condition(member)
    if not isinstance(member, list):
        raise _invalid("Invalid Condition: must be a Map or a List.", _NO_CONDITION)
    match member:
        case ["content-length-range", low, high] if _is_size(low) and _is_size(high):
            return SizeRange(low, high)
        case [str(verb), str(field), operand] if verb in _TESTS and field[:1] == "$" and _fits(verb, operand):
            return Condition(verb, field[1:], operand)
    raise _invalid(f"Invalid Condition: {_quoted(member)}", _WRONG_TYPE)


def _simple_condition(member: Mapping[str, Any]) -> Condition:
    if len(member) != 1:
        raise _invalid(
            "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.", _NO_CONDITION
        )
    ((field, value),) = member.items()
    if not isinstance(value, str):
        raise _invalid(f"Invalid Simple-Condition: the value of {_quoted(field)} must be a String.", _WRONG_TYPE)
    return Condition("eq", field, value)


def _is_size(value: Any) -> bool:
    return type(value) is int and value >= 0


def _fits(verb: str, operand: Any) -> bool:
    if verb in _OF_LISTS:
        return isinstance(operand, list) and all(isinstance(option, str) for option in operand)
    return isinstance(operand, str)


def _quoted(value: Any) -> str:
    """The beginning of a JSON value, for a message."""
    return json.dumps(value, ensure_ascii=False)[:200]


def _invalid(detail: str, ec: str | None = None) -> OSSError:
    return OSSError("InvalidPolicyDocument", f"Invalid Policy: {detail}", ec=ec)


def _refusal(detail: str) -> OSSError:
    return OSSError("AccessDenied", f"Invalid according to Policy: {detail}")
