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
from ..storage.errors import StorageError
from ..storage.filesystem import FilesystemStore
from .config import Settings

PACKAGES = ("fastapi", "starlette", "uvicorn", "httptools", "uvloop", "pydantic", "aiofiles", "anyio", "fastcrc")


def main(arguments: Sequence[str]) -> int:
    """Print the report; 1 when something is wrong."""
    argparse.ArgumentParser(prog="pixoss doctor", description="Check this installation.").parse_args(arguments)
    report = describe()
    data, problem = _data_folder()
    sections = {"Versions": _versions(), "Pictures": _pictures(report), "Fonts": _fonts(report), "Data": [data]}
    for title, lines in sections.items():
        print(title, *lines, sep="\n  ")
    problems = [*report.warnings, *([problem] if problem else [])]
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


def _fonts(report: EngineReport) -> Iterator[str]:
    yield f"{report.font_count} font files found" + (
        f": {', '.join(report.font_families)}" if report.font_count else ""
    )


def _data_folder() -> tuple[str, str | None]:
    """What is to be said of the data folder, and what is wrong with it, if anything; a missing one is not made."""
    try:
        data = Settings().data.absolute()
    except ValidationError as error:
        return "unknown", "; ".join(f"setting {item['loc'][0]}: {item['msg']}" for item in error.errors())
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
