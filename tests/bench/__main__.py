"""`./dev bench [NAME ...]`: run the named benchmarks, or all, and print medians of interleaved rounds."""

from __future__ import annotations

import argparse

from . import fidelity, images, listing, operations, plain, upload

BENCHMARKS = {
    "fidelity": fidelity.run,
    "images": images.run,
    "listing": listing.run,
    "operations": operations.run,
    "plain": plain.run,
    "upload": upload.run,
}


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds; medians are printed")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - BENCHMARKS.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}")
    for name in chosen.names or BENCHMARKS:
        BENCHMARKS[name](chosen.rounds)


if __name__ == "__main__":
    main()
