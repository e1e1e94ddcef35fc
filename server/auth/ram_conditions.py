"""The Condition element of a policy: operators, and the values that they compare (OSS, "Authorization syntax").

A condition is met if one of its values is; one with a negative operator (`StringNotEquals`) if none is. A key that the
request does not have meets no positive condition and every negative one (our choice, as AWS does: OSS is silent).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt
from typing import Any

from .globs import glob

Test = Callable[[str], bool]
Maker = Callable[[str], Test]
Context = Mapping[str, str]
"""What a request brings for conditions to look at, by lower-case key (`acs:sourceip`)."""


class ConditionError(ValueError):
    """A condition that cannot be understood; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key, which is in lower case."""

    key: str
    tests: tuple[Test, ...]
    is_negative: bool

    def is_met(self, context: Context) -> bool:
        """Whether the request that `context` describes meets the condition."""
        value = context.get(self.key)
        if value is None:
            return self.is_negative
        return any(_passes(test, value) for test in self.tests) is not self.is_negative


def _passes(test: Test, value: str) -> bool:
    """Whether a value passes; one that is no number, date or address does not, where the operator wants one."""
    try:
        return test(value)
    except ValueError:
        return False


def parse_conditions(element: object) -> tuple[Condition, ...]:
    """The conditions of `{operator: {key: value or values}}`, all of which must be met. Raises `ConditionError`."""
    return tuple(
        _condition(operator, key, values)
        for operator, keys in _members(element, "Condition").items()
        for key, values in _members(keys, operator).items()
    )


def _members(element: object, name: str) -> Mapping[str, Any]:
    if not isinstance(element, dict):
        raise ConditionError(f"{name} must be an object")
    return element


def _condition(operator: str, key: str, values: object) -> Condition:
    if operator not in _OPERATORS:
        raise ConditionError(f"the condition operator {operator} is not known")
    maker, is_negative = _OPERATORS[operator]
    listed = values if isinstance(values, list) else [values]
    if not listed:
        raise ConditionError(f"{operator} of {key} has no value")
    try:
        return Condition(key.lower(), tuple(maker(_text(value)) for value in listed), is_negative)
    except ValueError as error:
        raise ConditionError(f"{operator} of {key}: {error}") from None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError("a value must be a string, a number or a boolean")


def _string_equals(value: str) -> Test:
    return lambda given: given == value


def _string_equals_ignoring_case(value: str) -> Test:
    return lambda given: given.lower() == value.lower()


def _string_like(value: str) -> Test:
    pattern = glob(value)
    return lambda given: pattern.fullmatch(given) is not None


def _bool(value: str) -> Test:
    if value.lower() not in ("true", "false"):
        raise ValueError(f"{value} is neither true nor false")
    return _string_equals_ignoring_case(value)


def _address(value: str) -> Test:
    """An address, a network in CIDR form, or a pattern with stars (`10.1.*`)."""
    if "*" in value:
        return _string_like(value)
    network = ipaddress.ip_network(value, strict=False)
    return lambda given: _plain_address(given) in network


def _plain_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address; an IPv4 one that arrived on an IPv6 socket (`::ffff:10.0.0.1`) is the IPv4 one."""
    address = ipaddress.ip_address(text)
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


def _moment(text: str) -> float:
    """Unix seconds of an ISO 8601 date; one without a zone is in UTC."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _compared(read: Callable[[str], float], compare: Callable[[float, float], bool]) -> Maker:
    """A comparison of what `read` makes of both sides."""

    def maker(value: str) -> Test:
        bound = read(value)
        return lambda given: compare(read(given), bound)

    return maker


_COMPARISONS = {
    "Equals": (eq, False),
    "NotEquals": (eq, True),
    "LessThan": (lt, False),
    "LessThanEquals": (le, False),
    "GreaterThan": (gt, False),
    "GreaterThanEquals": (ge, False),
}

# Name of the operator: how it tests a value, and whether it is the negation of that.
_OPERATORS: Mapping[str, tuple[Maker, bool]] = {
    "StringEquals": (_string_equals, False),
    "StringNotEquals": (_string_equals, True),
    "StringEqualsIgnoreCase": (_string_equals_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_string_equals_ignoring_case, True),
    "StringLike": (_string_like, False),
    "StringNotLike": (_string_like, True),
    "Bool": (_bool, False),
    "IpAddress": (_address, False),
    "IpAddressIncludeBorder": (_address, False),
    "NotIpAddress": (_address, True),
    **{
        f"{kind}{name}": (_compared(read, compare), is_negative)
        for kind, read in (("Numeric", float), ("Date", _moment))
        for name, (compare, is_negative) in _COMPARISONS.items()
    },
}
