"""Credentials: what can be one, and that nothing prints its secrets."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from pixoss.server.auth.credentials import ANONYMOUS, Credential, Credentials, Principal
from pixoss.server.errors import OSSError


@pytest.mark.parametrize("key", ["", "a b", "a:b", "a/b", "a,b", "ké", "a\n", "x" * 129])
def test_an_access_key_id_must_fit_a_request(key: str) -> None:
    with pytest.raises(ValueError, match="access key id"):
        Credential(key, "secret")


def test_secret_and_token_must_not_be_empty() -> None:
    with pytest.raises(ValueError, match="secret"):
        Credential("ak", "")
    with pytest.raises(ValueError, match="token"):
        Credential("ak", "secret", "")


def test_nothing_secret_is_printed() -> None:
    credentials = Credentials((Credential("ak", "hush", "quiet", 5.0),))
    for text in (repr(credentials), str(credentials), repr(credentials.entries[0]), f"{credentials.entries[0]}"):
        assert "hush" not in text
        assert "quiet" not in text
        assert "ak" in text


def test_credentials_do_not_change() -> None:
    credential: Any = Credential("ak", "secret")
    credentials: Any = Credentials((credential,))
    with pytest.raises(FrozenInstanceError):
        credential.access_key_secret = "other"
    with pytest.raises(FrozenInstanceError):
        credentials.entries = ()


def test_without_credentials_nobody_is_known() -> None:
    with pytest.raises(OSSError, match="InvalidAccessKeyId"):
        Credentials().find("ak", None)


def test_a_key_may_be_permanent_and_temporary_at_once() -> None:
    permanent, temporary = Credential("ak", "one"), Credential("ak", "two", "token")
    credentials = Credentials((temporary, permanent))
    assert credentials.find("ak", None) is permanent
    assert credentials.find("ak", "token") is temporary


def test_a_permanent_key_may_expire_too() -> None:
    credential = Credential("ak", "secret", expires_at=10.0)
    credential.require_unexpired(9.9)
    with pytest.raises(OSSError, match="SecurityTokenExpired"):
        credential.require_unexpired(10.0)


def test_principals() -> None:
    assert ANONYMOUS.is_anonymous
    assert not Principal("ak").is_anonymous
