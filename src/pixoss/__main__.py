"""Run the command line with ``python -m pixoss``."""

from pixoss.server.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
