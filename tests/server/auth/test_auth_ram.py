"""The policy language: what is read, what is refused, and what a policy says to a question."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from pixoss.server.auth.globs import glob
from pixoss.server.auth.ram import FULL_ACCESS, NO_ACCESS, Policy, PolicyError, Question, Verdict, parse, read

ALLOW, DENY, NOTHING = Verdict.ALLOW, Verdict.DENY, Verdict.NOTHING
READING = {"Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*"}


def policy(*statements: dict[str, Any]) -> Policy:
    return parse(json.dumps({"Version": "1", "Statement": statements}))


def bucket_policy(*statements: dict[str, Any]) -> Policy:
    return parse(json.dumps({"Version": "1", "Statement": statements}), names_principals=True)


def asked(action: str = "oss:GetObject", resource: str = "oss:b/k", **context: str) -> Question:
    return Question(action, resource, {key.replace("_", ":", 1).lower(): value for key, value in context.items()})


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*", ["", "a", "a\nb", "猫"], []),
        ("a*", ["a", "ab"], ["", "ba"]),
        ("*a", ["a", "ba"], ["ab"]),
        ("a?c", ["abc", "a.c"], ["ac", "abbc"]),
        ("a*b*c", ["abc", "axxbyyc", "abbcbc"], ["ab", "acb", "abcd"]),
        ("a**b", ["ab", "axb"], ["a"]),
        ("a.c", ["a.c"], ["abc"]),
        ("[ab](*", ["[ab](", "[ab](x"], ["a("]),
        ("*ab*ab", ["abab", "xabyab"], ["ab", "aba"]),
        ("", [""], ["a"]),
    ],
)
def test_patterns(pattern: str, yes: list[str], no: list[str]) -> None:
    assert [text for text in yes if not glob(pattern).fullmatch(text)] == []
    assert [text for text in no if glob(pattern).fullmatch(text)] == []


def test_no_pattern_is_slow() -> None:
    started = time.perf_counter()
    assert not glob("*a" * 500 + "b").fullmatch("a" * 1023)
    assert not glob("?*" * 500 + "b").fullmatch("a" * 1023)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("action", "verdict"),
    [("oss:GetObject", ALLOW), ("OSS:getobject", ALLOW), ("oss:GetObjectAcl", NOTHING), ("oss:PutObject", NOTHING)],
)
def test_an_action_is_meant_whatever_its_case(action: str, verdict: Verdict) -> None:
    assert policy(READING).judge(asked(action)) is verdict


@pytest.mark.parametrize(
    ("actions", "verdict"),
    [
        ("oss:Get*", ALLOW),
        ("oss:*", ALLOW),
        ("*", ALLOW),
        ("oss:Put*", NOTHING),
        (["oss:Put*", "oss:G?tObject"], ALLOW),
    ],
)
def test_actions_are_patterns(actions: Any, verdict: Verdict) -> None:
    assert policy({**READING, "Action": actions}).judge(asked()) is verdict


@pytest.mark.parametrize(
    ("resource", "meant", "others"),
    [
        ("acs:oss:*:*:b/*", ["oss:b/k", "oss:b/"], ["oss:b", "oss:bb/k", "oss:"]),
        ("acs:oss:*:*:b", ["oss:b"], ["oss:b/k"]),
        ("acs:oss:*:*:*", ["oss:b", "oss:b/k", "oss:"], ["ram:role/r"]),
        ("*", ["oss:b", "oss:b/k", "oss:", "ram:role/r"], []),
        ("acs:oss:oss-cn-beijing:1234:b/img/*.jpg", ["oss:b/img/a.jpg", "oss:b/img/a/b.jpg"], ["oss:b/img/a.png"]),
        ("b/k?", ["oss:b/k1"], ["oss:b/k", "oss:b/K1"]),
        ("acs:ram::*:role/r", ["ram:role/r"], ["oss:role/r", "ram:role/s"]),
        ("acs:*:*:*:*", ["oss:b/k", "ram:role/r"], []),
        ("acs:oss:*:*:b/a:b", ["oss:b/a:b"], ["oss:b/a"]),
    ],
)
def test_resources(resource: str, meant: list[str], others: list[str]) -> None:
    found = policy({"Effect": "Allow", "Action": "*", "Resource": [resource]})
    assert {what: found.judge(asked("oss:X", what)) for what in meant} == dict.fromkeys(meant, ALLOW)
    assert {what: found.judge(asked("oss:X", what)) for what in others} == dict.fromkeys(others, NOTHING)


def test_what_is_not_named() -> None:
    found = policy({"Effect": "Allow", "NotAction": ["oss:Delete*"], "NotResource": ["acs:oss:*:*:b/secret/*"]})
    assert found.judge(asked()) is ALLOW
    assert found.judge(asked("oss:DeleteObject")) is NOTHING
    assert found.judge(asked(resource="oss:b/secret/k")) is NOTHING


@pytest.mark.parametrize("is_first", [True, False])
def test_a_deny_beats_every_allow(is_first: bool) -> None:
    deny = {"Effect": "Deny", "Action": "oss:*", "Resource": "acs:oss:*:*:b/secret/*"}
    found = policy(*([deny, READING] if is_first else [READING, deny]))
    assert found.judge(asked()) is ALLOW
    assert found.judge(asked(resource="oss:b/secret/k")) is DENY
    assert found.judge(asked("oss:PutObject")) is NOTHING


def test_all_and_nothing() -> None:
    assert (FULL_ACCESS.judge(asked("oss:Any", "oss:")), NO_ACCESS.judge(asked())) == (ALLOW, NOTHING)
    assert FULL_ACCESS.judge(asked("sts:AssumeRole", "ram:role/r")) is NOTHING


# Operator, key, values; what of the request meets it; what does not. None: the request does not have the key.
CONDITIONS: list[tuple[str, str, Any, list[str | None], list[str | None]]] = [
    ("StringEquals", "oss:Prefix", ["", "a/"], ["", "a/"], ["a", "A/", None]),
    ("StringEquals", "OSS:prefix", "a", ["a"], ["b"]),
    ("StringNotEquals", "oss:Prefix", ["a", "b"], ["c", None], ["a", "b"]),
    ("StringEqualsIgnoreCase", "acs:UserAgent", "Curl", ["curl", "CURL"], ["wget", None]),
    ("StringNotEqualsIgnoreCase", "acs:UserAgent", "Curl", ["wget", None], ["curl"]),
    ("StringLike", "oss:Prefix", ["img/*", "doc/?"], ["img/", "img/a/b", "doc/1"], ["doc/", "x", None]),
    ("StringNotLike", "oss:Prefix", "img/*", ["x", None], ["img/a"]),
    ("NumericEquals", "oss:MaxKeys", 100, ["100", "100.0"], ["99", "many", None]),
    ("NumericNotEquals", "oss:MaxKeys", "100", ["99", "many", None], ["100"]),
    ("NumericLessThan", "oss:MaxKeys", "100", ["99"], ["100", "many"]),
    ("NumericLessThanEquals", "oss:MaxKeys", "100", ["100"], ["101"]),
    ("NumericGreaterThan", "oss:MaxKeys", 100, ["101"], ["100"]),
    ("NumericGreaterThanEquals", "oss:MaxKeys", 100, ["100"], ["99"]),
    ("DateLessThan", "acs:CurrentTime", "2026-01-15T08:30:45Z", ["2026-01-15T08:30:44Z"], ["2026-01-15T08:30:45Z"]),
    ("DateLessThan", "acs:CurrentTime", "2026-01-15T16:30:45+08:00", ["2026-01-15T08:30:44Z"], ["2026-01-16", None]),
    ("DateLessThanEquals", "acs:CurrentTime", "2026-01-15", ["2026-01-15T00:00:00Z"], ["2026-01-15T00:00:01Z"]),
    ("DateGreaterThan", "acs:CurrentTime", "2026-01-15", ["2026-01-15T00:00:01Z"], ["2026-01-15", "tomorrow"]),
    ("DateGreaterThanEquals", "acs:CurrentTime", "2026-01-15", ["2026-01-15"], ["2026-01-14"]),
    ("DateEquals", "acs:CurrentTime", "2026-01-15", ["2026-01-15T00:00:00Z"], ["2026-01-16"]),
    ("DateNotEquals", "acs:CurrentTime", "2026-01-15", ["2026-01-16"], ["2026-01-15"]),
    ("Bool", "acs:SecureTransport", True, ["true"], ["false", None]),
    ("Bool", "acs:SecureTransport", "false", ["false"], ["true"]),
    ("Bool", "acs:SecureTransport", ["True"], ["true"], ["false"]),
    ("IpAddress", "acs:SourceIp", "10.0.0.0/8", ["10.1.2.3", "::ffff:10.1.2.3"], ["11.0.0.1", "nowhere", None]),
    ("IpAddress", "acs:SourceIp", ["10.0.0.1", "2001:db8::/32"], ["10.0.0.1", "2001:db8::1"], ["10.0.0.2", "::1"]),
    ("IpAddress", "acs:SourceIp", ["10.1.*"], ["10.1.2.3"], ["10.2.1.1"]),
    ("IpAddressIncludeBorder", "acs:SourceIp", "10.0.0.0/24", ["10.0.0.0", "10.0.0.255"], ["10.0.1.0"]),
    ("NotIpAddress", "acs:SourceIp", ["10.0.0.0/8"], ["11.0.0.1", None], ["10.0.0.1"]),
]


@pytest.mark.parametrize(("operator", "key", "values", "met", "unmet"), CONDITIONS)
def test_conditions(operator: str, key: str, values: Any, met: list[str | None], unmet: list[str | None]) -> None:
    found = policy({**READING, "Condition": {operator: {key: values}}})
    for expected, given in ((ALLOW, met), (NOTHING, unmet)):
        for value in given:
            context = {} if value is None else {key.lower(): value}
            assert found.judge(Question("oss:GetObject", "oss:b/k", context)) is expected, (operator, value)


def test_all_conditions_must_be_met() -> None:
    condition = {
        "StringEquals": {"oss:Delimiter": "/", "oss:Prefix": ["", "a/"]},
        "Bool": {"acs:SecureTransport": "true"},
    }
    found = policy({**READING, "Condition": condition})
    given = {"oss_delimiter": "/", "oss_prefix": "a/", "acs_securetransport": "true"}
    assert found.judge(asked(**given)) is ALLOW
    for name, value in {"oss_delimiter": "", "oss_prefix": "b/", "acs_securetransport": "false"}.items():
        assert found.judge(asked(**{**given, name: value})) is NOTHING


ROLE = "arn:sts::123:assumed-role/reader/web"


@pytest.mark.parametrize(
    ("element", "names", "is_meant"),
    [
        ({"Principal": ["*"]}, (), True),
        ({"Principal": "*"}, ("1", "ak"), True),
        ({"Principal": []}, (), True),
        ({"Principal": ["27", "28"]}, ("28", "ak"), True),
        ({"Principal": ["ak"]}, ("28", "ak"), True),
        ({"Principal": ["27"]}, ("28", "ak"), False),
        ({"Principal": ["27"]}, (), False),
        ({"Principal": ["arn:sts::*:assumed-role/reader/*"]}, (ROLE,), True),
        ({"Principal": ["arn:sts::123:assumed-role/reader/web"]}, (ROLE,), True),
        ({"Principal": ["arn:sts::*:*/*/*"]}, (ROLE,), True),
        ({"Principal": ["arn:sts::*:assumed-role/writer/*"]}, (ROLE,), False),
        ({"NotPrincipal": ["28"]}, ("28", "ak"), False),
        ({"NotPrincipal": ["28"]}, ("29", "ak"), True),
        ({"NotPrincipal": ["28"]}, (), True),
    ],
)
def test_principals(element: dict[str, Any], names: tuple[str, ...], is_meant: bool) -> None:
    found = bucket_policy({**READING, **element})
    assert found.judge(Question("oss:GetObject", "oss:b/k", {}, names)) is (ALLOW if is_meant else NOTHING)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 5000, "not JSON"),
        ("[]", "it must be an object"),
        ('{"Statement": []}', 'Version must be "1"'),
        ('{"Version": "2012-10-17", "Statement": []}', 'Version must be "1"'),
        ('{"Version": "1"}', "Statement must be a list"),
        ('{"Version": "1", "Statement": []}', "Statement must be a list"),
        ('{"Version": "1", "Statement": [], "Id": "x"}', "unknown element Id"),
        ('{"Version": "1", "Statement": ["x"]}', "statement 1: it must be an object"),
    ],
)
def test_what_is_no_policy(text: str, complaint: str) -> None:
    with pytest.raises(PolicyError, match=complaint):
        parse(text)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"Effect": "allow"}, "Effect must be Allow or Deny"),
        ({"Effect": None}, "Effect must be Allow or Deny"),
        ({"Effect": ["Allow"]}, "Effect must be Allow or Deny"),
        ({"Action": []}, "Action must be a string"),
        ({"Action": [""]}, "Action must be a string"),
        ({"Action": [1]}, "Action must be a string"),
        ({"Action": {"a": 1}}, "Action must be a string"),
        ({"NotAction": "oss:*"}, "either Action or NotAction"),
        ({"NotResource": "*"}, "either Resource or NotResource"),
        ({"Resource": "acs:oss:b/k"}, "the resource acs:oss:b/k is not"),
        ({"Principal": ["*"]}, "only a bucket policy"),
        ({"Actions": "x"}, "unknown element Actions"),
        ({"Condition": []}, "Condition must be an object"),
        ({"Condition": {"StringEquals": "x"}}, "StringEquals must be an object"),
        ({"Condition": {"StringIs": {"oss:Prefix": "x"}}}, "operator StringIs is not known"),
        ({"Condition": {"StringEquals": {"oss:Prefix": []}}}, "has no value"),
        ({"Condition": {"StringEquals": {"oss:Prefix": [None]}}}, "must be a string, a number or a boolean"),
        ({"Condition": {"IpAddress": {"acs:SourceIp": "10.0.0.300"}}}, "10.0.0.300"),
        ({"Condition": {"Bool": {"acs:SecureTransport": "yes"}}}, "neither true nor false"),
        ({"Condition": {"DateLessThan": {"acs:CurrentTime": "soon"}}}, "soon"),
        ({"Condition": {"NumericEquals": {"oss:MaxKeys": "many"}}}, "many"),
    ],
)
def test_what_is_no_statement(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(PolicyError, match=f"statement 2: .*{complaint}"):
        policy(READING, {**READING, **change})


@pytest.mark.parametrize("change", [{}, {"Principal": [1]}, {"Principal": {"RAM": ["*"]}}, {"Principal": ""}])
def test_a_bucket_policy_names_principals(change: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match=r"statement 1: .*Principal"):
        bucket_policy({**READING, **change})


def test_too_many_statements() -> None:
    policy(*[READING] * 100)
    with pytest.raises(PolicyError, match="1 to 100"):
        policy(*[READING] * 101)


def test_a_setting_is_text_or_parsed() -> None:
    document = {"Version": "1", "Statement": [READING]}
    for given in (document, json.dumps(document)):
        assert read(given).judge(asked()) is ALLOW
    with pytest.raises(PolicyError):
        read(None)
