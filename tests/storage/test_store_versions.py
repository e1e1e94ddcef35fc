"""Earlier versions of objects: what writing and deleting leave behind, and how versions are found and listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_storage import PLAIN, blobs_in, body_of, content, put

from pixoss.storage.base import ENABLED, SUSPENDED, Attributes, Deletion, Named, ObjectInfo
from pixoss.storage.errors import BucketNotEmpty, FileAlreadyExists, IsDeleteMarker, NoSuchKey, NoSuchVersion
from pixoss.storage.filesystem import FilesystemStore
from pixoss.storage.versions import VersionedStore, VersionMarker, new_version_id, next_sequence, sequence_of

pytestmark = pytest.mark.anyio


async def version_of(store: VersionedStore, key: str, version_id: str) -> bytes:
    async with await store.open_object("bucket", key, version_id) as reader:
        return await reader.read()


async def rows(store: VersionedStore) -> list[tuple[str, bool, bool]]:
    """Key, whether it is the latest, whether it is a marker, of every version."""
    found = (await store.list_versions("bucket")).versions
    return [(one.info.key, one.is_latest, one.is_marker) for one in found]


async def enabled(store: VersionedStore, *bodies: bytes, key: str = "k") -> list[ObjectInfo]:
    await store.set_bucket_versioning("bucket", ENABLED)
    return [await put(store, key, body) for body in bodies]


async def test_a_bucket_that_never_kept_versions_has_null_ones(store: VersionedStore) -> None:
    assert (await put(store, "k", b"one")).version_id == "null"
    assert await version_of(store, "k", "null") == b"one"
    assert await rows(store) == [("k", True, False)]
    assert await store.delete_object("bucket", "k", "null") == Deletion("k", "null")
    assert await rows(store) == []


async def test_every_write_is_a_version_and_none_is_lost(store: VersionedStore) -> None:
    await put(store, "k", b"before")
    one, two = await enabled(store, b"one", b"two")
    assert len({"null", one.version_id, two.version_id}) == 3
    assert await body_of(store, "k") == b"two"
    for version_id, body in (("null", b"before"), (one.version_id, b"one"), (two.version_id, b"two")):
        assert await version_of(store, "k", version_id) == body
        assert (await store.head_object("bucket", "k", version_id)).version_id == version_id
    assert await rows(store) == [("k", True, False), ("k", False, False), ("k", False, False)]
    assert [info.key for info in (await store.list_objects("bucket")).entries] == ["k"]


async def test_deleting_lays_a_marker_and_removing_it_brings_the_object_back(store: VersionedStore) -> None:
    (one,) = await enabled(store, b"one")
    marker = await store.delete_object("bucket", "k")
    assert marker.is_marker
    with pytest.raises(NoSuchKey) as hidden:
        await store.head_object("bucket", "k")
    assert hidden.value.marker == marker.version_id
    assert marker.version_id is not None
    with pytest.raises(IsDeleteMarker):
        await store.open_object("bucket", "k", marker.version_id)
    assert await version_of(store, "k", one.version_id) == b"one"
    assert (await store.list_objects("bucket")).entries == ()
    assert await rows(store) == [("k", True, True), ("k", False, False)]
    assert await store.delete_object("bucket", "k", marker.version_id) == Deletion("k", marker.version_id, True)
    assert await body_of(store, "k") == b"one"
    assert (await store.head_object("bucket", "k")).version_id == one.version_id


async def test_a_marker_is_laid_on_nothing_too(store: VersionedStore) -> None:
    await enabled(store)
    assert (await store.delete_object("bucket", "missing")).is_marker
    assert await rows(store) == [("missing", True, True)]


async def test_the_newest_version_that_is_left_takes_the_place_of_a_removed_one(store: VersionedStore) -> None:
    one, two, three = await enabled(store, b"one", b"two", b"three")
    await store.delete_object("bucket", "k", three.version_id)
    assert await body_of(store, "k") == b"two"
    await store.delete_object("bucket", "k", one.version_id)
    assert await body_of(store, "k") == b"two"
    await store.delete_object("bucket", "k", two.version_id)
    with pytest.raises(NoSuchKey) as missing:
        await store.head_object("bucket", "k")
    assert missing.value.marker is None
    assert await rows(store) == []


async def test_a_missing_version_is_told_and_removing_it_does_nothing(store: VersionedStore) -> None:
    await enabled(store, b"one")
    for version_id in ("null", "CAEQ", "x"):
        with pytest.raises(NoSuchVersion):
            await store.head_object("bucket", "k", version_id)
        assert await store.delete_object("bucket", "k", version_id) == Deletion("k")
    assert await body_of(store, "k") == b"one"


async def test_while_suspended_only_the_null_version_is_replaced(store: VersionedStore) -> None:
    (one,) = await enabled(store, b"one")
    await store.set_bucket_versioning("bucket", SUSPENDED)
    assert (await put(store, "k", b"two")).version_id == "null"
    assert (await put(store, "k", b"three")).version_id == "null"
    assert await version_of(store, "k", one.version_id) == b"one"
    assert await rows(store) == [("k", True, False), ("k", False, False)]
    marker = await store.delete_object("bucket", "k")
    assert (marker.version_id, marker.is_marker) == ("null", True)
    assert await rows(store) == [("k", True, True), ("k", False, False)]
    await put(store, "k", b"four")
    assert await rows(store) == [("k", True, False), ("k", False, False)]


async def test_a_null_version_under_others_goes_when_a_new_one_is_written(store: VersionedStore) -> None:
    await put(store, "k", b"null")
    (one,) = await enabled(store, b"one")
    await store.set_bucket_versioning("bucket", SUSPENDED)
    await put(store, "k", b"new null")
    assert await version_of(store, "k", "null") == b"new null"
    assert await version_of(store, "k", one.version_id) == b"one"
    assert len(await rows(store)) == 2


async def test_what_must_not_be_overwritten_may_be_where_versions_are_kept(store: VersionedStore) -> None:
    await put(store, "k", b"one")
    with pytest.raises(FileAlreadyExists):
        await store.put_object("bucket", "k", content(b"two"), PLAIN, overwrite=False)
    await enabled(store)
    await store.put_object("bucket", "k", content(b"two"), PLAIN, overwrite=False)
    upload = await store.create_upload("bucket", "k", PLAIN, overwrite=False)
    await store.put_part("bucket", "k", upload.upload_id, 1, content(b"three"))
    completed = await store.complete_upload("bucket", "k", upload.upload_id, None, overwrite=False)
    assert await version_of(store, "k", completed.version_id) == b"three"
    assert len(await rows(store)) == 3


async def test_attributes_belong_to_a_version(store: VersionedStore) -> None:
    one, two = await enabled(store, b"one", b"two")
    await store.update_attributes("bucket", "k", lambda told: Attributes(acl="private"), one.version_id)
    assert (await store.head_object("bucket", "k")).attributes.acl == "default"
    assert (await store.head_object("bucket", "k", one.version_id)).attributes.acl == "private"
    await store.update_attributes("bucket", "k", lambda told: Attributes(acl="public-read"))
    assert (await store.head_object("bucket", "k", two.version_id)).attributes.acl == "public-read"


async def test_a_version_is_copied_and_the_copy_is_a_version_of_its_own(store: VersionedStore) -> None:
    one, _ = await enabled(store, b"one", b"two")
    async with await store.open_object("bucket", "k", one.version_id) as reader:
        copied = await store.copy_object(reader, "bucket", "k", PLAIN)
    assert copied.version_id not in ("null", one.version_id)
    assert await body_of(store, "k") == b"one"
    assert len(await rows(store)) == 3


async def test_many_are_removed_at_once(store: VersionedStore) -> None:
    (one,) = await enabled(store, b"one")
    await put(store, "other")
    named = [Named("k", one.version_id), Named("other"), Named("missing", "null")]
    removed, laid, nothing = await store.delete_objects("bucket", named)
    assert (removed, nothing) == (Deletion("k", one.version_id), Deletion("missing"))
    assert laid.is_marker
    assert await rows(store) == [("other", True, True), ("other", False, False)]


async def test_what_was_written_meanwhile_stays(store: VersionedStore) -> None:
    old = await put(store, "k", b"old")
    (gone,) = await store.delete_objects("bucket", [Named("k", modified_ms=old.modified_ms + 1)])
    assert gone == Deletion("k")
    (gone,) = await store.delete_objects("bucket", [Named("k", "null", old.modified_ms - 1)])
    assert gone == Deletion("k")
    assert await body_of(store, "k") == b"old"
    (one,) = await enabled(store, b"new")
    (gone,) = await store.delete_objects("bucket", [Named("k", "null", old.modified_ms)])
    assert gone == Deletion("k", "null")
    (gone,) = await store.delete_objects("bucket", [Named("k", modified_ms=one.modified_ms)])
    assert gone.is_marker


async def test_a_bucket_with_versions_or_markers_is_not_empty(store: VersionedStore) -> None:
    await enabled(store)
    marker = await store.delete_object("bucket", "k")
    with pytest.raises(BucketNotEmpty):
        await store.delete_bucket("bucket")
    await store.delete_object("bucket", "k", marker.version_id)
    await store.delete_bucket("bucket")


async def test_removed_versions_leave_no_content_and_kept_ones_survive_a_sweep(root: Path) -> None:
    async with FilesystemStore.open(root, fsync=False) as files:
        await files.create_bucket("bucket")
        one, two, three = await enabled(files, b"one", b"two", b"three")
        await files.delete_object("bucket", "k", two.version_id)
        await files.delete_object("bucket", "k")
        assert len(blobs_in(root)) == 2
    async with FilesystemStore.open(root, fsync=False) as files:
        assert await version_of(files, "k", one.version_id) == b"one"
        assert await version_of(files, "k", three.version_id) == b"three"


async def test_statistics_count_every_version(store: VersionedStore) -> None:
    await put(store, "null", b"12345")
    await enabled(store, b"1", b"22", b"333")
    await store.put_object("bucket", "cold", content(b"4444"), Attributes(storage_class="IA"))
    await store.delete_object("bucket", "k")
    await store.create_upload("bucket", "u", PLAIN)
    found = await store.bucket_statistics("bucket")
    counted = {name: (usage.objects, usage.size) for name, usage in found.usage.items()}
    assert counted == {"Standard": (4, 11), "IA": (1, 4)}
    assert (found.delete_markers, found.uploads) == (1, 1)


# Listing


async def walked(store: VersionedStore, limit: int, prefix: str, delimiter: str) -> list[tuple[str, str]]:
    """Everything that pages of `limit` show: key and version id, or a common prefix and nothing."""
    seen: list[tuple[str, str]] = []
    marker = VersionMarker()
    while True:
        page = await store.list_versions("bucket", prefix=prefix, delimiter=delimiter, after=marker, limit=limit)
        members = [(one.info.key, one.info.version_id) for one in page.versions] + [(p, "") for p in page.prefixes]
        assert 0 < len(members) <= limit or page.next_marker is None
        seen += members
        if page.next_marker is None:
            return seen
        marker = page.next_marker


KEYS = st.sampled_from(["a", "a/b", "a/b/c", "b", "b/", "c"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from(["put", "delete", "drop"]), KEYS), max_size=14),
    limit=st.integers(1, 5),
    prefix=st.sampled_from(["", "a", "a/", "b"]),
    delimiter=st.sampled_from(["", "/"]),
)
async def test_pages_show_every_version_once(
    store: VersionedStore, steps: list[tuple[str, str]], limit: int, prefix: str, delimiter: str
) -> None:
    model = await lived(store, steps)
    seen = await walked(store, limit, prefix, delimiter)
    in_order = [(key, version) for key in sorted(model, key=str.encode) for version in model[key]]
    expected = [rolled_up(member, prefix, delimiter) for member in in_order if member[0].startswith(prefix)]
    assert len(seen) == len(set(seen))
    assert set(seen) == set(expected)
    assert [member for member in seen if member[1]] == [member for member in expected if member[1]]
    await store.delete_objects("bucket", [Named(*member) for member in in_order])


async def lived(store: VersionedStore, steps: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Do the steps in a bucket that keeps versions; what must be there now, the newest first."""
    await store.set_bucket_versioning("bucket", ENABLED)
    model: dict[str, list[str]] = {}
    for step, key in steps:
        kept = model.setdefault(key, [])
        if step == "put":
            kept.insert(0, (await put(store, key)).version_id)
        elif step == "delete":
            kept.insert(0, str((await store.delete_object("bucket", key)).version_id))
        elif kept:
            await store.delete_object("bucket", key, kept.pop(len(kept) // 2))
    return model


def rolled_up(member: tuple[str, str], prefix: str, delimiter: str) -> tuple[str, str]:
    rest = member[0].removeprefix(prefix)
    if delimiter and delimiter in rest:
        return prefix + rest[: rest.index(delimiter) + 1], ""
    return member


async def test_a_page_begins_after_a_version_that_is_gone(store: VersionedStore) -> None:
    one, two, three = await enabled(store, b"one", b"two", b"three")
    await store.delete_object("bucket", "k", two.version_id)
    page = await store.list_versions("bucket", after=VersionMarker("k", two.version_id))
    assert [found.info.version_id for found in page.versions] == [one.version_id]
    page = await store.list_versions("bucket", after=VersionMarker("k", three.version_id))
    assert [(found.info.version_id, found.is_latest) for found in page.versions] == [(one.version_id, False)]
    page = await store.list_versions("bucket", after=VersionMarker("k", "no id of ours"))
    assert page.versions == ()


def test_an_id_tells_where_its_version_stood() -> None:
    sequence = next_sequence(None)
    assert next_sequence(sequence + 10**9) == sequence + 10**9 + 1
    ids = {new_version_id(sequence) for _ in range(10)}
    assert len(ids) == 10
    assert {sequence_of(version_id) for version_id in ids} == {sequence}
    assert {len(version_id) for version_id in ids} == {36}
    assert [sequence_of(text) for text in ("null", "", "CAEQ", "CAEQé", "x" * 36)] == [None] * 5
