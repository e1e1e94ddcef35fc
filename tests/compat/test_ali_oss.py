"""The same scripts with ali-oss as it is, in Node: V1 and V4, by host name and by IP address."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from live_server import KEY, REGION, SECRET, Server
from PIL import Image

NODE = Path(__file__).parent / "node"

pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (NODE / "node_modules" / "ali-oss").is_dir(),
    reason="ali-oss needs Node and `npm ci` in tests/compat/node",
)


def decoded(content: str) -> bytes:
    return base64.b64decode(content)


def size_of(content: str) -> tuple[int, int]:
    image = Image.open(io.BytesIO(decoded(content)))
    image.load()
    return image.size


@pytest.mark.parametrize("v4", [False, True], ids=["V1", "V4"])
@pytest.mark.parametrize("addressing", ["name", "ip", "ip-and-path"])
def test_scripts(server: Server, names: tuple[str, str], picture: bytes, addressing: str, v4: bool) -> None:
    results = run(
        {
            "endpoint": server.named_endpoint if addressing == "name" else server.endpoint,
            "region": f"oss-{REGION}",
            "accessKeyId": KEY,
            "accessKeySecret": SECRET,
            "authorizationV4": v4,
            "source": names[0],
            "target": names[1],
            "picture": base64.b64encode(picture).decode(),
            "sldEnable": addressing != "ip",
        }
    )
    assert decoded(results["plain"]) == picture
    sizes = {name: size_of(results[name]) for name in ("resized", "rotated", "styled", "saved")}
    assert sizes == {"resized": (100, 100), "rotated": (50, 100), "styled": (100, 67), "saved": (100, 100)}
    assert (results["savedStatus"], results["author"], results["copied"]) == (200, "libai", "miao")
    assert (results["listed"], results["prefixes"]) == (["dir/猫 1+2.txt"], ["dir/"])
    assert (results["acl"], results["location"], results["buckets"]) == ("private", f"oss-{REGION}", [names[0]])
    assert (results["deleted"], results["missing"]) == (["copy.txt", "dir/猫 1+2.txt"], "NoSuchKey")
    assert (results["large"], results["isLargeWhole"], results["uploads"]) == ("Multipart", True, 0)
    if "signed" in results:
        assert (results["signed"]["status"], size_of(results["signed"]["content"])) == (200, (100, 67))
        assert results["changed"]["status"] == 403
        assert b"SignatureDoesNotMatch" in decoded(results["changed"]["content"])


def run(settings: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        ["node", "scripts.mjs", json.dumps(settings)], cwd=NODE, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads(done.stdout)
    return results
