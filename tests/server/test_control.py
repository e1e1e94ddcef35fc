import pytest
from oss_client import Client

pytestmark = pytest.mark.anyio


async def test_health_and_readiness(client: Client) -> None:
    health = await client.get("/_pixoss/health", sign=False)
    assert (health.status, health.headers["content-type"]) == (200, "application/json")
    assert '"status":"ok"' in health.text
    ready = await client.get("/_pixoss/ready", sign=False)
    assert (ready.status, ready.text) == (200, '{"ready":true,"store":"ok"}')


async def test_not_ready_says_why(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(client.state["services"].store, "check", broken)
    answer = await client.get("/_pixoss/ready", sign=False)
    assert (answer.status, "No space left" in answer.text) == (503, True)


async def test_a_failure_nobody_expected_is_an_internal_error_without_a_traceback(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(client.state["services"].store, "list_buckets", broken)
    answer = await client.get("/")
    assert (answer.status, answer.code) == (500, "InternalError")
    assert "secret of the house" not in answer.text
    assert answer.field("RequestId") == answer.headers["x-oss-request-id"]


async def test_nothing_of_control_is_a_bucket(client: Client) -> None:
    answer = await client.put("/_pixoss")
    assert (answer.status, answer.code) == (400, "InvalidBucketName")
