"""One page of 1,000 in the middle of a bucket of 1,000,000 objects, beside the same page of a bucket of 10,000.

Both buckets stand in one data folder, written straight into its index by the storage room's own statements. A listing
reads no content, so the objects have none: all their rows name one blob that is not there. Each fifth key has an
earlier version beneath, each second one metadata of its own. Both buckets have the same 2,000 folders, so the same
common prefixes; only the folders differ in size.
"""

from __future__ import annotations

import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree

from live_server import Server, running

from pixoss.storage.base import ENABLED, Attributes, BucketInfo, ObjectInfo
from pixoss.storage.folder import open_folder
from pixoss.storage.history import switch_object
from pixoss.storage.index import Connection
from pixoss.storage.rows import StoredObject

from .measure import Load, load, median, spread

SIZES = {"ten-thousand": 10_000, "million": 1_000_000}
FOLDERS = 2_000
FOLDERS_AT_ONCE = 100
PAGE = 1_000
REQUESTS = 24
BOUND = 1.5
MILLI = 1e-3
NO_BLOB = "0" * 32

_MIDDLE = f"{FOLDERS // 2:04}/"
_FIRST_QUARTER = f"{FOLDERS // 4:04}/"
_KEY = f"{_MIDDLE}000000.jpg"
_PAGES = {
    "prefix": "prefix=1",
    "delimiter": f"delimiter=/&marker={_FIRST_QUARTER}",
    "prefix and delimiter": "prefix=1&delimiter=/",
    "marker": f"marker={_MIDDLE}",
    "marker, encoding-type=url": f"encoding-type=url&marker={_MIDDLE}",
    "continuation token": "list-type=2&continuation-token={token}",
    "versions, key-marker": f"versions&key-marker={_MIDDLE}",
    "versions, version-id-marker": f"versions&key-marker={_KEY}&version-id-marker={{version}}",
    "versions, delimiter": f"versions&delimiter=/&key-marker={_FIRST_QUARTER}",
}


def run(rounds: int) -> None:
    """Print CPU and wall time of each page in both buckets and their ratios, which the issue bounds at 1.5."""
    print(f"\nlisting: pages of {PAGE}, ms per request, median [min-max]")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        print(f"  {SIZES} objects written in {_build(data):.0f} s")
        with running(data, "--no-fsync") as server:
            largest = max(_compare(server, name, page, rounds) for name, page in _PAGES.items())
    print(f"  largest ratio {largest:.2f}, to be below {BOUND}")


def _build(data: Path) -> float:
    started = time.perf_counter()
    with ExitStack() as opened:
        index, _ = open_folder(data, fsync=False, opened=opened)
        for name, size in SIZES.items():
            bucket = BucketInfo(name, 0, acl="public-read", versioning=ENABLED)
            index.insert_bucket(bucket)
            for first in range(0, FOLDERS, FOLDERS_AT_ONCE):
                with index.transaction() as db:
                    for folder in range(first, first + FOLDERS_AT_ONCE):
                        _fill(db, bucket, folder, size // FOLDERS)
    return time.perf_counter() - started


def _fill(db: Connection, bucket: BucketInfo, folder: int, objects: int) -> None:
    for number in range(objects):
        told = {"mtime": f"{folder}.{number:06}"} if number % 2 else {}
        attributes = Attributes(content_type="image/jpeg", user_metadata=told)
        key, etag = f"{folder:04}/{number:06}.jpg", f"{number:032X}"
        info = ObjectInfo(bucket.name, key, number, etag, number, modified_ms=0, attributes=attributes)
        for _ in range(1 if number % 5 else 2):
            switch_object(db, bucket, StoredObject(info, NO_BLOB), overwrite=True)


def _compare(server: Server, name: str, page: str, rounds: int) -> float:
    """The ratio of the median CPU times of a page."""
    targets = {bucket: _target(server, bucket, page) for bucket in SIZES}
    loads: dict[str, list[Load]] = {bucket: [] for bucket in SIZES}
    for _ in range(rounds):
        for bucket, target in targets.items():
            loads[bucket].append(load(server.process.pid, server.port, target, REQUESTS, 1))
    print(f"  {name}")
    for bucket, found in loads.items():
        cpu, wall = [one.cpu for one in found], [one.wall for one in found]
        print(f"    {SIZES[bucket]:>9,}  CPU {spread(cpu, MILLI)}   wall {spread(wall, MILLI)}")
    few, many = (loads[bucket] for bucket in SIZES)
    cpu_ratio = median([one.cpu for one in many]) / median([one.cpu for one in few])
    wall_ratio = median([one.wall for one in many]) / median([one.wall for one in few])
    print(f"    {'ratio':>9}  CPU {cpu_ratio:8.2f}   wall {wall_ratio:.2f}")
    return max(cpu_ratio, wall_ratio)


def _target(server: Server, bucket: str, page: str) -> str:
    """The page's path and query, with what only the server can tell filled in."""
    token = _asked(server, f"/{bucket}/?list-type=2&max-keys=1&start-after={_MIDDLE}", "NextContinuationToken")
    version = _asked(server, f"/{bucket}/?versions&prefix={_KEY}", "VersionId")
    return f"/{bucket}/?max-keys={PAGE}&{page.format(token=token, version=version)}"


def _asked(server: Server, target: str, element: str) -> str:
    """The text of an element of the answer to a target."""
    with urllib.request.urlopen(f"{server.endpoint}{target}") as answer:
        found = ElementTree.parse(answer).find(f".//{element}")
    assert found is not None and found.text, f"no {element} at {target}"
    return found.text
