"""What a page of a listing costs in the filesystem store: what it shows, however much the bucket holds."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from support_storage import PLAIN, put

from pixoss.storage.base import ENABLED
from pixoss.storage.filesystem import FilesystemStore
from pixoss.storage.versions import VersionMarker

pytestmark = pytest.mark.anyio


@pytest.fixture
async def versioned(files: FilesystemStore) -> AsyncIterator[FilesystemStore]:
    await files.set_bucket_versioning("bucket", ENABLED)
    for number in range(30):
        await put(files, f"{number % 3}/{number % 10}", b"%d" % number)
    await files.delete_object("bucket", "1/1")
    yield files


PAGES = [("", "", ""), ("1", "", ""), ("", "/", ""), ("1/", "/", "1/0"), ("", "", "1/0"), ("", "/", "0/")]


@pytest.mark.parametrize(("prefix", "delimiter", "after"), PAGES)
async def test_every_statement_of_a_listing_seeks_by_a_key_and_sorts_nothing(
    versioned: FilesystemStore, prefix: str, delimiter: str, after: str
) -> None:
    lister = versioned._index._lister
    statements: list[str] = []
    (newest, *_) = (await versioned.list_versions("bucket", prefix="1/0")).versions
    lister.set_trace_callback(statements.append)
    await versioned.list_objects("bucket", prefix=prefix, delimiter=delimiter, after=after, limit=5)
    for version_id in ("", newest.info.version_id):
        marker = VersionMarker(after, version_id if after else "")
        await versioned.list_versions("bucket", prefix=prefix, delimiter=delimiter, after=marker, limit=5)
    lister.set_trace_callback(None)
    selects = [statement for statement in statements if statement.startswith("SELECT")]
    assert any("UNION ALL" in statement for statement in selects)
    for statement in selects:
        steps = [step for *_, step in lister.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert not [step for step in steps if "SCAN" in step or "TEMP B-TREE" in step], statement


async def test_attributes_that_an_earlier_version_wrote_whole_read_back(files: FilesystemStore, root: Path) -> None:
    await put(files, "k")
    with closing(sqlite3.connect(root / "index.sqlite3")) as db, db:
        ((written,),) = db.execute("SELECT attributes FROM objects").fetchall()
        db.execute("UPDATE objects SET attributes = ?", (json.dumps(vars(PLAIN)),))
    assert json.loads(written) == {"acl": "default", "storage_class": "Standard"}
    assert (await files.head_object("bucket", "k")).attributes == PLAIN
    assert (await files.list_objects("bucket")).entries[0].attributes == PLAIN
