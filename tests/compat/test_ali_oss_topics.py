"""ali-oss as it is, topic by topic, in every way of addressing and in both versions of signatures."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from live_server import KEY, REGION, SECRET, TOKEN, Server

NODE = Path(__file__).parent / "node"
TOPICS = sorted(path.stem for path in (NODE / "topics").glob("*.mjs"))

# The endpoint, and options of the client. "forged": with an IP address alone ali-oss sends the Host of the service and
# no bucket in the path. "virtual-host": the endpoint is the service's own, whose name leads to this machine.
ADDRESSING = {
    "name": ("localhost", {"sldEnable": True}),
    "forged": ("127.0.0.1", {}),
    "forged-and-path": ("127.0.0.1", {"sldEnable": True}),
    "virtual-host": (f"oss-{REGION}.aliyuncs.com", {"lookup": True}),
}

# With an IP address and no bucket in the path ali-oss signs no URLs.
NOT_POSSIBLE = {("urls", "forged")}
CASES = [
    (topic, addressing) for topic in TOPICS for addressing in ADDRESSING if (topic, addressing) not in NOT_POSSIBLE
]

Reports = Callable[[str, bool], dict[str, str | None]]

pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (NODE / "node_modules" / "ali-oss").is_dir(),
    reason="ali-oss needs Node and `npm ci` in tests/compat/node",
)


@pytest.fixture(scope="module")
def reports(server: Server, picture: bytes) -> Reports:
    """What went wrong in each topic; all topics of one way of addressing run in one process."""

    @cache
    def report(addressing: str, v4: bool) -> dict[str, str | None]:
        host, options = ADDRESSING[addressing]
        settings = {
            "endpoint": f"http://{host}:{server.port}",
            "region": f"oss-{REGION}",
            "accessKeyId": KEY,
            "accessKeySecret": SECRET,
            "authorizationV4": v4,
            "picture": base64.b64encode(picture).decode(),
            "word": uuid.uuid4().hex[:12],
            "token": TOKEN,
            "topics": [topic for topic, found in CASES if found == addressing],
            **options,
        }
        command = ["node", "run.mjs", json.dumps(settings)]
        done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        found: dict[str, str | None] = json.loads(done.stdout)
        return found

    return report


@pytest.mark.parametrize("v4", [False, True], ids=["V1", "V4"])
@pytest.mark.parametrize(("topic", "addressing"), CASES)
def test_topic(reports: Reports, topic: str, addressing: str, v4: bool) -> None:
    assert reports(addressing, v4)[topic] is None
