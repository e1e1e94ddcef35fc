"""One live server for all SDKs, and the picture that their scripts work on."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator

import oss2
import pytest
from live_server import KEY, SECRET, TOKEN, Server, running
from PIL import Image
from support_oss2 import AUTHS, Connect, connector

STS = f'[{{"access_key_id": "STS.{KEY}", "access_key_secret": "{SECRET}", "security_token": "{TOKEN}"}}]'


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("compat") / "data"
    local = {"PIXOSS_CALLBACK_HOSTS": "127.0.0.1", "PIXOSS_MIRROR_HOSTS": "127.0.0.1"}
    with running(data, "--no-fsync", PIXOSS_CREDENTIALS=STS, **local) as found:
        yield found


@pytest.fixture(scope="session")
def picture() -> bytes:
    """A photograph-like JPEG of 400x267 pixels, the size of OSS's own example."""
    out = io.BytesIO()
    Image.effect_mandelbrot((400, 267), (-2, -1.2, 1, 1.2), 60).convert("RGB").save(out, "JPEG", quality=82)
    return out.getvalue()


@pytest.fixture
def names() -> tuple[str, str]:
    """A source and a target bucket of the test's own."""
    word = uuid.uuid4().hex[:12]
    return f"source-{word}", f"target-{word}"


@pytest.fixture(params=["V1", "V2", "V4"])
def connect(request: pytest.FixtureRequest, server: Server) -> Connect:
    """Buckets of oss2, with each version of its signatures."""
    return connector(server, AUTHS[request.param]())


@pytest.fixture
def bucket(connect: Connect, names: tuple[str, str]) -> oss2.Bucket:
    """A new and empty bucket of oss2."""
    made = connect(names[0])
    made.create_bucket()
    return made


@pytest.fixture
def target(connect: Connect, names: tuple[str, str]) -> oss2.Bucket:
    """Another one."""
    made = connect(names[1])
    made.create_bucket()
    return made
