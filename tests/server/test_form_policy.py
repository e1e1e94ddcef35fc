"""The policies of posted forms: every condition, and everything that is no policy."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oss_client import START, Client
from support_forms import ANY, body_of, encoded, policy_of, post, signed_v1, signed_v4, stored

from pixoss.server.auth.form_policy import parse
from pixoss.server.errors import OSSError

pytestmark = pytest.mark.anyio

KEYED = {"key": "user/eric/1.jpg"}


@pytest.mark.parametrize(
    ("condition", "fields", "failed"),
    [
        ({"bucket": "pictures"}, {}, None),
        ({"bucket": "other"}, {}, '["eq", "$bucket", "other"]'),
        ({"bucket": "other"}, {"bucket": "other"}, '["eq", "$bucket", "other"]'),
        ({"Key": "user/eric/1.jpg"}, {}, None),
        ({"key": "user/eric/1.JPG"}, {}, '["eq", "$key", "user/eric/1.JPG"]'),
        (["eq", "$Success_Action_Status", "201"], {"SUCCESS_action_status": "201"}, None),
        (["eq", "$success_action_status", "201"], {}, '["eq", "$success_action_status", "201"]'),
        (["starts-with", "$key", "user/eric/"], {}, None),
        (["starts-with", "$key", "user/Eric/"], {}, '["starts-with", "$key", "user/Eric/"]'),
        (["starts-with", "$x-oss-meta-any", ""], {}, None),
        (["in", "$content-type", ["image/jpg", "image/png"]], {"Content-Type": "image/png"}, None),
        (
            ["in", "$content-type", ["image/jpg"]],
            {"Content-Type": "text/html"},
            '["in", "$content-type", ["image/jpg"]]',
        ),
        (["in", "$content-type", ["text/x-file"]], {}, None),
        (["not-in", "$cache-control", ["no-cache"]], {"Cache-Control": "max-age=1"}, None),
        (["not-in", "$cache-control", ["猫"]], {"Cache-Control": "猫"}, '["not-in", "$cache-control", ["猫"]]'),
        (["starts-with", "$x-oss-object-acl", "public"], {"x-oss-object-acl": "private"}, "x-oss-object-acl"),
    ],
)
async def test_conditions(
    client: Client, bucket: str, condition: Any, fields: dict[str, str], failed: str | None
) -> None:
    form = signed_v1(policy_of([["content-length-range", 0, 100], condition]), **KEYED, **fields)
    answer = await post(client, bucket, body_of(form, kind="text/x-file"))
    if failed is None:
        assert answer.status in (201, 204), answer.text
        return
    assert (answer.status, answer.code, await stored(client, bucket)) == (403, "AccessDenied", [])
    message = answer.field("Message") or ""
    assert message.startswith("Invalid according to Policy: Policy Condition failed: [")
    assert failed in message


@pytest.mark.parametrize(
    ("sizes", "code"),
    [
        ([(7, 7)], None),
        ([(0, 6)], "EntityTooLarge"),
        ([(8, 100)], "EntityTooSmall"),
        ([(0, 100), (0, 3)], "EntityTooLarge"),
        ([(9, 5)], "EntityTooLarge"),
    ],
)
async def test_the_size_of_the_file(
    client: Client, bucket: str, sizes: list[tuple[int, int]], code: str | None
) -> None:
    form = signed_v1(policy_of([["content-length-range", *size] for size in sizes]), key="k")
    answer = await post(client, bucket, body_of(form, b"7 bytes"))
    if code is None:
        assert answer.status == 204
    else:
        assert (answer.status, answer.code, await stored(client, bucket)) == (400, code, [])


async def test_a_file_that_is_too_large_is_refused_while_it_arrives(client: Client, bucket: str) -> None:
    head, _, _ = body_of(signed_v1(policy_of([["content-length-range", 0, 1000]]), key="k")).partition(b"content")
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield head
        while True:
            sent += 1
            yield b"x" * 500

    answer = await post(client, bucket, endless(), headers={"transfer-encoding": "chunked"})
    assert (answer.status, answer.code, answer.field("MaxSizeAllowed")) == (400, "EntityTooLarge", "1000")
    assert (sent, await stored(client, bucket)) == (3, [])


async def test_a_policy_expires(client: Client, bucket: str, clock: Any) -> None:
    body = body_of(signed_v1(policy_of([], START + 60), key="k"))
    clock.now = START + 60
    assert (await post(client, bucket, body)).status == 204
    clock.now = START + 61
    answer = await post(client, bucket, body)
    assert (answer.status, answer.code) == (403, "AccessDenied")
    assert answer.field("Message") == "Invalid according to Policy: Policy expired."


async def test_v4_wants_its_own_fields_in_the_policy(client: Client, bucket: str) -> None:
    answer = await post(client, bucket, body_of(signed_v4([], named=False, key="k")))
    assert (answer.status, answer.code) == (403, "AccessDenied")
    assert "x-oss-signature-version" in (answer.field("Message") or "")
    other = signed_v4([{"x-oss-date": "20200101T000000Z"}], key="k")
    answer = await post(client, bucket, body_of(other))
    assert '["eq", "$x-oss-date", "20200101T000000Z"]' in (answer.field("Message") or "")


@pytest.mark.parametrize("form", [signed_v1(ANY, key="k"), signed_v4([], key="k")])
async def test_a_changed_policy_does_not_match(client: Client, bucket: str, form: dict[str, str]) -> None:
    changed = policy_of([["starts-with", "$key", ""]])
    answer = await post(client, bucket, body_of({**form, "policy": changed}))
    assert (answer.status, answer.code) == (403, "SignatureDoesNotMatch")
    assert (answer.field("StringToSign"), await stored(client, bucket)) == (changed, [])


@pytest.mark.parametrize("left_out", ["policy", "Signature", "OSSAccessKeyId"])
async def test_all_of_the_signature_or_none_of_it(client: Client, bucket: str, left_out: str) -> None:
    form = signed_v1(ANY, key="k")
    del form[left_out]
    answer = await post(client, bucket, body_of(form))
    assert (answer.status, answer.code) == (400, "InvalidArgument")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("*", "Invalid Policy: Invalid JSON: "),
        ("bm8=", "Invalid Policy: Invalid JSON: "),
        ("W10=", "Invalid Policy: Invalid JSON: the policy is not an object."),
        ("WwBbAFsA/w==", "Invalid Policy: Invalid JSON: "),
    ],
)
async def test_a_policy_that_is_no_json(client: Client, bucket: str, text: str, message: str) -> None:
    answer = await post(client, bucket, body_of(signed_v1(text, key="k")))
    assert (answer.status, answer.code) == (400, "InvalidPolicyDocument")
    assert (answer.field("Message") or "").startswith(message)


@pytest.mark.parametrize(
    ("condition", "ec", "message"),
    [
        (123, "0006-00000222", "must be a Map or a List"),
        (["not-in", "$cache-control", "no-cache"], "0006-00000224", '["not-in", "$cache-control", "no-cache"]'),
        (["in", "$key", [1]], "0006-00000224", '["in", "$key", [1]]'),
        (["eq", "key", "a"], "0006-00000224", '["eq", "key", "a"]'),
        (["eq", "$key", 1], "0006-00000224", '["eq", "$key", 1]'),
        (["like", "$key", "a"], "0006-00000224", "like"),
        (["content-length-range", 0], "0006-00000224", "content-length-range"),
        (["content-length-range", -1, 5], "0006-00000224", "content-length-range"),
        (["content-length-range", True, 5], "0006-00000224", "content-length-range"),
        ([], "0006-00000224", "Invalid Condition: []"),
        ({"key": 1}, "0006-00000224", "must be a String"),
        ({}, "0006-00000222", "Simple-Conditions must have exactly one property specified."),
        ({"a": "b", "c": "d"}, "0006-00000222", "Simple-Conditions must have exactly one property specified."),
        (["eq", "$\ud800", 1], "0006-00000224", "\\xd800"),
    ],
)
async def test_a_condition_that_is_none(client: Client, bucket: str, condition: Any, ec: str, message: str) -> None:
    answer = await post(client, bucket, body_of(signed_v1(policy_of([condition]), key="k")))
    assert (answer.status, answer.code, answer.ec) == (400, "InvalidPolicyDocument", ec)
    assert message in (answer.field("Message") or "")


@pytest.mark.parametrize("text", [None, 5, "", "2026-01-15", "2026-13-15T00:00:00Z", "2026-01-15T00:00:00+08:00"])
def test_an_expiration_that_is_none(text: Any) -> None:
    with pytest.raises(OSSError, match="expiration"):
        parse(encoded({"expiration": text, "conditions": []}))


@pytest.mark.parametrize("text", ["2026-01-15T08:30:45Z", "2026-01-15T08:30:45.000Z", "2026-01-15T08:30:45.5Z"])
def test_an_expiration_may_have_a_fraction(text: str) -> None:
    assert parse(encoded({"expiration": text, "conditions": []})).expires == 1768465845


def test_a_policy_nested_without_end() -> None:
    with pytest.raises(OSSError, match="nested too deeply"):
        parse(base64.b64encode(b"[" * 100_000).decode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["eq", "in", "$key"]),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=3),
)


@given(
    st.text() | JSON.map(lambda conditions: encoded({"expiration": "2026-01-15T08:30:45Z", "conditions": conditions}))
)
def test_any_policy_is_parsed_or_refused(text: str) -> None:
    try:
        policy = parse(text)
        policy.require({"key": "a"}, 0)
    except OSSError as error:
        assert error.code in ("InvalidPolicyDocument", "AccessDenied")
        assert error.xml("id", "host")
