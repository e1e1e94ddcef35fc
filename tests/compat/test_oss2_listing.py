"""Lists of objects with oss2 as it is: both versions, their iterators, and keys that need care."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import oss2
import pytest

# Not among them: "." and "..", which urllib3 takes out of the path before it is sent.
ODD_KEYS = [
    "\x01control\x1f",
    " leading and trailing ",
    "%41%2F",
    "+a+b",
    "-",
    "..//../x",
    "a b+c%20d&e=f?g#h",
    "a//b",
    "a/./b",
    "a\tb\nc\rd",
    "back\\slash",
    "quote\"'`<>&amp;",
    "~!@$^*()_{}|[];:,",
    "\x7f",
    "é",
    "图/片.jpg",
    "\uffee",
    "😀",
]
ODD_KEYS.sort(key=lambda key: key.encode())  # the order of OSS
TREE = ["a", "dir/1", "dir/2", "dir/sub/1", "dir/sub/2", "dir2/1", "z"]

Keys = Callable[..., Iterable[Any]]
ITERATORS = pytest.mark.parametrize("iterator", [oss2.ObjectIterator, oss2.ObjectIteratorV2], ids=["V1", "V2"])


@pytest.fixture
def tree(bucket: oss2.Bucket) -> oss2.Bucket:
    for key in TREE:
        bucket.put_object(key, key)
    return bucket


@ITERATORS
def test_odd_keys(bucket: oss2.Bucket, iterator: Keys) -> None:
    for key in ODD_KEYS:
        bucket.put_object(key, key.encode())
    for page in (1, 7, 1000):
        assert [found.key for found in iterator(bucket, max_keys=page)] == ODD_KEYS
    for key in ODD_KEYS:
        assert bucket.get_object(key).read() == key.encode()
        assert bucket.head_object(key).content_length == len(key.encode())
        assert [found.key for found in iterator(bucket, prefix=key)] == [key]
        assert bucket.copy_object(bucket.bucket_name, key, f"copies/{key}").status == 200
        assert bucket.get_object(f"copies/{key}").read() == key.encode()
        bucket.delete_object(key)
    assert [found.key for found in iterator(bucket)] == [f"copies/{key}" for key in ODD_KEYS]


@ITERATORS
@pytest.mark.parametrize("page", [1, 2, 1000])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, TREE),
        ({"prefix": "dir"}, TREE[1:6]),
        ({"delimiter": "/"}, ["a", "dir/", "dir2/", "z"]),
        ({"prefix": "dir/", "delimiter": "/"}, ["dir/1", "dir/2", "dir/sub/"]),
        ({"delimiter": "r/s"}, ["a", "dir/1", "dir/2", "dir/s", "dir2/1", "z"]),
        ({"delimiter": "1"}, ["a", "dir/1", "dir/2", "dir/sub/1", "dir/sub/2", "dir2/1", "z"]),
        ({"prefix": "nothing"}, []),
    ],
)
def test_pages(tree: oss2.Bucket, iterator: Keys, page: int, options: dict[str, str], expected: list[str]) -> None:
    found = list(iterator(tree, max_keys=page, **options))
    assert [one.key for one in found] == expected
    prefixes = [one.key for one in found if one.is_prefix()]
    assert prefixes == [key for key in expected if options.get("delimiter") and key.endswith(options["delimiter"])]


def test_a_page_of_the_first_version(tree: oss2.Bucket) -> None:
    page = tree.list_objects(prefix="dir", delimiter="/", max_keys=1)
    assert (page.is_truncated, page.next_marker, page.prefix_list) == (True, "dir/", ["dir/"])
    page = tree.list_objects(prefix="dir", marker="dir/sub/1", max_keys=2)
    assert ([found.key for found in page.object_list], page.is_truncated) == (["dir/sub/2", "dir2/1"], False)
    one = tree.list_objects(max_keys=1).object_list[0]
    head = tree.head_object("a")
    assert (one.key, one.size, one.etag, one.type) == ("a", 1, head.etag, "Normal")
    assert (one.storage_class, one.last_modified, bool(one.owner.id)) == ("Standard", head.last_modified, True)


def test_a_page_of_the_second_version(tree: oss2.Bucket) -> None:
    page = tree.list_objects_v2(start_after="dir/2", max_keys=2)
    assert [found.key for found in page.object_list] == ["dir/sub/1", "dir/sub/2"]
    assert page.object_list[0].owner is None
    following = tree.list_objects_v2(continuation_token=page.next_continuation_token, start_after="a", fetch_owner=True)
    assert [found.key for found in following.object_list] == ["dir2/1", "z"]
    assert following.object_list[0].owner.id
    assert not following.is_truncated


@pytest.mark.parametrize("number", [0, 1001, -1])
def test_pages_of_a_bad_size(tree: oss2.Bucket, number: int) -> None:
    for call in (tree.list_objects, tree.list_objects_v2, tree.list_object_versions):
        with pytest.raises(oss2.exceptions.InvalidArgument) as caught:
            call(max_keys=number)
        assert (caught.value.name, caught.value.value) == ("max-keys", str(number))


@pytest.mark.parametrize("key", ["/leading", "\\leading", "x" * 1024, "图" * 342])
def test_names_that_are_none(bucket: oss2.Bucket, key: str) -> None:
    with pytest.raises(oss2.exceptions.InvalidObjectName):
        bucket.put_object(key, b"x")


def test_the_longest_name(bucket: oss2.Bucket) -> None:
    key = "图" * 341
    bucket.put_object(key, b"x")
    assert [found.key for found in oss2.ObjectIterator(bucket)] == [key]
