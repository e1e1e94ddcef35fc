"""`pixoss doctor`: what this installation can do, and what is wrong with it."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import anyio
from pydantic import ValidationError

from .. import __version__
from ..processors.engine import EngineReport, describe
from ..processors.fonts import DEBIAN_PACKAGES, MACHINE_FONTS, Fonts
from ..storage.errors import StorageError
from ..storage.filesystem import FilesystemStore
from .config import Settings

PACKAGES = ("fastapi", "starlette", "uvicorn", "httptools", "uvloop", "pydantic", "aiofiles", "anyio", "fastcrc")


def main(arguments: Sequence[str]) -> int:
    """Print the report; 1 when something is wrong."""
    argparse.ArgumentParser(prog="pixoss doctor", description="Check this installation.").parse_args(arguments)
    report = describe()
    settings, wrong = _settings()
    data, problem = _data_folder(settings.data.absolute()) if settings else ("unknown", wrong)
    fonts = settings.text_fonts if settings else MACHINE_FONTS
    sections = {"Versions": _versions(), "Pictures": _pictures(report), "Fonts": _fonts(fonts), "Data": [data]}
    for title, lines in sections.items():
        print(title, *lines, sep="\n  ")
    problems = [*report.warnings, *_font_problems(fonts), *([problem] if problem else [])]
    print("Problems:" if problems else "No problems found.", *problems, sep="\n  ")
    return 1 if problems else 0


def _versions() -> Iterator[str]:
    yield f"pixoss {__version__}, Python {platform.python_version()} on {sys.platform} {platform.machine()}"
    yield ", ".join(f"{name} {_version(name)}" for name in PACKAGES)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _pictures(report: EngineReport) -> Iterator[str]:
    yield f"{report.name} {report.version}, SIMD: {report.simd}"
    for name, found in report.features.items():
        yield f"{name:<16}{'no' if found is False else 'yes' if found is True else found}"
    yield f"{'opencv':<16}{report.opencv or 'no'}"


def _fonts(fonts: Fonts) -> Iterator[str]:
    """Which file serves each of OSS's names of fonts."""
    yield f"{len(fonts.files)} font files found"
    for served in fonts.served():
        file = served.font.path if served.font else "none that can write Chinese"
        yield f"{served.name:<18}{file}{'' if served.is_own or not served.font else ' (stands in)'}"


def _font_problems(fonts: Fonts) -> Iterator[str]:
    lacking = [served.name for served in fonts.served() if not served.is_own]
    if lacking:
        packages = " ".join(DEBIAN_PACKAGES)
        yield f"Not served by a font of its kind: {', '.join(lacking)}. On Debian: apt install {packages}"


def _settings() -> tuple[Settings | None, str | None]:
    """The settings, or what is wrong with them."""
    try:
        return Settings(), None
    except ValidationError as error:
        return None, "; ".join(f"setting {item['loc'][0]}: {item['msg']}" for item in error.errors())


def _data_folder(data: Path) -> tuple[str, str | None]:
    """What is to be said of the data folder, and what is wrong with it, if anything; a missing one is not made."""
    if not data.exists():
        above = next(folder for folder in data.parents if folder.exists())
        problem = None if os.access(above, os.W_OK) else f"the data folder {data} can not be made"
        return f"{data} (made when the server starts)", problem
    try:
        anyio.run(_check_store, data)
    except (StorageError, OSError) as error:
        return str(data), f"the data folder {data} can not be used: {error}"
    return f"{data} (writable)", None


async def _check_store(data: Path) -> None:
    async with FilesystemStore.open(data, fsync=False) as store:
        await store.check()
