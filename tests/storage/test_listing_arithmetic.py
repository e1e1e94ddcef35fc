"""The page of a listing against its plain definition, over keys in memory; and what a page costs."""

from bisect import bisect_left
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support_storage import Page, plain_listing

from pixoss.storage.listing import Selection, successor, walk
from pixoss.storage.rows import Row

TEXT = st.text(alphabet="ab/é\x00.\U0010ffff\uffff", max_size=5)
NAMES = st.text(alphabet="ab/é\x00.\U0010ffff\uffff", min_size=1, max_size=6)


class Keys:
    """Sorted keys that count how many of them were read and how often they were sought."""

    def __init__(self, keys: set[str], prefix: str) -> None:
        end = successor(prefix.encode())
        self.keys = sorted(key.encode() for key in keys if end is None or key.encode() < end)
        self.read = self.sought = 0

    def scan(self, start: bytes) -> Iterator[Row]:
        self.sought += 1
        for key in self.keys[bisect_left(self.keys, start) :]:
            self.read += 1
            yield (key,)


def paged(keys: Keys, prefix: str, delimiter: str, after: str, limit: int) -> Page:
    chosen = Selection(prefix.encode(), delimiter.encode(), after.encode())
    items: list[Row | bytes] = []
    for item in walk(keys.scan, chosen):
        items.append(item)
        if len(items) > limit:
            break
    page = items[:limit]
    names = [(item if isinstance(item, bytes) else item[0]).decode() for item in page]
    entries = [name for name, item in zip(names, page, strict=True) if not isinstance(item, bytes)]
    prefixes = [name for name, item in zip(names, page, strict=True) if isinstance(item, bytes)]
    return entries, prefixes, names[-1] if names and len(items) > limit else None


@given(keys=st.sets(NAMES, max_size=15), prefix=TEXT, delimiter=TEXT, after=TEXT, limit=st.integers(1, 6))
@example(keys={"a/b", "a/c", "a0"}, prefix="", delimiter="/", after="a/", limit=5)
@example(keys={"a/b", "a/c", "a0"}, prefix="", delimiter="/", after="a/b", limit=5)
@example(keys={"a/b", "a/c"}, prefix="a/", delimiter="/", after="a/b", limit=5)
@example(keys={"a/b", "b"}, prefix="", delimiter="/", after="a", limit=1)
@example(keys={"\U0010ffff", "\U0010ffffa"}, prefix="\U0010ffff", delimiter="a", after="", limit=5)
@example(keys={"\uffff", "\U0010ffff"}, prefix="", delimiter="", after="\uffff", limit=5)
@settings(max_examples=600, deadline=None)
def test_a_page_is_what_the_definition_says(
    keys: set[str], prefix: str, delimiter: str, after: str, limit: int
) -> None:
    expected = plain_listing(keys, prefix, delimiter, after, limit)
    assert paged(Keys(keys, prefix), prefix, delimiter, after, limit) == expected


def test_a_page_costs_what_it_shows_however_much_lies_in_its_common_prefixes() -> None:
    keys = Keys({f"folder{one}/{other:05}" for one in range(5) for other in range(2000)}, "")
    entries, prefixes, marker = paged(keys, "", "/", "", 3)
    assert (entries, prefixes, marker) == ([], ["folder0/", "folder1/", "folder2/"], "folder2/")
    assert (keys.read, keys.sought) == (4, 4)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        (b"a", b"b"),
        (b"a/", b"a0"),
        (b"a\xff", b"b"),
        (b"a\xff\xff", b"b"),
        (b"\xf4\x8f\xbf\xbf", b"\xf4\x8f\xbf\xc0"),
        (b"", None),
        (b"\xff\xff", None),
    ],
)
def test_the_successor_of_a_prefix(prefix: bytes, expected: bytes | None) -> None:
    assert successor(prefix) == expected


def test_nothing_follows_the_last_possible_common_prefix() -> None:
    chosen = Selection(delimiter=b"\xff", after=b"\xff")
    assert list(walk(lambda start: iter([(start,)]), chosen)) == []
