"""The command line: `pixoss serve`, `pixoss explain` and the others.

Rendering processes run the main module again, so a command's module is imported only when that command is run.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from .. import __version__

# Each command is the module of this room that bears its name, with a function `main(arguments) -> exit status`.
COMMANDS = {
    "serve": "run the server",
    "sign": "make a signed URL",
    "explain": "say why the signature of a URL or a request does not match",
    "sweep": "carry out the lifecycle rules of all buckets once",
    "doctor": "show what this installation can do, and what is wrong with it",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="pixoss",
        description="A local stand-in for Alibaba Cloud OSS whose speciality is image processing.",
        epilog="\n".join(["commands:", *(f"  {name:<10}{help}" for name, help in COMMANDS.items())]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"pixoss {__version__}")
    parser.add_argument("command", choices=COMMANDS, metavar="command", help="what to do; see below")
    parser.add_argument("options", nargs=argparse.REMAINDER, help="its options; COMMAND --help lists them")
    chosen = parser.parse_args(arguments)
    status: int = import_module(f"..{chosen.command}", __name__).main(chosen.options)
    return status
