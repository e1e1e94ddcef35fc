"""The rules of PutBucketLifecycle, read once and checked."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from ..attributes import STORAGE_CLASSES
from ..errors import OSSError, invalid_argument, malformed
from ..rules import elements
from ..xml import parse

KIND = "lifecycle"
ROOT = "LifecycleConfiguration"

# OSS, PutBucketLifecycle: 1,000 rules; a rule takes its bytes, so the body may be larger than that of other calls.
MAX_RULES = 1000
MAX_BODY = 2 << 20
MAX_ID_BYTES = 255
DAYS = range(1, 2**31)
SIZES = range(2**33)

STATUSES = frozenset({"Enabled", "Disabled"})

# A rule moves objects in this direction only.
COLDER = frozenset(STORAGE_CLASSES[1:])

DAY_MS = 86_400_000

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T00:00:00(?:\.000)?Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Timing:
    """When something is due: `days` after it was written, if written before a date, or from a date on; one is set.

    Dates are Unix milliseconds. Days are counted to the second (our choice; OSS acts once a day, after midnight).
    """

    days: int | None = None
    created_before_ms: int | None = None
    from_ms: int | None = None

    def is_due(self, since_ms: int, now_ms: int) -> bool:
        """Whether it is due at `now_ms` for what has been so since `since_ms`."""
        if self.days is not None:
            return now_ms >= since_ms + self.days * DAY_MS
        if self.created_before_ms is not None:
            return since_ms < self.created_before_ms
        return self.from_ms is not None and now_ms >= self.from_ms

    def moment(self, since_ms: int) -> int | None:
        """When it is due for what has been so since `since_ms`, in Unix milliseconds; None for never."""
        if self.days is not None:
            return since_ms + self.days * DAY_MS
        if self.created_before_ms is not None:
            return self.created_before_ms if since_ms < self.created_before_ms else None
        return self.from_ms


@dataclass(frozen=True, slots=True)
class Transition:
    """A move to a colder storage class; one by access time is kept and never made, since nobody counts accesses."""

    timing: Timing
    storage_class: str
    by_access: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The objects that a rule is about, and within them those that it spares.

    An object is spared by `spared_prefix` and `spared_tag` together where both are there. Sizes are in bytes, and the
    bounds themselves are left out.
    """

    prefix: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    larger_than: int | None = None
    smaller_than: int | None = None
    spared_prefix: str | None = None
    spared_tag: tuple[str, str] | None = None

    def holds(self, key: str, tags: Mapping[str, str], size: int | None = None) -> bool:
        """Whether an object is meant; without a `size`, as unfinished uploads are, sizes are not asked."""
        return (
            key.startswith(self.prefix)
            and self.tags.items() <= tags.items()
            and (size is None or self._has_size(size))
            and not self._spares(key, tags)
        )

    def _has_size(self, size: int) -> bool:
        return (self.larger_than is None or size > self.larger_than) and (
            self.smaller_than is None or size < self.smaller_than
        )

    def _spares(self, key: str, tags: Mapping[str, str]) -> bool:
        if self.spared_prefix is None and self.spared_tag is None:
            return False
        return (self.spared_prefix is None or key.startswith(self.spared_prefix)) and (
            self.spared_tag is None or tags.get(self.spared_tag[0]) == self.spared_tag[1]
        )


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """One rule; what it does not ask for is None or empty. `later` is about versions that are no longer current."""

    id: str
    is_enabled: bool
    scope: Scope
    expiration: Timing | None = None
    removes_markers: bool = False
    transitions: tuple[Transition, ...] = ()
    abort: Timing | None = None
    later_expiration: Timing | None = None
    later_transitions: tuple[Transition, ...] = ()


@lru_cache(64)
def read(document: bytes) -> tuple[LifecycleRule, ...]:
    """The rules in a kept document."""
    return lifecycle_rules(parse(document, ROOT))


def lifecycle_rules(root: Element) -> tuple[LifecycleRule, ...]:
    """The rules of a document. Raises `MalformedXML` and `InvalidArgument`."""
    found = root.findall("Rule")
    if not found:
        raise malformed("there is no Rule")
    if len(found) > MAX_RULES:
        raise OSSError("InvalidArgument", f"A bucket may have {MAX_RULES} lifecycle rules at most.")
    rules = tuple(map(_rule, found))
    for name, number in Counter(rule.id for rule in rules if rule.id).items():
        if number > 1:
            raise invalid_argument("ID", name, "Rule ID must be unique.")
    return rules


def name_all(root: Element) -> None:
    """Give an id to every rule that has none, as OSS does, so that GetBucketLifecycle shows it."""
    for rule in root.findall("Rule"):
        found = rule.find("ID")
        named = SubElement(rule, "ID") if found is None else found
        if not (named.text or "").strip():
            named.text = secrets.token_hex(16)


