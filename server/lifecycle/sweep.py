"""The sweep: every bucket's rules carried out once, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ...storage.base import Attributes, Named
from ...storage.errors import NoSuchBucket, NoSuchKey, NoSuchUpload, NoSuchVersion
from ...storage.multipart import FROM_THE_START, UploadInfo, UploadMarker
from ...storage.versions import FROM_THE_NEWEST, Version, VersionedStore, VersionMarker
from ..rules import documents
from . import rules
from .plan import Action, Kind, Standing, action_for, action_for_upload
from .rules import LifecycleRule

PAGE = 1000

Report = Mapping[str, Mapping[str, int]]
"""By bucket, how often each kind of action was done; buckets without rules are left out."""

_REMOVING = frozenset({Kind.EXPIRE, Kind.REMOVE_VERSION, Kind.REMOVE_MARKER})


async def sweep(store: VersionedStore, now_ms: int) -> Report:
    """Do in all buckets what their rules want done at `now_ms` (Unix milliseconds).

    A page of a listing is planned at once and then carried out, so memory does not grow with the bucket. What was
    changed meanwhile by others is left to the next sweep, and a bucket that is gone to nobody.
    """
    report = {}
    async for bucket in _buckets(store):
        try:
            document = await documents.find(store, bucket, rules.KIND)
            if document is not None:
                report[bucket] = await sweep_bucket(store, bucket, rules.read(document), now_ms)
        except NoSuchBucket:
            continue
    return report


async def sweep_bucket(
    store: VersionedStore, bucket: str, wanted: Sequence[LifecycleRule], now_ms: int
) -> Mapping[str, int]:
    """Do in one bucket what `wanted` asks for at `now_ms`; how often each kind of action was done."""
    done: Counter[Kind] = Counter()
    batch: list[tuple[Version, Action]] = []
    async for standing in _standings(store, bucket):
        if action := action_for(wanted, standing, now_ms):
            batch.append((standing.version, action))
        if len(batch) >= PAGE:
            done += await _carry_out(store, bucket, batch)
            batch.clear()
    done += await _carry_out(store, bucket, batch)
    async for upload in _uploads(store, bucket):
        if action_for_upload(wanted, upload, now_ms):
            done[Kind.ABORT] += await _abort(store, upload)
    return {kind.value: done[kind] for kind in Kind}


async def _buckets(store: VersionedStore) -> AsyncIterator[str]:
    after: str | None = ""
    while after is not None:
        page = await store.list_buckets(after=after, limit=PAGE)
        for bucket in page.buckets:
            yield bucket.name
        after = page.next_marker


async def _standings(store: VersionedStore, bucket: str) -> AsyncIterator[Standing]:
    """Every version with what is known from its neighbours: the newer one stands before it, the older behind."""
    newer: Version | None = None
    held: Version | None = None
    async for version in _versions(store, bucket):
        if held is not None:
            yield _standing(newer, held, version)
        newer, held = held, version
    if held is not None:
        yield _standing(newer, held, None)


def _standing(newer: Version | None, held: Version, older: Version | None) -> Standing:
    key = held.info.key
    replaced_ms = newer.info.modified_ms if newer and newer.info.key == key else None
    return Standing(held, replaced_ms, is_alone=older is None or older.info.key != key)


async def _versions(store: VersionedStore, bucket: str) -> AsyncIterator[Version]:
    after: VersionMarker | None = FROM_THE_NEWEST
    while after is not None:
        page = await store.list_versions(bucket, after=after, limit=PAGE)
        for version in page.versions:
            yield version
        after = page.next_marker


async def _uploads(store: VersionedStore, bucket: str) -> AsyncIterator[UploadInfo]:
    after: UploadMarker | None = FROM_THE_START
    while after is not None:
        page = await store.list_uploads(bucket, after=after, limit=PAGE)
        for upload in page.uploads:
            yield upload
        after = page.next_marker


async def _carry_out(store: VersionedStore, bucket: str, batch: Sequence[tuple[Version, Action]]) -> Counter[Kind]:
    removed = [(version, action) for version, action in batch if action.kind in _REMOVING]
    # The current state of a key goes without naming its version: where versions are kept it leaves a marker.
    named = [
        Named(info.key, None if action.kind is Kind.EXPIRE else info.version_id, info.modified_ms)
        for info, action in ((version.info, action) for version, action in removed)
    ]
    gone = await store.delete_objects(bucket, named) if named else ()
    done = Counter(action.kind for (_, action), deletion in zip(removed, gone, strict=True) if deletion.version_id)
    for version, action in batch:
        if action.kind is Kind.TRANSITION:
            done[Kind.TRANSITION] += await _move(store, version, action.storage_class)
    return done


async def _move(store: VersionedStore, version: Version, storage_class: str) -> int:
    """Move a version to another storage class; how many were moved, 0 where it is gone meanwhile."""
    info = version.info
    version_id = None if version.is_latest else info.version_id
    try:
        await store.update_attributes(info.bucket, info.key, partial(_moved, storage_class), version_id)
    except (NoSuchKey, NoSuchVersion):
        return 0
    return 1


def _moved(storage_class: str, attributes: Attributes) -> Attributes:
    # A restored copy of an archived object is one of its old class.
    return replace(attributes, storage_class=storage_class, restored_from_ms=None, restored_until_ms=None)


async def _abort(store: VersionedStore, upload: UploadInfo) -> int:
    try:
        await store.abort_upload(upload.bucket, upload.key, upload.upload_id)
    except NoSuchUpload:
        return 0
    return 1
