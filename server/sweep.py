"""`pixoss sweep`: carry out the lifecycle rules of all buckets once, for a timer such as cron's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import anyio
from pydantic import ValidationError

from ..storage.errors import StorageError
from ..storage.filesystem import FilesystemStore
from .config import Settings
from .lifecycle.sweep import Report, sweep
from .options import explained


def main(arguments: Sequence[str]) -> int:
    """Sweep and print what was done; 2 for wrong settings, 1 when the data folder cannot be used.

    The folder is opened directly, so no key is needed; a server may be running on it.
    """
    chosen = _parser().parse_args(arguments)
    try:
        settings = Settings(**({"data": chosen.data} if chosen.data else {}))
    except ValidationError as error:
        print(explained(error), file=sys.stderr)
        return 2
    if not settings.data.is_dir():
        print(f"pixoss: there is no data folder {settings.data}", file=sys.stderr)
        return 1
    try:
        report = anyio.run(_swept, settings, chosen.at or datetime.now(UTC))
    except (StorageError, OSError) as error:
        print(f"pixoss: the data folder {settings.data} can not be used: {error}", file=sys.stderr)
        return 1
    print(*_lines(report), sep="\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pixoss sweep", description="Carry out the lifecycle rules of all buckets.")
    parser.add_argument("--data", type=Path, help="folder that keeps buckets and objects (default: as for serve)")
    parser.add_argument(
        "--at", type=_moment, help="the moment to sweep for, in ISO 8601, UTC unless told (default: now)"
    )
    return parser


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=moment.tzinfo or UTC)


async def _swept(settings: Settings, at: datetime) -> Report:
    async with FilesystemStore.open(settings.data, fsync=settings.fsync) as store:
        return await sweep(store, int(at.timestamp() * 1000))


def _lines(report: Report) -> list[str]:
    """One line for each bucket that has rules."""
    if not report:
        return ["No bucket has lifecycle rules."]
    return [
        f"{bucket}: {', '.join(f'{number} {kind}' for kind, number in done.items())}" for bucket, done in report.items()
    ]