def _rule(element: Element) -> LifecycleRule:
    name = elements.text(element, "ID") or ""
    if len(name.encode()) > MAX_ID_BYTES:
        raise invalid_argument("ID", name)
    expiration, later = element.find("Expiration"), element.find("NoncurrentVersionExpiration")
    abort = element.find("AbortMultipartUpload")
    removes_markers = elements.boolean(expiration, "ExpiredObjectDeleteMarker", False)
    if removes_markers and expiration is not None and len(expiration) > 1:
        raise malformed("ExpiredObjectDeleteMarker excludes days and dates")
    rule = LifecycleRule(
        id=name,
        is_enabled=_required_word(element, "Status", STATUSES) == "Enabled",
        scope=_scope(element),
        expiration=None if expiration is None or removes_markers else _timing(expiration),
        removes_markers=removes_markers,
        transitions=tuple(_transition(found, "Days") for found in element.findall("Transition")),
        abort=None if abort is None else _timing(abort),
        later_expiration=None if later is None else _timing(later, "NoncurrentDays"),
        later_transitions=tuple(
            _transition(found, "NoncurrentDays") for found in element.findall("NoncurrentVersionTransition")
        ),
    )
    _require_sense(rule)
    return rule


def _required_word(element: Element, name: str, words: frozenset[str]) -> str:
    found = elements.word(element, name, words)
    if found is None:
        raise malformed(f"{element.tag} has no {name}")
    return found


def _scope(element: Element) -> Scope:
    condition = element.find("Filter")
    spared = None if condition is None else condition.find("Not")
    prefix = elements.text(element, "Prefix") or ""
    spared_prefix, spared_tags = elements.text(spared, "Prefix"), _tags(spared)
    if spared_prefix is not None and not spared_prefix.startswith(prefix):
        raise invalid_argument("Prefix", spared_prefix, "The Prefix of Not must begin with that of the Rule.")
    if spared is not None and spared_prefix is None and not spared_tags:
        raise malformed("Not has neither Prefix nor Tag")
    return Scope(
        prefix=prefix,
        tags=_tags(element),
        larger_than=elements.number(condition, "ObjectSizeGreaterThan", SIZES),
        smaller_than=elements.number(condition, "ObjectSizeLessThan", SIZES),
        spared_prefix=spared_prefix,
        spared_tag=next(iter(spared_tags.items()), None),
    )


def _tags(element: Element | None) -> dict[str, str]:
    found = [] if element is None else element.findall("Tag")
    return {elements.required(tag, "Key"): elements.text(tag, "Value") or "" for tag in found}


def _transition(element: Element, days: str) -> Transition:
    return Transition(
        _timing(element, days),
        _required_word(element, "StorageClass", COLDER),
        elements.boolean(element, "IsAccessTime", False),
    )


def _timing(element: Element, days: str = "Days") -> Timing:
    """When an action is due. Raises `MalformedXML` unless exactly one of the ways to say so is used."""
    found = Timing(
        elements.number(element, days, DAYS), _midnight(element, "CreatedBeforeDate"), _midnight(element, "Date")
    )
    if (found.days, found.created_before_ms, found.from_ms).count(None) != 2:
        raise malformed(f"{element.tag} needs {days}, or a date in place of it")
    return found


def _midnight(element: Element, name: str) -> int | None:
    """A date as OSS writes it, `2026-01-31T00:00:00.000Z`, always midnight in UTC; None when absent."""
    text = elements.text(element, name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise invalid_argument(name, text)
    return int(moment.timestamp()) * 1000


def _require_sense(rule: LifecycleRule) -> None:
    """Raise unless the rule does something, and its steps follow one another: to colder classes, then away."""
    does_something = rule.expiration or rule.removes_markers or rule.transitions or rule.abort
    if not (does_something or rule.later_expiration or rule.later_transitions):
        raise malformed("a Rule needs an action")
    if rule.abort and rule.scope.tags:
        # Found in ali-oss, which refuses it before it asks.
        raise invalid_argument("Tag", next(iter(rule.scope.tags)), "Tag cannot be used with AbortMultipartUpload.")
    _require_order(rule.transitions, rule.expiration, "Days")
    _require_order(rule.later_transitions, rule.later_expiration, "NoncurrentDays")


def _require_order(transitions: Sequence[Transition], expiration: Timing | None, name: str) -> None:
    colder = sorted(transitions, key=lambda step: STORAGE_CLASSES.index(step.storage_class))
    if len({step.storage_class for step in colder}) < len(colder):
        raise invalid_argument("StorageClass", colder[0].storage_class, "A StorageClass is named twice in a Rule.")
    counted = [*_days(step.timing for step in colder), *_days([expiration] if expiration else [])]
    for earlier, later in pairwise(counted):
        if later <= earlier:
            raise invalid_argument(name, str(later), "A later step of a Rule must have more days than an earlier one.")


def _days(timings: Iterable[Timing]) -> list[int]:
    return [timing.days for timing in timings if timing.days is not None]
