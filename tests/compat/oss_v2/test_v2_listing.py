"""Lists of objects with alibabacloud-oss-v2: both versions, page by page, with keys that need escaping."""

from __future__ import annotations

from typing import Any

import alibabacloud_oss_v2 as oss
import pytest

KEYS = sorted(
    [
        "a b+c",
        "dir/%2F",
        "dir/sub/1",
        "dir/sub/2",
        "dir/猫",
        "dir//x",
        "tab\tand\rreturn",
        "&<>\"'",
        "z\x01",
        "猫/",
        "~",
    ],
    key=str.encode,
)
LISTS = {"list_objects": oss.ListObjectsRequest, "list_objects_v2": oss.ListObjectsV2Request}


@pytest.fixture
def filled(clients: dict[str, Any], bucket: str) -> str:
    for key in KEYS:
        clients["sync-v4"].put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=key.encode()))
    return bucket


def paged(client: Any, operation: str, limit: int = 100, **options: Any) -> list[Any]:
    request = LISTS[operation](**options)
    return list(getattr(client, f"{operation}_paginator")(limit=limit).iter_page(request))


def keys_of(pages: list[Any]) -> list[str]:
    return [one.key for page in pages for one in page.contents or []]


def prefixes_of(pages: list[Any]) -> list[str]:
    return [one.prefix for page in pages for one in page.common_prefixes or []]


@pytest.mark.parametrize("limit", [1, 4, 100])
@pytest.mark.parametrize("operation", LISTS)
def test_every_key_once_and_in_order(client: Any, filled: str, operation: str, limit: int) -> None:
    pages = paged(client, operation, limit, bucket=filled)
    assert keys_of(pages) == KEYS
    assert len(pages) == -(-len(KEYS) // limit)
    first = pages[0].contents[0]
    assert (first.size, first.object_type, first.storage_class) == (len(KEYS[0].encode()), "Normal", "Standard")


@pytest.mark.parametrize("limit", [1, 100])
@pytest.mark.parametrize("operation", LISTS)
@pytest.mark.parametrize(
    ("options", "keys", "prefixes"),
    [
        ({"delimiter": "/"}, [key for key in KEYS if "/" not in key], ["dir/", "猫/"]),
        ({"prefix": "dir/", "delimiter": "/"}, ["dir/%2F", "dir/猫"], ["dir//", "dir/sub/"]),
        ({"prefix": "dir/sub/"}, ["dir/sub/1", "dir/sub/2"], []),
        ({"prefix": "nothing"}, [], []),
        ({"prefix": "a b+"}, ["a b+c"], []),
    ],
)
def test_folders(
    client: Any, filled: str, operation: str, options: dict[str, str], keys: list[str], prefixes: list[str], limit: int
) -> None:
    pages = paged(client, operation, limit, bucket=filled, **options)
    assert (keys_of(pages), prefixes_of(pages)) == (keys, prefixes)


def test_markers(client: Any, filled: str) -> None:
    later = KEYS[3:]
    for options in ({"operation": "list_objects", "marker": KEYS[2]}, {"operation": "list_objects_v2"}):
        operation = options.pop("operation")
        options = options or {"start_after": KEYS[2]}
        assert keys_of(paged(client, operation, 3, bucket=filled, **options)) == later


def test_owners_on_demand(client: Any, filled: str) -> None:
    shown = client.list_objects_v2(oss.ListObjectsV2Request(bucket=filled, fetch_owner=True, max_keys=2))
    assert all(one.owner.id for one in shown.contents)
    assert (shown.key_count, shown.is_truncated, shown.max_keys) == (2, True, 2)
    hidden = client.list_objects_v2(oss.ListObjectsV2Request(bucket=filled))
    assert not any(one.owner for one in hidden.contents)
    old = client.list_objects(oss.ListObjectsRequest(bucket=filled, max_keys=2))
    assert all(one.owner.id for one in old.contents)
