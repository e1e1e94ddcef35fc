"""The second tier with ali-oss as it is, V1 and V4: every call is taken, and every answer can be read."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from live_server import KEY, REGION, SECRET, Server

NODE = Path(__file__).parent / "node"

pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (NODE / "node_modules" / "ali-oss").is_dir(),
    reason="ali-oss needs Node and `npm ci` in tests/compat/node",
)

EXPECTED = {
    "loggingUnset": [False, None],
    "logging": [True, "log/"],
    "tagsUnset": {},
    "tags": {"a": "1", "b": "2"},
    "encryptionUnset": "404 NoSuchServerSideEncryptionRule",
    "encryption": {"SSEAlgorithm": "AES256"},
    "payerUnset": "BucketOwner",
    "payer": "Requester",
    "wormUnset": "404 NoSuchWORMConfiguration",
    "worm": [True, "Locked", "2"],
    "inventory": ["i1", True, ["Size", "ETag"], True],
    "inventories": [["i1"], False],
    "inventoryMissing": "404 NoSuchInventory",
    "channelsUnset": [],
    "channelUrls": [True, True],
    "channel": "10",
    "channelStatus": "Disabled",
    "channelHistory": [],
    "channels": ["c1"],
    "fetching": "400 NotImplemented",
}


@pytest.mark.parametrize("v4", [False, True], ids=["V1", "V4"])
def test_calls(server: Server, names: tuple[str, str], v4: bool) -> None:
    settings = {
        "endpoint": server.named_endpoint,
        "region": f"oss-{REGION}",
        "accessKeyId": KEY,
        "accessKeySecret": SECRET,
        "authorizationV4": v4,
        "bucket": names[0],
        "sldEnable": True,
    }
    done = subprocess.run(
        ["node", "tier2.mjs", json.dumps(settings)], cwd=NODE, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    results = {name: value for name, value in json.loads(done.stdout).items() if value is not None}
    assert results == EXPECTED
