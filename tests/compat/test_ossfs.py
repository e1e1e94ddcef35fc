"""ossfs as it is, by itself and through fsspec: buckets and objects as a file system, blocking and asynchronous."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import oss2
import pytest
from live_server import KEY, SECRET, TOKEN, Server
from ossfs import AioOSSFileSystem, OSSFileSystem
from support_oss2 import AUTHS

FILES = {
    "a.txt": b"hello world",
    "dir/1.csv": b"x,y\n1,2\n",
    "dir/2.csv": b"x,y\n3,4\n",
    "dir/sub/deep.txt": b"deep",
    "图 片/猫 1+2%.txt": b"cat",
}


@pytest.fixture(params=[OSSFileSystem, AioOSSFileSystem], ids=["blocking", "asynchronous"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


def closed(fs: Any) -> None:
    """Close the connections of the asynchronous kind, which does not do so by itself."""
    getattr(fs, "close_session", lambda: None)()


@pytest.fixture(params=["owner", "STS"])
def fs(request: pytest.FixtureRequest, kind: Any, server: Server) -> Iterator[Any]:
    sts = request.param == "STS"
    made = kind(
        endpoint=server.endpoint,
        key=f"STS.{KEY}" if sts else KEY,
        secret=SECRET,
        token=TOKEN if sts else None,
        skip_instance_cache=True,
    )
    yield made
    closed(made)


@pytest.fixture
def root(server: Server, names: tuple[str, str]) -> str:
    """A new bucket: ossfs makes none. Its asynchronous kind sees only the first hundred, so this is one of them."""
    name = f"0-{names[0]}"
    oss2.Bucket(AUTHS["V1"](), server.endpoint, name).create_bucket()
    return name


@pytest.fixture
def tree(fs: Any, root: str) -> str:
    for name, content in FILES.items():
        fs.pipe_file(f"{root}/{name}", content)
    return root


def names_in(found: Any, root: str) -> list[str]:
    return sorted(str(name).removeprefix(f"{root}/").rstrip("/") for name in found)


def test_lists(fs: Any, tree: str) -> None:
    assert names_in(fs.ls(tree, detail=False), tree) == ["a.txt", "dir", "图 片"]
    assert names_in(fs.ls(f"{tree}/dir", detail=False), tree) == ["dir/1.csv", "dir/2.csv", "dir/sub"]
    assert [(one["name"], one["size"], one["type"]) for one in fs.ls(f"{tree}/dir/sub")] == [
        (f"{tree}/dir/sub/deep.txt", 4, "file")
    ]
    assert tree in fs.ls("", detail=False)
    assert names_in(fs.find(tree), tree) == sorted(FILES)
    assert names_in(fs.find(tree, prefix="dir/s"), tree) == ["dir/sub/deep.txt"]
    fs.invalidate_cache()  # in which the blocking kind has kept the answer to a prefix as that of the whole bucket
    assert names_in(fs.find(tree, maxdepth=1, withdirs=True), tree) == ["a.txt", "dir", "图 片"]
    assert names_in(fs.glob(f"{tree}/dir/*.csv"), tree) == ["dir/1.csv", "dir/2.csv"]
    assert names_in(fs.glob(f"{tree}/**/*.txt"), tree) == ["a.txt", "dir/sub/deep.txt", "图 片/猫 1+2%.txt"]
    walked = {names_in([path], tree)[0]: (sorted(folders), sorted(files)) for path, folders, files in fs.walk(tree)}
    assert walked["dir"] == (["sub"], ["1.csv", "2.csv"])
    assert fs.du(tree) == sum(map(len, FILES.values()))
    assert fs.du(f"{tree}/dir", total=False)[f"{tree}/dir/1.csv"] == len(FILES["dir/1.csv"])


def test_what_is_there(fs: Any, tree: str) -> None:
    info = fs.info(f"{tree}/a.txt")
    assert (info["name"], info["size"], info["type"]) == (f"{tree}/a.txt", 11, "file")
    assert (fs.info(f"{tree}/dir")["type"], fs.info(tree)["type"]) == ("directory", "directory")
    assert [fs.exists(f"{tree}/{name}") for name in ("a.txt", "dir", "missing", "")] == [True, True, False, True]
    assert (fs.isfile(f"{tree}/a.txt"), fs.isdir(f"{tree}/a.txt"), fs.isdir(f"{tree}/dir")) == (True, False, True)
    assert fs.size(f"{tree}/a.txt") == 11
    assert fs.modified(f"{tree}/a.txt") > 0
    checksum = fs.checksum(f"{tree}/a.txt")
    assert checksum == fs.checksum(f"{tree}/a.txt")
    fs.pipe_file(f"{tree}/a.txt", b"changed")
    assert checksum != fs.checksum(f"{tree}/a.txt")
    for call in (fs.info, fs.cat_file, fs.checksum):
        with pytest.raises(FileNotFoundError):
            call(f"{tree}/missing")


def test_reading(fs: Any, tree: str) -> None:
    assert fs.cat_file(f"{tree}/a.txt") == b"hello world"
    assert fs.cat([f"{tree}/dir/1.csv", f"{tree}/dir/2.csv"]) == {
        f"{tree}/dir/{name}": FILES[f"dir/{name}"] for name in ("1.csv", "2.csv")
    }
    assert fs.cat(f"{tree}/dir", recursive=True, on_error="omit")[f"{tree}/dir/sub/deep.txt"] == b"deep"
    assert (fs.head(f"{tree}/a.txt", 5), fs.tail(f"{tree}/a.txt", 5)) == (b"hello", b"world")
    with fs.open(f"{tree}/a.txt", "rb", block_size=4) as file:
        assert (file.read(5), file.tell()) == (b"hello", 5)
        file.seek(-5, 2)
        assert file.read() == b"world"
    with fs.open(f"{tree}/dir/1.csv", "r") as text:
        assert list(text) == ["x,y\n", "1,2\n"]
    assert fs.read_text(f"{tree}/图 片/猫 1+2%.txt") == "cat"


@pytest.mark.parametrize("size", [0, 11, 300_000])
def test_writing_and_appending(fs: Any, root: str, size: int) -> None:
    # A file that is sent in more than one block ends in PositionNotEqualToLength, on OSS too: fsspec moves `loc` with
    # every write, and ossfs takes it for the position to append at.
    content = (bytes(range(256)) * 2000)[:size]
    with fs.open(f"{root}/dir/new.bin", "wb") as file:
        for start in range(0, size, 70_000):
            file.write(content[start : start + 70_000])
    assert fs.cat_file(f"{root}/dir/new.bin") == content
    fs.invalidate_cache()
    with fs.open(f"{root}/dir/new.bin", "ab") as file:
        file.write(b"more")
    fs.invalidate_cache()
    assert fs.cat_file(f"{root}/dir/new.bin") == content + b"more"
    with fs.open(f"{root}/dir/new.bin", "w", encoding="utf-8") as text:
        text.write("图片\n")
    assert fs.read_text(f"{root}/dir/new.bin", encoding="utf-8") == "图片\n"


def test_a_large_value_goes_in_parts(fs: Any, root: str) -> None:
    content = bytes(range(256)) * 41_000  # twice the block size of 5 MiB, and a little more
    fs.pipe(f"{root}/large", content)
    assert fs.cat_file(f"{root}/large") == content


def test_copying_moving_and_deleting(fs: Any, tree: str) -> None:
    fs.cp(f"{tree}/a.txt", f"{tree}/copied.txt")
    fs.mv(f"{tree}/dir/1.csv", f"{tree}/moved/1.csv")
    fs.cp(f"{tree}/dir", f"{tree}/whole", recursive=True)
    fs.invalidate_cache()
    assert names_in(fs.find(tree), tree) == sorted(
        {*FILES, "copied.txt", "moved/1.csv", "whole/2.csv", "whole/sub/deep.txt"} - {"dir/1.csv"}
    )
    fs.rm(f"{tree}/whole", recursive=True)
    fs.rm_file(f"{tree}/copied.txt")
    fs.rm([f"{tree}/moved/1.csv", f"{tree}/a.txt"])
    fs.invalidate_cache()
    assert names_in(fs.find(tree), tree) == ["dir/2.csv", "dir/sub/deep.txt", "图 片/猫 1+2%.txt"]
    fs.touch(f"{tree}/empty")
    assert fs.size(f"{tree}/empty") == 0


def test_files_and_folders(fs: Any, tree: str, tmp_path: Path) -> None:
    fs.get(f"{tree}/dir", str(tmp_path / "got"), recursive=True)
    assert (tmp_path / "got" / "sub" / "deep.txt").read_bytes() == b"deep"
    fs.get_file(f"{tree}/a.txt", str(tmp_path / "got" / "a.txt"))
    fs.put(str(tmp_path / "got"), f"{tree}/put", recursive=True)
    fs.put_file(str(tmp_path / "got" / "a.txt"), f"{tree}/put/again.txt")
    fs.invalidate_cache()
    assert names_in(fs.find(f"{tree}/put"), f"{tree}/put") == ["1.csv", "2.csv", "a.txt", "again.txt", "sub/deep.txt"]
    assert fs.cat_file(f"{tree}/put/again.txt") == b"hello world"


def test_through_fsspec(server: Server, root: str, kind: Any) -> None:
    fsspec.register_implementation("oss", kind, clobber=True)
    options = {"endpoint": server.endpoint, "key": KEY, "secret": SECRET}
    rows = [{"name": "猫", "number": 1}, {"name": "狗", "number": 2}]
    with fsspec.open(f"oss://{root}/dir/table.json", "w", encoding="utf-8", **options) as file:
        json.dump(rows, file, ensure_ascii=False)
    with fsspec.open(f"oss://{root}/dir/table.json", "r", encoding="utf-8", **options) as file:
        assert json.load(file) == rows
    files = fsspec.open_files(f"oss://{root}/dir/*.json", **options)
    assert [file.path.lstrip("/") for file in files] == [f"{root}/dir/table.json"]
    mapper = fsspec.get_mapper(f"oss://{root}/map", **options)
    mapper["a/b"] = b"value"
    assert (mapper["a/b"], list(mapper)) == (b"value", ["a/b"])
    del mapper["a/b"]
    assert list(mapper) == []
    closed(mapper.fs)


async def read(fs: AioOSSFileSystem, root: str) -> None:
    await fs._pipe_file(f"{root}/a", b"content")
    assert await fs._cat_file(f"{root}/a") == b"content"
    assert [one["name"] for one in await fs._ls(root)] == [f"{root}/a"]
    await fs._rm_file(f"{root}/a")
    assert not await fs._exists(f"{root}/a")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_awaited(server: Server, root: str) -> None:
    fs = AioOSSFileSystem(endpoint=server.endpoint, key=KEY, secret=SECRET, asynchronous=True, skip_instance_cache=True)
    await fs.set_session()
    try:
        await read(fs, root)
    finally:
        await fs._session.close()


def test_a_stranger(kind: Any, fs: Any, tree: str, server: Server) -> None:
    stranger = kind(endpoint=server.endpoint, skip_instance_cache=True)
    with pytest.raises(PermissionError):
        stranger.cat_file(f"{tree}/a.txt")
    oss2.Bucket(AUTHS["V1"](), server.endpoint, tree).put_bucket_acl("public-read")
    assert stranger.cat_file(f"{tree}/a.txt") == b"hello world"
    assert names_in(stranger.ls(tree, detail=False), tree) == ["a.txt", "dir", "图 片"]
    closed(stranger)
