"""Forms that others than the owner sign: RAM users within their policies, and temporary credentials."""

from typing import Any

import pytest
from oss_client import SECRET, Client
from support_forms import ANY, body_of, post, signed_v1, signed_v4, stored

pytestmark = pytest.mark.anyio

USER, TEMPORARY, TOKEN = "a-user", "STS.a-session", "the/token+=="
WRITER = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "oss:PutObject", "Resource": "acs:oss:*:*:pictures/user/*"}],
}


@pytest.fixture
def extra_settings() -> dict[str, Any]:
    user = {"access_key_id": USER, "access_key_secret": SECRET, "policy": WRITER}
    session = {"access_key_id": TEMPORARY, "access_key_secret": SECRET, "security_token": TOKEN}
    return {"credentials": [user, session]}


@pytest.mark.parametrize(("key", "status"), [("user/${filename}", 204), ("other/${filename}", 403), ("user", 403)])
async def test_a_user_posts_where_the_users_policy_allows(client: Client, bucket: str, key: str, status: int) -> None:
    form = {**signed_v1(ANY, key=key), "OSSAccessKeyId": USER}
    answer = await post(client, bucket, body_of(form))
    assert (answer.status, await stored(client, bucket)) == (status, ["user/cat.jpg"] if status == 204 else [])


async def test_a_temporary_key_needs_its_token(client: Client, bucket: str) -> None:
    form = {**signed_v1(ANY, key="k"), "OSSAccessKeyId": TEMPORARY}
    answer = await post(client, bucket, body_of(form))
    assert (answer.status, answer.code) == (403, "InvalidAccessKeyId")
    answer = await post(client, bucket, body_of({**form, "X-OSS-Security-Token": TOKEN}))
    assert (answer.status, await stored(client, bucket)) == (204, ["k"])


@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        ([{"x-oss-security-token": TOKEN}], 204),
        ([["eq", "$x-oss-security-token", TOKEN]], 204),
        ([["starts-with", "$x-oss-security-token", ""]], 403),
        ([{"x-oss-security-token": "another"}], 403),
        ([], 403),
    ],
)
async def test_v4_wants_the_token_in_the_policy(
    client: Client, bucket: str, conditions: list[Any], status: int
) -> None:
    form = signed_v4(conditions, access_key_id=TEMPORARY, key="k")
    answer = await post(client, bucket, body_of({**form, "x-oss-security-token": TOKEN}))
    assert (answer.status, await stored(client, bucket)) == (status, ["k"] if status == 204 else [])
