"""ListObjects as every store has to answer it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_storage import Page, plain_listing, put

from pixoss.storage.base import Named
from pixoss.storage.store import ObjectStore

pytestmark = pytest.mark.anyio

TREE = ["a", "a/", "a/1", "a/2/x", "a0", "b/1", "b/2", "c--1", "c--2", "é/1", "é2", "\U0010ffff/z"]


async def page_of(store: ObjectStore, **chosen: object) -> Page:
    listing = await store.list_objects("bucket", **chosen)
    assert listing.is_truncated is (listing.next_marker is not None)
    return [info.key for info in listing.entries], list(listing.prefixes), listing.next_marker


CASES: list[tuple[dict[str, object], Page]] = [
    ({}, (TREE, [], None)),
    ({"prefix": "a/"}, (["a/", "a/1", "a/2/x"], [], None)),
    ({"prefix": "a/", "delimiter": "/"}, (["a/", "a/1"], ["a/2/"], None)),
    ({"delimiter": "/"}, (["a", "a0", "c--1", "c--2", "é2"], ["a/", "b/", "é/", "\U0010ffff/"], None)),
    ({"delimiter": "--", "prefix": "c"}, ([], ["c--"], None)),
    ({"delimiter": "/", "limit": 2}, (["a"], ["a/"], "a/")),
    ({"delimiter": "/", "limit": 2, "after": "a/"}, (["a0"], ["b/"], "b/")),
    ({"delimiter": "/", "limit": 2, "after": "a/1"}, (["a0"], ["b/"], "b/")),
    ({"delimiter": "/", "after": "c--2"}, (["é2"], ["é/", "\U0010ffff/"], None)),
    ({"delimiter": "/", "after": "\U0010ffff/"}, ([], [], None)),
    ({"after": "a/"}, (TREE[2:], [], None)),
    ({"prefix": "b/", "after": "a"}, (["b/1", "b/2"], [], None)),
    ({"prefix": "b/", "after": "c"}, ([], [], None)),
    ({"prefix": "\U0010ffff"}, (["\U0010ffff/z"], [], None)),
    ({"prefix": "nothing"}, ([], [], None)),
    ({"limit": 12}, (TREE, [], None)),
    ({"limit": 11}, (TREE[:11], [], "é2")),
    ({"limit": 0}, ([], [], None)),
]


@pytest.mark.parametrize("number", range(len(CASES)))
async def test_a_page_of_a_tree(store: ObjectStore, number: int) -> None:
    chosen, expected = CASES[number]
    for key in reversed(TREE):
        await put(store, key)
    assert await page_of(store, **chosen) == expected


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize("delimiter", ["", "/", "--"])
async def test_pages_put_together_are_the_whole(store: ObjectStore, limit: int, delimiter: str) -> None:
    for key in TREE:
        await put(store, key)
    entries, prefixes, marker = [], [], ""
    for _ in range(len(TREE)):
        page = await page_of(store, delimiter=delimiter, after=marker, limit=limit)
        entries += page[0]
        prefixes += page[1]
        if page[2] is None:
            break
        marker = page[2]
    assert (entries, prefixes, None) == plain_listing(TREE, "", delimiter, "", 1000)


async def test_an_entry_is_the_whole_object(store: ObjectStore) -> None:
    info = await put(store, "k")
    assert (await store.list_objects("bucket")).entries == (info,)


TEXT = st.text(alphabet="ab/é\x00\U0010ffff", max_size=4)


@given(
    keys=st.sets(st.text(alphabet="ab/é\x00\U0010ffff", min_size=1, max_size=5), max_size=8),
    questions=st.lists(st.tuples(TEXT, TEXT, TEXT, st.integers(1, 5)), min_size=1, max_size=8),
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_page_is_what_the_definition_says(
    store: ObjectStore, keys: set[str], questions: list[tuple[str, str, str, int]]
) -> None:
    for key in keys:
        await put(store, key)
    for prefix, delimiter, after, limit in questions:
        got = await page_of(store, prefix=prefix, delimiter=delimiter, after=after, limit=limit)
        assert got == plain_listing(keys, prefix, delimiter, after, limit)
    await store.delete_objects("bucket", [Named(key) for key in keys])
