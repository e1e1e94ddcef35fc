"""The plan of the lifecycle rules: rules, one version and a moment in, an action out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from pixoss.server.lifecycle.plan import Action, Kind, Standing, action_for, action_for_upload
from pixoss.server.lifecycle.rules import DAY_MS, LifecycleRule, lifecycle_rules
from pixoss.storage.base import Attributes, ObjectInfo
from pixoss.storage.multipart import UploadInfo
from pixoss.storage.versions import Version

WRITTEN = int(datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp() * 1000)
EXPIRE, REMOVE, UNMARK = (Action(kind) for kind in (Kind.EXPIRE, Kind.REMOVE_VERSION, Kind.REMOVE_MARKER))


def move(storage_class: str) -> Action:
    return Action(Kind.TRANSITION, storage_class)


def rules(*texts: str) -> tuple[LifecycleRule, ...]:
    inner = "".join(f"<Rule><Status>Enabled</Status>{text}</Rule>" for text in texts)
    return lifecycle_rules(fromstring(f"<LifecycleConfiguration>{inner}</LifecycleConfiguration>"))


def expiration(inner: str, more: str = "") -> str:
    return f"{more}<Expiration>{inner}</Expiration>"


def transition(days: int, storage_class: str, more: str = "") -> str:
    return f"<Transition><Days>{days}</Days><StorageClass>{storage_class}</StorageClass>{more}</Transition>"


def later(days: int, storage_class: str = "") -> str:
    days_text = f"<NoncurrentDays>{days}</NoncurrentDays>"
    if not storage_class:
        return f"<NoncurrentVersionExpiration>{days_text}</NoncurrentVersionExpiration>"
    return (
        f"<NoncurrentVersionTransition>{days_text}<StorageClass>{storage_class}</StorageClass>"
        "</NoncurrentVersionTransition>"
    )


def version(key: str = "a", *, size: int = 10, is_marker: bool = False, **attributes: Any) -> Version:
    info = ObjectInfo("bucket", key, size, "", 0, WRITTEN, attributes=Attributes(**attributes))
    return Version(info, is_latest=True, is_marker=is_marker)


DAYS_5 = expiration("<Days>5</Days>")


@pytest.mark.parametrize(
    ("texts", "days", "wanted"),
    [
        ([DAYS_5], 4.999, None),
        ([DAYS_5], 5, EXPIRE),
        ([expiration("<CreatedBeforeDate>2026-05-01T00:00:00.000Z</CreatedBeforeDate>")], 900, None),
        ([expiration("<CreatedBeforeDate>2026-05-02T00:00:00.000Z</CreatedBeforeDate>")], 0, EXPIRE),
        ([expiration("<Date>2026-05-03T00:00:00Z</Date>")], 1, None),
        ([expiration("<Date>2026-05-03T00:00:00Z</Date>")], 2, EXPIRE),
        ([transition(1, "IA") + transition(2, "Archive")], 0.5, None),
        ([transition(1, "IA") + transition(2, "Archive")], 1, move("IA")),
        ([transition(1, "IA") + transition(2, "Archive")], 2, move("Archive")),
        ([transition(1, "Archive"), transition(1, "IA")], 2, move("Archive")),
        ([transition(1, "IA"), DAYS_5], 5, EXPIRE),
        ([transition(1, "IA", "<IsAccessTime>true</IsAccessTime>")], 100, None),
        ([later(1)], 100, None),
        ([expiration("<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>")], 100, None),
    ],
)
def test_a_current_object(texts: list[str], days: float, wanted: Action | None) -> None:
    assert action_for(rules(*texts), Standing(version()), WRITTEN + int(days * DAY_MS)) == wanted


@pytest.mark.parametrize(
    ("storage_class", "wanted"), [("Standard", move("Archive")), ("Archive", None), ("ColdArchive", None)]
)
def test_an_object_moves_to_colder_classes_only(storage_class: str, wanted: Action | None) -> None:
    standing = Standing(version(storage_class=storage_class))
    assert action_for(rules(transition(1, "Archive")), standing, WRITTEN + 2 * DAY_MS) == wanted


TAG = "<Tag><Key>k</Key><Value>v</Value></Tag>"


@pytest.mark.parametrize(
    ("condition", "meant", "spared"),
    [
        ("<Prefix>logs/</Prefix>", version("logs/a"), version("log")),
        ("<Prefix></Prefix>", version("logs/a"), None),
        (TAG, version(tags={"k": "v", "l": "w"}), version(tags={"k": "w"})),
        (TAG, version(tags={"k": "v"}), version()),
        ("<Filter><Not><Prefix>a/b</Prefix></Not></Filter><Prefix>a</Prefix>", version("a/a"), version("a/b/c")),
        (f"<Filter><Not>{TAG}</Not></Filter>", version(tags={"k": "w"}), version(tags={"k": "v"})),
        (
            f"<Filter><Not><Prefix>a</Prefix>{TAG}</Not></Filter>",
            version("a", tags={"k": "w"}),
            version("a", tags={"k": "v"}),
        ),
        ("<Filter><ObjectSizeGreaterThan>10</ObjectSizeGreaterThan></Filter>", version(size=11), version(size=10)),
        ("<Filter><ObjectSizeLessThan>10</ObjectSizeLessThan></Filter>", version(size=9), version(size=10)),
    ],
)
def test_which_objects_are_meant(condition: str, meant: Version, spared: Version | None) -> None:
    wanted = rules(condition + DAYS_5)
    assert action_for(wanted, Standing(meant), WRITTEN + 9 * DAY_MS) == EXPIRE
    if spared:
        assert action_for(wanted, Standing(spared), WRITTEN + 9 * DAY_MS) is None


@pytest.mark.parametrize(
    ("texts", "days", "wanted"),
    [
        # A version that is no longer current counts from when it was replaced, here three days after it was written.
        ([later(5)], 7.999, None),
        ([later(5)], 8, REMOVE),
        ([later(1, "IA")], 3, None),
        ([later(1, "IA")], 4, move("IA")),
        ([later(1, "IA") + later(5)], 8, REMOVE),
        ([DAYS_5], 100, None),
    ],
)
def test_an_old_version(texts: list[str], days: float, wanted: Action | None) -> None:
    standing = Standing(version(), replaced_ms=WRITTEN + 3 * DAY_MS)
    assert action_for(rules(*texts), standing, WRITTEN + int(days * DAY_MS)) == wanted


UNMARKING = expiration("<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>")


@pytest.mark.parametrize(
    ("texts", "replaced_ms", "is_alone", "wanted"),
    [
        ([UNMARKING], None, True, UNMARK),
        ([UNMARKING], None, False, None),
        ([DAYS_5], None, True, None),
        ([later(5)], WRITTEN, True, UNMARK),
        ([later(5)], WRITTEN + 99 * DAY_MS, True, None),
    ],
)
def test_a_delete_marker(texts: list[str], replaced_ms: int | None, is_alone: bool, wanted: Action | None) -> None:
    standing = Standing(version(is_marker=True), replaced_ms, is_alone)
    assert action_for(rules(*texts), standing, WRITTEN + 9 * DAY_MS) == wanted


def test_an_unfinished_upload() -> None:
    upload = UploadInfo("bucket", "a/b", "ID", WRITTEN, Attributes())
    wanted = rules("<Prefix>a/</Prefix><AbortMultipartUpload><Days>2</Days></AbortMultipartUpload>", DAYS_5)
    assert action_for_upload(wanted, upload, WRITTEN + DAY_MS) is None
    assert action_for_upload(wanted, upload, WRITTEN + 2 * DAY_MS) == Action(Kind.ABORT)
