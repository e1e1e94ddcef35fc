import os
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from pixoss.processors.fidelity import Fidelity
from pixoss.server.auth.ram import FULL_ACCESS
from pixoss.server.config import Settings, owner_secret
from pixoss.server.serve import main


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("PIXOSS_"):
            monkeypatch.delenv(name)


def test_nothing_needs_to_be_set() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.data) == ("127.0.0.1", 8880, Path("data"))
    assert (settings.fidelity, settings.signatures, settings.fsync) == (Fidelity.EXACT, "strict", True)


def test_option_beats_environment_beats_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pixoss.toml").write_text('port = 1\nregion = "cn-file"\nhost = "0.0.0.0"\n')
    monkeypatch.setenv("PIXOSS_PORT", "2")
    monkeypatch.setenv("PIXOSS_REGION", "cn-environment")
    settings = Settings(port="3")
    assert (settings.port, settings.region, settings.host) == (3, "cn-environment", "0.0.0.0")


def test_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text("port = 4\n")
    assert Settings(config="other.toml").port == 4
    monkeypatch.setenv("PIXOSS_CONFIG", str(tmp_path / "other.toml"))
    assert Settings().port == 4


def test_lists_need_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXOSS_SERVICE_HOSTS", "oss.local, localhost")
    settings = Settings(cnames="img.example.com=pictures,b.example.com=backup")
    assert settings.service_hosts == {"oss.local", "localhost"}
    assert settings.cnames == {"img.example.com": "pictures", "b.example.com": "backup"}


def test_credentials_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "pixoss.toml").write_text(
        '[[credentials]]\naccess_key_id = "STS.a"\naccess_key_secret = "s"\nsecurity_token = "t"\nexpires_at = 5\n'
    )
    (credential,) = Settings().credentials
    assert (credential.access_key_id, credential.expires_at) == ("STS.a", 5)
    assert "'s'" not in repr(credential)


def test_roles_and_policies_from_a_file_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statement = '[{Effect = "Allow", Action = "oss:GetObject", Resource = ["acs:oss:*:*:b/*"]}]'
    (tmp_path / "pixoss.toml").write_text(
        f'[[roles]]\nname = "reader"\nmax_duration = 43200\npolicy = {{Version = "1", Statement = {statement}}}\n'
        '[[roles]]\nname = "all"\n'
    )
    reader, everything = Settings().roles
    assert (reader.name, reader.max_duration, len(reader.policy.statements)) == ("reader", 43200, 1)
    assert (everything.max_duration, everything.policy) == (3600, FULL_ACCESS)
    policy = r"{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}]}"
    monkeypatch.setenv("PIXOSS_ROLES", f'[{{"name": "x", "policy": "{policy}"}}]')
    assert [role.name for role in Settings().roles] == ["x"]


def test_a_wrong_policy_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PIXOSS_ROLES", '[{"name": "x", "policy": {"Version": "1", "Statement": [{"Effect": "No"}]}}]')
    assert main([]) == 2
    assert "pixoss: roles.0.policy: Value error, statement 1: Effect must be Allow or Deny" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": "x"},
        {"port": "70000"},
        {"region": "CN HANGZHOU"},
        {"fidelity": "best"},
        {"signatures": "none"},
        {"workers": "0"},
        {"access_key_id": "me"},
        {"config": "missing.toml"},
        {"unknown": "1"},
        {"cnames": "img.example.com"},
    ],
)
def test_wrong_settings(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_wrong_settings_on_the_command_line_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "x"]) == 2
    assert capsys.readouterr().err.startswith("pixoss: port: ")


def test_a_secret_is_made_once_and_kept_to_oneself(tmp_path: Path) -> None:
    first, second = owner_secret(Settings(), tmp_path), owner_secret(Settings(), tmp_path)
    assert first == second
    assert len(first) >= 24
    assert stat.S_IMODE((tmp_path / "access-key-secret").stat().st_mode) == 0o600
    assert owner_secret(Settings(access_key_secret="mine"), tmp_path) == "mine"
