"""The uploader, downloader and copier of alibabacloud-oss-v2, and objects as files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from support_oss_v2 import refusal

KIB = 1 << 10
CONTENT = bytes(range(256)) * 1800  # 450 KiB, five parts
KEY = "dir/猫 1+2"
PARTS = {"part_size": 100 * KIB, "parallel_num": 3}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.png"
    path.write_bytes(CONTENT)
    return path


def content_of(client: oss.Client, bucket: str, key: str = KEY) -> bytes:
    result = client.get_object(oss.GetObjectRequest(bucket=bucket, key=key))
    assert result.body is not None
    return bytes(result.body.content)


def test_uploader(sync: oss.Client, bucket: str, source: Path) -> None:
    uploader = sync.uploader(**PARTS)
    result = uploader.upload_file(oss.PutObjectRequest(bucket=bucket, key=KEY), str(source))
    head = sync.head_object(oss.HeadObjectRequest(bucket=bucket, key=KEY))
    assert (head.object_type, head.content_type, head.hash_crc64) == ("Multipart", "image/png", result.hash_crc64)
    with source.open("rb") as opened:
        uploader.upload_from(oss.PutObjectRequest(bucket=bucket, key="from"), opened)
    assert content_of(sync, bucket, "from") == content_of(sync, bucket) == CONTENT
    uploader.upload_from(oss.PutObjectRequest(bucket=bucket, key="small"), io.BytesIO(b"small"))
    assert sync.head_object(oss.HeadObjectRequest(bucket=bucket, key="small")).object_type == "Normal"


def test_an_upload_goes_on_where_it_stopped(sync: oss.Client, bucket: str, source: Path, tmp_path: Path) -> None:
    """The third part fails at first; the second attempt sends what is missing only."""
    sent: list[int] = []

    class Failing:
        def __init__(self, fails_at: int | None) -> None:
            self.fails_at = fails_at

        def __getattr__(self, name: str) -> Any:
            return getattr(sync, name)

        def upload_part(self, request: oss.UploadPartRequest, **options: Any) -> Any:
            if request.part_number == self.fails_at:
                raise OSError("the line is down")
            sent.append(request.part_number)
            return sync.upload_part(request, **options)

    resumable = {"part_size": 100 * KIB, "parallel_num": 1, "enable_checkpoint": True, "checkpoint_dir": str(tmp_path)}
    request = oss.PutObjectRequest(bucket=bucket, key=KEY)
    with pytest.raises(oss.exceptions.BaseError):
        oss.Uploader(Failing(3), **resumable).upload_file(request, str(source))
    assert sent == [1, 2]
    oss.Uploader(Failing(None), **resumable).upload_file(request, str(source))
    assert (sent, content_of(sync, bucket)) == ([1, 2, 3, 4, 5], CONTENT)


def test_downloader(sync: oss.Client, bucket: str, tmp_path: Path) -> None:
    sync.put_object(oss.PutObjectRequest(bucket=bucket, key=KEY, body=CONTENT))
    target, request = tmp_path / "target", oss.GetObjectRequest(bucket=bucket, key=KEY)
    result = sync.downloader(**PARTS, enable_checkpoint=True, checkpoint_dir=str(tmp_path)).download_file(
        request, str(target)
    )
    assert (result.written, target.read_bytes()) == (len(CONTENT), CONTENT)
    into = io.BytesIO()
    sync.downloader(**PARTS).download_to(request, into)
    assert into.getvalue() == CONTENT
    with pytest.raises(oss.exceptions.BaseError, match="NoSuchKey"):
        sync.downloader().download_file(oss.GetObjectRequest(bucket=bucket, key="none"), str(target))


def test_copier(sync: oss.Client, bucket: str, names: tuple[str, str]) -> None:
    sync.put_bucket(oss.PutBucketRequest(bucket=names[1]))
    sent = {"metadata": {"author": "libai"}, "tagging": "k=v", "content_type": "text/x-poem"}
    sync.put_object(oss.PutObjectRequest(bucket=bucket, key=KEY, body=CONTENT, **sent))
    request = oss.CopyObjectRequest(bucket=names[1], key="new", source_bucket=bucket, source_key=KEY)
    copier = sync.copier(part_size=100 * KIB, multipart_copy_threshold=200 * KIB, disable_shallow_copy=True)
    copier.copy(request)
    head = sync.head_object(oss.HeadObjectRequest(bucket=names[1], key="new"))
    assert head.metadata is not None
    assert (head.object_type, head.metadata["author"], head.tagging_count) == ("Multipart", "libai", 1)
    assert content_of(sync, names[1], "new") == CONTENT
    sync.copier().copy(oss.CopyObjectRequest(bucket=bucket, key="near", source_key=KEY))
    assert sync.head_object(oss.HeadObjectRequest(bucket=bucket, key="near")).object_type == "Normal"


def test_a_file_that_is_read(sync: oss.Client, bucket: str) -> None:
    sync.put_object(oss.PutObjectRequest(bucket=bucket, key=KEY, body=CONTENT))
    with sync.open_file(bucket, KEY) as opened:
        assert opened.read(10) == CONTENT[:10]
        opened.seek(-5, io.SEEK_END)
        assert opened.read() == CONTENT[-5:]
        opened.seek(1000)
        assert (opened.tell(), opened.read(3)) == (1000, CONTENT[1000:1003])
    with sync.open_file(bucket, KEY, enable_prefetch=True, prefetch_threshold=0, chunk_size=64 * KIB) as opened:
        assert opened.read() == CONTENT
    with pytest.raises(oss.exceptions.BaseError, match="NoSuchKey"):
        sync.open_file(bucket, "none")


def test_a_file_that_grows(sync: oss.Client, bucket: str) -> None:
    created = oss.AppendObjectRequest(bucket=bucket, key=KEY, metadata={"author": "libai"})
    for words in ((b"one,", b"two,"), (b"three",)):
        with sync.append_file(bucket, KEY, create_parameter=created) as opened:
            for word in words:
                opened.write(word)
            opened.flush()
    assert content_of(sync, bucket) == b"one,two,three"
    head = sync.head_object(oss.HeadObjectRequest(bucket=bucket, key=KEY))
    assert (head.object_type, head.metadata and head.metadata["author"]) == ("Appendable", "libai")
    sync.put_object(oss.PutObjectRequest(bucket=bucket, key="normal", body=b"x"))
    with pytest.raises(oss.exceptions.BaseError, match="Not a appendable file"):
        sync.append_file(bucket, "normal")


def test_files_without_a_manager(sync: oss.Client, bucket: str, source: Path, tmp_path: Path) -> None:
    sync.put_object_from_file(oss.PutObjectRequest(bucket=bucket, key=KEY), str(source))
    target = tmp_path / "target"
    sync.get_object_to_file(oss.GetObjectRequest(bucket=bucket, key=KEY), str(target))
    assert target.read_bytes() == CONTENT
    missing = oss.GetObjectRequest(bucket=bucket, key="none")
    assert refusal(lambda: sync.get_object_to_file(missing, str(target))) == (404, "NoSuchKey")


def test_progress_is_told(sync: oss.Client, bucket: str) -> None:
    told: list[int] = []
    request = oss.PutObjectRequest(
        bucket=bucket, key=KEY, body=CONTENT, progress_fn=lambda _increment, done, _total: told.append(done)
    )
    sync.put_object(request)
    assert told[-1] == len(CONTENT)
