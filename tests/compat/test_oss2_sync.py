"""A folder kept the same here and there, as `ossutil sync` does it, written with oss2 as it is."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import oss2
from live_server import Server
from support_oss2 import AUTHS, connector

FILES = {
    "index.html": b"<html>",
    "css/a b+c.css": b"a{}",
    "图片/猫.jpg": bytes(range(256)),
    "empty": b"",
    "deep/er/and/deeper/file.bin": bytes(range(256)) * 2000,
}
THRESHOLD = 200 * 1024


def up(bucket: oss2.Bucket, folder: Path, prefix: str) -> tuple[list[str], list[str]]:
    """Send what is new or changed and delete what is no longer here; the keys sent and the keys deleted."""
    there = {found.key: found for found in oss2.ObjectIteratorV2(bucket, prefix=prefix, max_keys=2)}
    here = {prefix + path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    changed = [key for key in here if key not in there or not same(bucket, key, here[key])]
    for key in changed:
        oss2.resumable_upload(
            bucket,
            key,
            str(here[key]),
            store=oss2.ResumableStore(str(folder.parent)),
            multipart_threshold=THRESHOLD,
            part_size=THRESHOLD,
            headers={"x-oss-meta-md5": md5(here[key])},
        )
    gone = sorted(there.keys() - here.keys())
    if gone:
        bucket.batch_delete_objects(gone)
    return sorted(changed), gone


def down(bucket: oss2.Bucket, folder: Path, prefix: str) -> None:
    for found in oss2.ObjectIterator(bucket, prefix=prefix, max_keys=2):
        path = folder / found.key.removeprefix(prefix)
        path.parent.mkdir(parents=True, exist_ok=True)
        store = oss2.ResumableDownloadStore(str(folder.parent))
        oss2.resumable_download(
            bucket, found.key, str(path), multiget_threshold=THRESHOLD, part_size=THRESHOLD, store=store
        )


def md5(path: Path) -> str:
    return base64.b64encode(hashlib.md5(path.read_bytes()).digest()).decode()


def same(bucket: oss2.Bucket, key: str, path: Path) -> bool:
    head = bucket.head_object(key)
    return head.content_length == path.stat().st_size and head.headers["x-oss-meta-md5"] == md5(path)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_sync(server: Server, names: tuple[str, str], tmp_path: Path) -> None:
    bucket = connector(server, AUTHS["V4"]())(names[0])
    bucket.create_bucket()
    source, back = tmp_path / "source", tmp_path / "back"
    for name, content in FILES.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    bucket.put_object("other/stays", "x")
    assert up(bucket, source, "site/") == (sorted(f"site/{name}" for name in FILES), [])
    assert up(bucket, source, "site/") == ([], [])
    down(bucket, back, "site/")
    assert contents(back) == FILES
    (source / "index.html").write_bytes(b"<HTML>")
    (source / "empty").unlink()
    assert up(bucket, source, "site/") == (["site/index.html"], ["site/empty"])
    down(bucket, back, "site/")
    assert contents(back)["index.html"] == b"<HTML>"
    assert bucket.object_exists("other/stays")
