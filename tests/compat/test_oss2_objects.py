"""Objects with oss2 as it is: writing, reading, conditions, appending, copying, deleting."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import oss2
import pytest

CONTENT = bytes(range(256)) * 4  # 1,024 bytes


def from_generator() -> Any:
    return (CONTENT[at : at + 100] for at in range(0, len(CONTENT), 100))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (lambda: CONTENT, CONTENT),
        (lambda: "图片 text", "图片 text".encode()),
        (lambda: b"", b""),
        (lambda: io.BytesIO(CONTENT), CONTENT),
        (lambda: oss2.SizedFileAdapter(io.BytesIO(CONTENT), 10), CONTENT[:10]),
        (from_generator, CONTENT),
    ],
    ids=["bytes", "text", "empty", "file", "part of a file", "generator"],
)
def test_whatever_can_be_put_is_read_back(bucket: oss2.Bucket, data: Callable[[], Any], expected: bytes) -> None:
    seen: list[tuple[int, int | None]] = []
    put = bucket.put_object("a.txt", data(), progress_callback=lambda done, total: seen.append((done, total)))
    assert (put.status, put.etag) == (200, hashlib.md5(expected).hexdigest().upper())
    assert [done for done, _ in seen][-1:] == [len(expected)][: len(seen)]
    got = bucket.get_object("a.txt")
    assert (got.read(), got.content_type, got.etag, got.object_type) == (expected, "text/plain", put.etag, "Normal")
    assert got.client_crc == got.server_crc == put.crc


def test_files_go_and_come_with_progress(bucket: oss2.Bucket, tmp_path: Path) -> None:
    source, back = tmp_path / "source.css", tmp_path / "back.css"
    source.write_bytes(CONTENT * 300)
    sent: list[int] = []
    got: list[tuple[int, int]] = []
    bucket.put_object_from_file("dir/a", str(source), progress_callback=lambda done, total: sent.append(done))
    bucket.get_object_to_file("dir/a", str(back), progress_callback=lambda *progress: got.append(progress))
    assert back.read_bytes() == source.read_bytes()
    assert sent[-1] == got[-1][0] == got[-1][1] == source.stat().st_size
    assert bucket.head_object("dir/a").content_type == "text/css"


def test_headers_are_kept(bucket: oss2.Bucket) -> None:
    wanted = {
        "Content-Type": "image/x-own",
        "Cache-Control": "no-cache",
        "Content-Disposition": 'attachment; filename="a b.jpg"',
        "Content-Encoding": "identity",
        "Content-Language": "zh-CN",
        "Expires": "Fri, 28 Feb 2031 05:38:42 GMT",
        "x-oss-meta-author": "libai",
        "x-oss-meta-place": "a b+c",
    }
    bucket.put_object("a", CONTENT, headers={**wanted, "Content-MD5": oss2.utils.content_md5(CONTENT)})
    head = bucket.head_object("a").headers
    assert {name: head.get(name) for name in wanted} == wanted
    assert bucket.get_object("a").headers["x-oss-meta-place"] == "a b+c"
    bucket.update_object_meta("a", {"x-oss-meta-author": "dufu", "Content-Type": "text/new"})
    head = bucket.head_object("a").headers
    assert (head["x-oss-meta-author"], head.get("x-oss-meta-place"), head["Content-Type"]) == ("dufu", None, "text/new")


@pytest.mark.parametrize(
    ("byte_range", "headers", "expected"),
    [
        ((0, 9), {}, (206, CONTENT[:10], "bytes 0-9/1024")),
        ((1000, None), {}, (206, CONTENT[1000:], "bytes 1000-1023/1024")),
        ((None, 24), {}, (206, CONTENT[1000:], "bytes 1000-1023/1024")),
        ((1000, 5000), {}, (200, CONTENT, None)),
        ((5000, 6000), {}, (200, CONTENT, None)),
        ((1000, 5000), {"x-oss-range-behavior": "standard"}, (206, CONTENT[1000:], "bytes 1000-1023/1024")),
    ],
)
def test_ranges(
    bucket: oss2.Bucket,
    byte_range: tuple[int | None, int | None],
    headers: dict[str, str],
    expected: tuple[int, bytes, str | None],
) -> None:
    bucket.put_object("a", CONTENT)
    got = bucket.get_object("a", byte_range=byte_range, headers=headers)
    assert (got.status, got.read(), got.content_range) == expected


def test_a_range_that_starts_behind_the_end(bucket: oss2.Bucket) -> None:
    bucket.put_object("a", CONTENT)
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.get_object("a", byte_range=(5000, 6000), headers={"x-oss-range-behavior": "standard"})
    assert (caught.value.status, caught.value.code) == (416, "InvalidRange")


YESTERDAY, TOMORROW = -86_400, 86_400


@pytest.mark.parametrize(
    ("header", "value", "raised"),
    [
        ("If-Match", "{etag}", None),
        ("If-Match", '"{etag}"', None),
        ("If-Match", "0" * 32, oss2.exceptions.PreconditionFailed),
        ("If-None-Match", "0" * 32, None),
        ("If-None-Match", "{etag}", oss2.exceptions.NotModified),
        ("If-Modified-Since", YESTERDAY, None),
        ("If-Modified-Since", 0, oss2.exceptions.NotModified),
        ("If-Unmodified-Since", TOMORROW, None),
        ("If-Unmodified-Since", YESTERDAY, oss2.exceptions.PreconditionFailed),
    ],
)
def test_conditions(
    bucket: oss2.Bucket, target: oss2.Bucket, header: str, value: str | int, raised: type[Exception] | None
) -> None:
    etag = bucket.put_object("a", CONTENT).etag
    modified = bucket.head_object("a").last_modified
    filled = value.format(etag=etag) if isinstance(value, str) else oss2.http_date(modified + value)
    copying = {f"x-oss-copy-source-{header}".lower(): filled}
    calls: list[Callable[[], Any]] = [
        lambda: bucket.get_object("a", headers={header: filled}).read(),
        lambda: bucket.head_object("a", headers={header: filled}),
        lambda: target.copy_object(bucket.bucket_name, "a", "a", headers=copying),
    ]
    for call in calls:
        if raised is None:
            call()
        else:
            with pytest.raises(raised):
                call()


def test_answers_are_overridden(bucket: oss2.Bucket) -> None:
    bucket.put_object("a", CONTENT)
    wanted = {
        "content-type": "text/own",
        "content-language": "zh-CN",
        "expires": "Fri, 28 Feb 2031 05:38:42 GMT",
        "cache-control": "no-store",
        "content-disposition": "attachment; filename=猫 1+2.jpg",
        "content-encoding": "identity",
    }
    got = bucket.get_object("a", params={f"response-{name}": value for name, value in wanted.items()})
    # http.client reads the bytes of headers as Latin-1.
    assert {name: got.headers[name].encode("latin-1").decode() for name in wanted} == wanted


def test_an_object_is_appended_to(bucket: oss2.Bucket) -> None:
    first = bucket.append_object("log", 0, "hello ", init_crc=0, headers={"x-oss-meta-author": "libai"})
    assert (first.next_position, first.status) == (6, 200)
    seen: list[int] = []
    second = bucket.append_object(
        "log",
        first.next_position,
        b"world",
        init_crc=first.crc,
        progress_callback=lambda done, total: seen.append(done),
    )
    got = bucket.get_object("log")
    assert (got.read(), got.object_type, got.server_crc) == (b"hello world", "Appendable", second.crc)
    assert (got.headers["x-oss-next-append-position"], got.headers["x-oss-meta-author"]) == ("11", "libai")
    assert seen[-1] == 5
    with pytest.raises(oss2.exceptions.PositionNotEqualToLength) as caught:
        bucket.append_object("log", 3, "x")
    assert (caught.value.next_position, caught.value.code) == (11, "PositionNotEqualToLength")
    bucket.put_object("normal", "x")
    with pytest.raises(oss2.exceptions.ObjectNotAppendable):
        bucket.append_object("normal", 1, "x")
    with pytest.raises(oss2.exceptions.InvalidArgument):
        bucket.append_object("log", -1, "x")


def test_copies(bucket: oss2.Bucket, target: oss2.Bucket) -> None:
    key = "dir/猫 1+2%.jpg"
    put = bucket.put_object(key, CONTENT, headers={"x-oss-meta-author": "libai", "Content-Type": "image/jpeg"})
    copied = target.copy_object(bucket.bucket_name, key, "copy")
    assert (copied.status, copied.etag) == (200, put.etag)
    head = target.head_object("copy")
    assert (head.content_type, head.headers["x-oss-meta-author"]) == ("image/jpeg", "libai")
    new = {"x-oss-metadata-directive": "REPLACE", "x-oss-meta-author": "dufu", "Content-Type": "text/plain"}
    target.copy_object(bucket.bucket_name, key, "replaced", headers=new)
    head = target.head_object("replaced")
    assert (head.content_type, head.headers["x-oss-meta-author"]) == ("text/plain", "dufu")
    with pytest.raises(oss2.exceptions.NoSuchKey):
        target.copy_object(bucket.bucket_name, "missing", "copy")
    with pytest.raises(oss2.exceptions.NoSuchBucket):
        target.copy_object("no-such-bucket-here", "missing", "copy")
    assert target.get_object("copy").read() == CONTENT


def test_nothing_is_overwritten_that_may_not_be(bucket: oss2.Bucket) -> None:
    only_new = {"x-oss-forbid-overwrite": "true"}
    bucket.put_object("a", "first", headers=only_new)
    for call in (
        lambda: bucket.put_object("a", "second", headers=only_new),
        lambda: bucket.copy_object(bucket.bucket_name, "a", "a", headers=only_new),
        lambda: bucket.put_symlink("b", "a", headers=only_new),
    ):
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            call()
        assert (caught.value.status, caught.value.code) == (409, "FileAlreadyExists")
    assert bucket.get_object("a").read() == b"first"


def test_deleting(bucket: oss2.Bucket) -> None:
    keys = ["a", "b/猫 1+2&<>.jpg", "c", "新 建"]
    for key in keys:
        bucket.put_object(key, "x")
    assert (bucket.delete_object("a").status, bucket.delete_object("a").status) == (204, 204)
    deleted = bucket.batch_delete_objects([*keys, "never there"])
    assert sorted(deleted.deleted_keys) == sorted([*keys, "never there"])
    assert list(oss2.ObjectIterator(bucket)) == []
    assert not bucket.object_exists("c")
    assert len(bucket.batch_delete_objects([f"none/{number}" for number in range(1000)]).deleted_keys) == 1000
    with pytest.raises(oss2.exceptions.MalformedXml):
        bucket.batch_delete_objects([f"none/{number}" for number in range(1001)])
    with pytest.raises(oss2.exceptions.ClientError):
        bucket.batch_delete_objects([])


def test_what_is_told_about_an_object(bucket: oss2.Bucket) -> None:
    put = bucket.put_object("a", CONTENT, headers={"x-oss-meta-author": "libai"})
    head, meta = bucket.head_object("a"), bucket.get_object_meta("a")
    assert (head.etag, head.content_length, head.server_crc) == (put.etag, 1024, put.crc)
    assert (meta.etag, meta.content_length, meta.last_modified) == (put.etag, 1024, head.last_modified)
    assert "x-oss-meta-author" not in meta.headers
    assert bucket.object_exists("a")
    assert len(put.request_id) == 24


def test_what_was_changed_on_the_way_is_refused(bucket: oss2.Bucket) -> None:
    with pytest.raises(oss2.exceptions.InvalidDigest):
        bucket.put_object("a", CONTENT, headers={"Content-MD5": oss2.utils.content_md5(b"other")})
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object("a", CONTENT, headers={"x-oss-hash-crc64ecma": "1"})
    assert (caught.value.status, caught.value.code) == (400, "InvalidCRC64")
    assert not bucket.object_exists("a")


def test_a_folder_is_an_empty_object(bucket: oss2.Bucket) -> None:
    bucket.put_object("dir/", "")
    bucket.put_object("dir/a", "x")
    names = [(found.key, found.is_prefix()) for found in oss2.ObjectIterator(bucket, prefix="dir/", delimiter="/")]
    assert names == [("dir/", False), ("dir/a", False)]
    assert bucket.head_object("dir/").content_length == 0
