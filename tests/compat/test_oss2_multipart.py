"""Uploads in parts with oss2 as it is, and the files that it sends and fetches in parts, interrupted and resumed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import oss2
import pytest

PART = 100 * 1024
FIRST, LAST = bytes(range(256)) * 400, b"the end"
KEY = "parts/猫 1+2.bin"
Part = oss2.models.PartInfo


def sent(bucket: oss2.Bucket, upload_id: str, number: int, content: bytes) -> Part:
    result = bucket.upload_part(KEY, upload_id, number, content)
    assert result.etag == hashlib.md5(content).hexdigest().upper()
    return Part(number, result.etag, size=len(content), part_crc=result.crc)


def test_parts_make_an_object(bucket: oss2.Bucket) -> None:
    headers = {"x-oss-meta-author": "libai", "Content-Type": "text/own", "x-oss-storage-class": "IA"}
    upload_id = bucket.init_multipart_upload(KEY, headers={**headers, "x-oss-tagging": "a=b"}).upload_id
    seen: list[int] = []
    bucket.upload_part(KEY, upload_id, 2, "to be replaced", progress_callback=lambda done, total: seen.append(done))
    assert seen[-1] == len("to be replaced")
    # The order of the list does not matter to oss2, which sorts it; and a part that is not listed is left out.
    parts = [sent(bucket, upload_id, 2, LAST), sent(bucket, upload_id, 1, FIRST)]
    sent(bucket, upload_id, 3, b"left out")
    done = bucket.complete_multipart_upload(KEY, upload_id, parts)
    head = bucket.head_object(KEY)
    assert (head.etag, head.object_type, head.server_crc) == (done.etag, "Multipart", done.crc)
    assert {name: head.headers[name] for name in headers} == headers
    assert head.headers["x-oss-tagging-count"] == "1"
    assert bucket.get_object(KEY).read() == FIRST + LAST
    with pytest.raises(oss2.exceptions.NoSuchUpload):
        bucket.complete_multipart_upload(KEY, upload_id, parts)


def test_all_parts_are_taken_without_a_list(bucket: oss2.Bucket) -> None:
    upload_id = bucket.init_multipart_upload(KEY).upload_id
    parts = [sent(bucket, upload_id, number, content) for number, content in ((5, FIRST), (9, LAST))]
    take_all = {"x-oss-complete-all": "yes"}
    with pytest.raises(oss2.exceptions.InvalidArgument):
        bucket.complete_multipart_upload(KEY, upload_id, parts, headers=take_all)
    bucket.complete_multipart_upload(KEY, upload_id, None, headers=take_all)
    assert bucket.get_object(KEY).read() == FIRST + LAST


def test_parts_copied_from_objects(bucket: oss2.Bucket, target: oss2.Bucket) -> None:
    etag = target.put_object("from/猫 1+2.bin", FIRST + LAST).etag
    upload_id = bucket.init_multipart_upload(KEY).upload_id
    source = (target.bucket_name, "from/猫 1+2.bin")
    size = len(FIRST)
    whole = bucket.upload_part_copy(*source, None, KEY, upload_id, 1)
    some = bucket.upload_part_copy(
        *source, (size, size + 2), KEY, upload_id, 2, headers={"x-oss-copy-source-if-match": etag}
    )
    with pytest.raises(oss2.exceptions.PreconditionFailed):
        bucket.upload_part_copy(*source, None, KEY, upload_id, 3, headers={"x-oss-copy-source-if-match": "0" * 32})
    with pytest.raises(oss2.exceptions.NoSuchKey):
        bucket.upload_part_copy(target.bucket_name, "missing", None, KEY, upload_id, 3)
    bucket.complete_multipart_upload(KEY, upload_id, [Part(1, whole.etag), Part(2, some.etag)])
    assert bucket.get_object(KEY).read() == FIRST + LAST + b"the"


def test_parts_in_sequence(bucket: oss2.Bucket) -> None:
    upload_id = bucket.init_multipart_upload(KEY, params={"sequential": ""}).upload_id
    parts = [sent(bucket, upload_id, 1, FIRST)]
    with pytest.raises(oss2.exceptions.PartNotSequential):
        bucket.upload_part(KEY, upload_id, 3, LAST)
    parts.append(sent(bucket, upload_id, 2, LAST))
    bucket.complete_multipart_upload(KEY, upload_id, parts)
    assert bucket.get_object(KEY).read() == FIRST + LAST


def test_lists(bucket: oss2.Bucket) -> None:
    keys = ["a", "a", "b/1", "b/2", "猫 1+2"]
    started = [(key, bucket.init_multipart_upload(key).upload_id) for key in keys]
    for page in (1, 2, 1000):
        found = list(oss2.MultipartUploadIterator(bucket, max_uploads=page))
        assert sorted((one.key, one.upload_id) for one in found) == sorted(started)
        assert sorted(one.upload_id for one in oss2.ObjectUploadIterator(bucket, "a", max_uploads=page)) == sorted(
            upload_id for key, upload_id in started if key == "a"
        )
    assert [one.key for one in oss2.MultipartUploadIterator(bucket, delimiter="/") if one.is_prefix()] == ["b/"]
    assert [one.key for one in oss2.MultipartUploadIterator(bucket, prefix="b/", max_uploads=1)] == ["b/1", "b/2"]
    key, upload_id = started[-1]
    for number in (3, 1, 2):
        bucket.upload_part(key, upload_id, number, "x" * number)
    page = bucket.list_parts(key, upload_id, marker="1", max_parts=1)
    assert ([part.part_number for part in page.parts], page.is_truncated) == ([2], True)
    parts = list(oss2.PartIterator(bucket, key, upload_id, max_parts=1))
    assert [(part.part_number, part.size) for part in parts] == [(1, 1), (2, 2), (3, 3)]
    assert parts[0].etag == hashlib.md5(b"x").hexdigest().upper()
    assert parts[0].last_modified >= found[0].initiation_date > 0


def test_an_upload_is_given_up(bucket: oss2.Bucket) -> None:
    upload_id = bucket.init_multipart_upload(KEY).upload_id
    sent(bucket, upload_id, 1, FIRST)
    assert bucket.abort_multipart_upload(KEY, upload_id).status == 204
    calls: list[Callable[[], Any]] = [
        lambda: bucket.abort_multipart_upload(KEY, upload_id),
        lambda: bucket.upload_part(KEY, upload_id, 1, "x"),
        lambda: bucket.list_parts(KEY, upload_id),
        lambda: bucket.list_parts(KEY, "not-an-id"),
    ]
    for call in calls:
        with pytest.raises(oss2.exceptions.NoSuchUpload):
            call()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([Part(1, "0" * 32)], "InvalidPart"),
        ([Part(7, "{etag}")], "InvalidPart"),
        ([Part(1, "{etag}"), Part(1, "{etag}")], "InvalidPartOrder"),
        ([Part(1, "{etag}"), Part(2, "{etag}")], "EntityTooSmall"),
        ([], "MalformedXML"),
    ],
)
def test_lists_of_parts_that_are_wrong(bucket: oss2.Bucket, parts: list[Part], code: str) -> None:
    upload_id = bucket.init_multipart_upload(KEY).upload_id
    for number in (1, 2):
        etag = sent(bucket, upload_id, number, b"small").etag
    named = [Part(part.part_number, part.etag.format(etag=etag)) for part in parts]
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.complete_multipart_upload(KEY, upload_id, named)
    assert (caught.value.status, caught.value.code) == (400, code)


@pytest.mark.parametrize("number", [0, 10_001, "x"])
def test_a_part_of_a_bad_number(bucket: oss2.Bucket, number: Any) -> None:
    upload_id = bucket.init_multipart_upload(KEY).upload_id
    with pytest.raises(oss2.exceptions.InvalidArgument) as caught:
        bucket.upload_part(KEY, upload_id, number, "x")
    assert caught.value.name == "partNumber"


class StoppedError(Exception):
    pass


def interrupting(after: int) -> Callable[[int, int], None]:
    """A progress callback that fails, as a program that is stopped."""

    def progress(done: int, total: int) -> None:
        if done >= after:
            raise StoppedError

    return progress


def test_an_upload_is_resumed(bucket: oss2.Bucket, tmp_path: Path) -> None:
    source = tmp_path / "source"
    content = bytes(range(256)) * 2000  # five parts
    source.write_bytes(content)
    options = {
        "store": oss2.ResumableStore(root=str(tmp_path)),
        "multipart_threshold": PART,
        "part_size": PART,
        "num_threads": 1,
        "headers": {"x-oss-meta-author": "libai", "x-oss-object-acl": "public-read"},
    }
    with pytest.raises(StoppedError):
        oss2.resumable_upload(bucket, KEY, str(source), progress_callback=interrupting(2 * PART), **options)
    (upload,) = oss2.MultipartUploadIterator(bucket)
    kept = len(bucket.list_parts(KEY, upload.upload_id).parts)
    assert kept == 2
    seen: list[int] = []
    oss2.resumable_upload(bucket, KEY, str(source), progress_callback=lambda done, total: seen.append(done), **options)
    assert (seen[0], seen[-1]) == (kept * PART, len(content))
    assert bucket.get_object(KEY).read() == content
    assert bucket.head_object(KEY).headers["x-oss-meta-author"] == "libai"
    assert bucket.get_object_acl(KEY).acl == "public-read"
    assert list(oss2.MultipartUploadIterator(bucket)) == []


def test_a_download_is_resumed(bucket: oss2.Bucket, tmp_path: Path) -> None:
    target = tmp_path / "target"
    content = bytes(range(256)) * 2000
    bucket.put_object(KEY, content)
    options = {
        "store": oss2.ResumableDownloadStore(root=str(tmp_path)),
        "multiget_threshold": PART,
        "part_size": PART,
        "num_threads": 1,
    }
    with pytest.raises(StoppedError):
        oss2.resumable_download(bucket, KEY, str(target), progress_callback=interrupting(2 * PART), **options)
    assert not target.exists()
    seen: list[int] = []
    oss2.resumable_download(
        bucket, KEY, str(target), progress_callback=lambda done, total: seen.append(done), **options
    )
    assert (seen[0], seen[-1]) == (2 * PART, len(content))
    assert target.read_bytes() == content


@pytest.mark.parametrize(("threads", "params"), [(4, None), (1, {"sequential": ""})], ids=["threads", "sequential"])
def test_a_whole_file(bucket: oss2.Bucket, tmp_path: Path, threads: int, params: dict[str, str] | None) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(bytes(range(256)) * 4000)
    oss2.resumable_upload(
        bucket,
        KEY,
        str(source),
        oss2.ResumableStore(str(tmp_path)),
        multipart_threshold=1,
        part_size=PART,
        num_threads=threads,
        params=params,
    )
    oss2.resumable_download(
        bucket,
        KEY,
        str(target),
        multiget_threshold=1,
        part_size=PART,
        num_threads=threads,
        store=oss2.ResumableDownloadStore(str(tmp_path)),
    )
    assert target.read_bytes() == source.read_bytes()


def test_the_guide_on_determining_part_sizes(bucket: oss2.Bucket, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(range(256)) * 1000)
    total = source.stat().st_size
    part_size = oss2.determine_part_size(total, preferred_size=PART)
    upload_id = bucket.init_multipart_upload(KEY).upload_id
    parts = []
    with source.open("rb") as file:
        for number, offset in enumerate(range(0, total, part_size), 1):
            content = oss2.SizedFileAdapter(file, min(part_size, total - offset))
            result = bucket.upload_part(KEY, upload_id, number, content)
            parts.append(Part(number, result.etag, size=content.size, part_crc=result.crc))
    bucket.complete_multipart_upload(KEY, upload_id, parts)
    assert bucket.get_object(KEY).read() == source.read_bytes()
