"""The command line as a user meets it."""

from __future__ import annotations

import signal
import socket
import tempfile
from pathlib import Path

import pytest
from live_server import SECRET, start
from support_fonts import bare_machine, forget, groups, sfnt

from pixoss.server import doctor
from pixoss.server.banner import banner
from pixoss.server.cli import main
from pixoss.server.config import Settings
from pixoss.server.options import NO_OPTION


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_doctor_reports_and_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["doctor"])
    report = capsys.readouterr().out
    assert [line for line in report.splitlines() if line and not line.startswith(" ")][:4] == [
        "Versions",
        "Pictures",
        "Fonts",
        "Data",
    ]
    assert (status == 0) == report.endswith("No problems found.\n")
    assert str(tmp_path / "data") in report
    assert list(tmp_path.iterdir()) == []


def test_doctor_checks_the_data_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    assert doctor.main([]) == 1
    assert f"the data folder {tmp_path / 'data'} can not be used" in capsys.readouterr().out
    (tmp_path / "data").unlink()
    (tmp_path / "data").mkdir()
    doctor.main([])
    assert f"{tmp_path / 'data'} (writable)" in capsys.readouterr().out


def test_doctor_tells_who_serves_which_font(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare_machine(monkeypatch)
    assert doctor.main([]) == 1
    bare = capsys.readouterr().out
    assert "0 font files found" in bare
    assert "wqy-zenhei        none that can write Chinese" in bare
    (tmp_path / "wqy-zenhei.ttc").write_bytes(sfnt(groups((0x4E00, 0x9FFF, 1))))
    monkeypatch.setenv("PIXOSS_FONTS", str(tmp_path))
    forget()
    doctor.main([])
    report = capsys.readouterr().out
    assert f"wqy-zenhei        {tmp_path / 'wqy-zenhei.ttc'}\n" in report
    assert f"fangzhengkaiti    {tmp_path / 'wqy-zenhei.ttc'} (stands in)\n" in report
    problem = next(line for line in report.splitlines() if "Not served by a font of its kind: " in line)
    assert "fangzhengkaiti" in problem and "wqy-zenhei," not in problem and "fonts-arphic-ukai" in problem
    forget()


def test_doctor_explains_wrong_settings(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PIXOSS_PORT", "many")
    assert doctor.main([]) == 1
    assert "setting port: " in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "status"), [(["--help"], 0), (["--version"], 0), ([], 2), (["unknown"], 2)])
def test_words_that_are_no_command(arguments: list[str], status: int) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == status


def test_every_setting_is_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    text = capsys.readouterr().out
    for name in Settings.model_fields.keys() - NO_OPTION:
        assert f"--{name.replace('_', '-')}" in text


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["serve", "--port", str(taken.getsockname()[1])]) == 1
    assert "Address already in use (another address: --host, --port)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "shown", "named"),
    [
        ("127.0.0.1", "http://127.0.0.1:1", "http://localhost:1"),
        ("0.0.0.0", "http://127.0.0.1:1", "http://localhost:1"),
        ("::1", "http://[::1]:1", "http://[::1]:1"),
        ("oss.local", "http://oss.local:1", "http://oss.local:1"),
    ],
)
def test_the_banner_can_be_pasted_from(host: str, shown: str, named: str) -> None:
    text = banner(Settings(host=host, access_key_secret=SECRET), SECRET, 1)
    assert f"oss2.Auth('pixoss', '{SECRET}'), '{shown}'" in text
    assert f"endpoint: '{named}'" in text


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_ephemeral_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: signal.Signals) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "temporary").mkdir()
    server = start(tmp_path / "unused", "--ephemeral")
    kept = list((tmp_path / "temporary").glob("pixoss-*"))
    assert [len(kept), (tmp_path / "unused").exists()] == [1, False]
    server.process.send_signal(stop)
    assert server.process.wait(10) == 0
    assert list((tmp_path / "temporary").iterdir()) == []
