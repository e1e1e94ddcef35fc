"""What is to be done with one version of an object, or with one unfinished upload, at one moment: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter

from ...storage.base import ObjectInfo
from ...storage.multipart import UploadInfo
from ...storage.versions import Version
from ..attributes import STORAGE_CLASSES
from .rules import LifecycleRule, Timing, Transition


class Kind(Enum):
    """What is done; the values are the words of the sweep's report."""

    EXPIRE = "expired"
    REMOVE_VERSION = "versions_removed"
    REMOVE_MARKER = "markers_removed"
    TRANSITION = "transitioned"
    ABORT = "uploads_aborted"


@dataclass(frozen=True, slots=True)
class Action:
    """What is to be done; a `storage_class` goes with `TRANSITION` only."""

    kind: Kind
    storage_class: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A version among those of its key: `replaced_ms` is when a newer one came, None for the current one.

    `is_alone` says that no older version is left.
    """

    version: Version
    replaced_ms: int | None = None
    is_alone: bool = True


@dataclass(frozen=True, slots=True)
class Expiry:
    """When (Unix milliseconds) an object will go away, and by which rule."""

    moment_ms: int
    rule_id: str


def expiry_of(rules: Iterable[LifecycleRule], info: ObjectInfo) -> Expiry | None:
    """The first expiration that the enabled rules have for a current object; None where it may stay."""
    meant = ((rule.expiration, rule.id) for rule in _meant(rules, info))
    moments = ((timing.moment(info.modified_ms), name) for timing, name in meant if timing)
    found = [Expiry(moment, name) for moment, name in moments if moment is not None]
    return min(found, key=attrgetter("moment_ms"), default=None)


def _meant(rules: Iterable[LifecycleRule], info: ObjectInfo) -> list[LifecycleRule]:
    return [rule for rule in rules if rule.is_enabled and rule.scope.holds(info.key, info.attributes.tags, info.size)]


def action_for(rules: Iterable[LifecycleRule], standing: Standing, now_ms: int) -> Action | None:
    """What the enabled rules want of a version at `now_ms` (Unix milliseconds); None where they leave it as it is.

    Going away comes before moving, and of several moves the coldest counts.
    """
    info = standing.version.info
    meant = _meant(rules, info)
    if standing.version.is_marker:
        return _for_marker(meant, standing, now_ms)
    if standing.replaced_ms is None:
        ends = (rule.expiration for rule in meant)
        moves, since_ms, kind = _moves(rule.transitions for rule in meant), info.modified_ms, Kind.EXPIRE
    else:
        ends = (rule.later_expiration for rule in meant)
        moves, since_ms = _moves(rule.later_transitions for rule in meant), standing.replaced_ms
        kind = Kind.REMOVE_VERSION
    if any(timing and timing.is_due(since_ms, now_ms) for timing in ends):
        return Action(kind)
    due = (move.storage_class for move in moves if move.timing.is_due(since_ms, now_ms) and not move.by_access)
    target = max(due, key=STORAGE_CLASSES.index, default="Standard")
    is_colder = STORAGE_CLASSES.index(target) > STORAGE_CLASSES.index(info.attributes.storage_class)
    return Action(Kind.TRANSITION, target) if is_colder else None


def _moves(found: Iterable[Sequence[Transition]]) -> Iterator[Transition]:
    return (move for moves in found for move in moves)


def _for_marker(rules: Sequence[LifecycleRule], standing: Standing, now_ms: int) -> Action | None:
    """A delete marker goes when it hides nothing, or when it is an old version itself."""
    if standing.replaced_ms is None:
        is_over = standing.is_alone and any(rule.removes_markers for rule in rules)
    else:
        is_over = any(_is_due(rule.later_expiration, standing.replaced_ms, now_ms) for rule in rules)
    return Action(Kind.REMOVE_MARKER) if is_over else None


def action_for_upload(rules: Iterable[LifecycleRule], upload: UploadInfo, now_ms: int) -> Action | None:
    """Whether the enabled rules want an unfinished upload gone at `now_ms`."""
    is_over = any(
        _is_due(rule.abort, upload.created_ms, now_ms)
        for rule in rules
        if rule.is_enabled and rule.scope.holds(upload.key, upload.attributes.tags)
    )
    return Action(Kind.ABORT) if is_over else None


def _is_due(timing: Timing | None, since_ms: int, now_ms: int) -> bool:
    return timing is not None and timing.is_due(since_ms, now_ms)
