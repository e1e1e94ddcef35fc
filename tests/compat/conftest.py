"""One live server for all SDKs, and the picture that their scripts work on."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator

import pytest
from live_server import KEY, SECRET, TOKEN, Server, running
from PIL import Image

STS = f'[{{"access_key_id": "STS.{KEY}", "access_key_secret": "{SECRET}", "security_token": "{TOKEN}"}}]'


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("compat") / "data"
    with running(data, "--no-fsync", PIXOSS_CREDENTIALS=STS) as found:
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
