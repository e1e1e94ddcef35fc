"""`pixoss doctor`: what this installation can do, and what is wrong with it."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version

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
    problems = [*report.warnings, *_setting_problems()]
    for title, lines in (("Versions", _versions()), ("Pictures", _pictures(report)), ("Fonts", _fonts(report))):
        print(title)
        for line in lines:
            print(f"  {line}")
    print("Problems" if problems else "No problems found.")
    for problem in problems:
        print(f"  {problem}")
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


def _setting_problems() -> list[str]:
    try:
        settings = Settings()
    except ValidationError as error:
        return [f"settings: {item['loc']}: {item['msg']}" for item in error.errors()]
    try:
        anyio.run(_check_store, settings)
    except (StorageError, OSError) as error:
        return [f"data folder {settings.data} can not be used: {error}"]
    return []


async def _check_store(settings: Settings) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    async with FilesystemStore.open(settings.data, fsync=False) as store:
        await store.check()
