"""RAM policies: read from JSON, and asked whether they allow or deny one thing.

Source: OSS, "Authorization syntax and elements" and the RAM documentation. The same language serves for RAM policies of
users and roles, session policies of AssumeRole and bucket policies; only the last name principals.

Of a resource `acs:oss:region:account:bucket/key` the region and the account are not compared: there is one of each
here, and a policy must work as it was copied from the real account (our choice).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from .globs import glob, matches_any
from .ram_conditions import Condition, ConditionError, Context, parse_conditions

MAX_STATEMENTS = 100

EVERYONE = "*"


class PolicyError(ValueError):
    """A policy that cannot be understood; the text says what is wrong with it."""


class Verdict(Enum):
    """What a policy says to something; `NOTHING` is what OSS calls an implicit deny."""

    ALLOW = auto()
    DENY = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that someone wants to do.

    `action` is `oss:GetObject`; `resource` is the service and what it calls the thing, `oss:bucket/key`, `oss:bucket`,
    `oss:` for the service itself, `ram:role/name`; `names` are what a bucket policy may call the caller, none for the
    anonymous.
    """

    action: str
    resource: str
    context: Context = field(default_factory=dict)
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patterns:
    """The values of an element, or with `is_inverse` (`NotAction`, `NotResource`, `NotPrincipal`) all others."""

    texts: tuple[str, ...]
    compiled: tuple[re.Pattern[str], ...]
    is_inverse: bool = False

    def match(self, *given: str) -> bool:
        """Whether one of the given texts is meant."""
        return any(matches_any(self.compiled, text) for text in given) is not self.is_inverse


@dataclass(frozen=True, slots=True)
class Statement:
    """One rule of a policy; without `principals` it is about whoever the policy is attached to."""

    effect: Verdict
    actions: Patterns
    resources: Patterns
    principals: Patterns | None
    conditions: tuple[Condition, ...]

    def is_about(self, question: Question) -> bool:
        """Whether the rule speaks to this question."""
        return (
            self.actions.match(question.action)
            and self.resources.match(question.resource)
            and (self.principals is None or self.principals.match(*(question.names or ("",))))
            and all(condition.is_met(question.context) for condition in self.conditions)
        )

    @property
    def is_for_everyone(self) -> bool:
        """Whether everybody is named, the anonymous too."""
        return self.principals is not None and (self.principals.is_inverse or EVERYONE in self.principals.texts)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy; without statements it says nothing to anything."""

    statements: tuple[Statement, ...] = ()

    def judge(self, question: Question) -> Verdict:
        """An explicit deny beats every allow; where no statement speaks, the policy says nothing."""
        effects = {statement.effect for statement in self.statements if statement.is_about(question)}
        for verdict in (Verdict.DENY, Verdict.ALLOW):
            if verdict in effects:
                return verdict
        return Verdict.NOTHING


@lru_cache(maxsize=256)
def parse(text: str, *, names_principals: bool = False) -> Policy:
    """The policy of a JSON text; with `names_principals` a bucket policy, whose statements must name principals.

    Raises `PolicyError`. Texts are remembered, because the same few judge request after request; the caller bounds
    their length.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"it is not JSON: {error}") from None
    return from_document(document, names_principals=names_principals)


def read(given: object) -> Policy:
    """The policy of a setting, which is JSON as text or already parsed; see `parse`."""
    return parse(given) if isinstance(given, str) else from_document(given)


def from_document(document: object, *, names_principals: bool = False) -> Policy:
    """The policy of a parsed JSON document; see `parse`."""
    if not isinstance(document, dict):
        raise PolicyError("it must be an object")
    if unknown := sorted(document.keys() - {"Version", "Statement"}):
        raise PolicyError(f"it has the unknown element {unknown[0]}")
    if document.get("Version") != "1":
        raise PolicyError('Version must be "1"')
    elements = document.get("Statement")
    if not isinstance(elements, list) or not 1 <= len(elements) <= MAX_STATEMENTS:
        raise PolicyError(f"Statement must be a list of 1 to {MAX_STATEMENTS} statements")
    return Policy(tuple(_numbered(number, element, names_principals) for number, element in enumerate(elements, 1)))


_ELEMENTS = frozenset(
    ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition")
)
_EFFECTS = {"Allow": Verdict.ALLOW, "Deny": Verdict.DENY}


def _numbered(number: int, element: object, names_principals: bool) -> Statement:
    try:
        return _statement(element, names_principals)
    except (PolicyError, ConditionError) as error:
        raise PolicyError(f"statement {number}: {error}") from None


def _statement(element: object, names_principals: bool) -> Statement:
    if not isinstance(element, dict):
        raise PolicyError("it must be an object")
    if unknown := sorted(element.keys() - _ELEMENTS):
        raise PolicyError(f"it has the unknown element {unknown[0]}")
    effect = _EFFECTS.get(str(element.get("Effect")))
    if effect is None:
        raise PolicyError("Effect must be Allow or Deny")
    actions = _patterns(element, "Action", ignore_case=True)
    resources = _patterns(element, "Resource")
    return Statement(
        effect,
        actions,
        Patterns(resources.texts, tuple(map(_resource, resources.texts)), resources.is_inverse),
        _principals(element, names_principals),
        parse_conditions(element["Condition"]) if "Condition" in element else (),
    )


def _principals(element: Mapping[str, Any], names_principals: bool) -> Patterns | None:
    if not names_principals:
        if "Principal" in element or "NotPrincipal" in element:
            raise PolicyError("only a bucket policy names a Principal")
        return None
    # An empty list is the same as ["*"] (OSS, "Authorization syntax and elements").
    if element.get("Principal") == []:
        return Patterns((EVERYONE,), (glob(EVERYONE),))
    return _patterns(element, "Principal")


def _patterns(element: Mapping[str, Any], name: str, *, ignore_case: bool = False) -> Patterns:
    """The values of `name` or of its negation, exactly one of which must be there."""
    negation = f"Not{name}"
    if (name in element) is (negation in element):
        raise PolicyError(f"it must have either {name} or {negation}")
    is_inverse = negation in element
    value = element[negation if is_inverse else name]
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise PolicyError(f"{negation if is_inverse else name} must be a string or a list of strings")
    return Patterns(tuple(texts), tuple(glob(text, ignore_case=ignore_case) for text in texts), is_inverse)


def _resource(text: str) -> re.Pattern[str]:
    """The pattern of `Question.resource` that a resource stands for: `acs:oss:*:*:b/k*`, `b/k*` or `*`."""
    return glob(f"{_service(text)}:{relative(text)}" if text != EVERYONE else text)


def relative(text: str) -> str:
    """The part of a resource that names the thing: `b/k*` in `acs:oss:*:*:b/k*`; a bare resource is that itself.

    Raises `PolicyError` for an `acs:` resource without its five parts.
    """
    if not text.startswith("acs:"):
        return text
    parts = text.split(":", 4)
    if len(parts) != 5:
        raise PolicyError(f"the resource {text} is not acs:service:region:account:name")
    return parts[4]


def _service(text: str) -> str:
    return text.split(":", 2)[1] if text.startswith("acs:") else "oss"


NO_ACCESS = Policy()
FULL_ACCESS = from_document({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:*", "Resource": "*"}]})
