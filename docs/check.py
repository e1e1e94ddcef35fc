"""Checks the documentation: links, decision pages, the first commands, and what no file may name."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DECISIONS = ROOT / "docs" / "decisions"
READMES = ("README.md", "README.zh-CN.md")
FIRST_COMMANDS = ("./dev serve", "./dev test")

LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?\)")
HEADING = re.compile(r"^#+\s+(.+?)\s*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```\s*$", re.MULTILINE | re.DOTALL)
EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:")
DECISION = re.compile(r"^(\d{4})-[a-z0-9-]+\.md$")

# Whoever installs chooses the mirror, so neither a package registry nor a folder of one machine stands in any file.
FORBIDDEN = {
    "registry host": re.compile(r"\b(?:pypi|pythonhosted|npmjs|npmmirror|debian)\.(?:org|com|net|io)\b"),
    "index option": re.compile(r"^\s*--(?:(?:extra-)?index-url|find-links|trusted-host)\b", re.MULTILINE),
    "resolved registry address": re.compile(r'"resolved": *"https?:'),
    "path of one machine": re.compile(r"(?<![\w./*-])/(?:work|root|home|Users)/\w"),
}


def tracked_files() -> list[Path]:
    """Every file that a commit would hold: git's list, or in an unpacked archive every file outside hidden folders."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, capture_output=True, check=True)
        paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    except (FileNotFoundError, subprocess.CalledProcessError):
        paths = [
            path
            for path in ROOT.rglob("*")
            if not {"__pycache__", "node_modules", "build"} & set(path.parts) and not hidden(path)
        ]
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


def hidden(path: Path) -> bool:
    """Whether a folder on the way from the root to `path` has a name that begins with a dot."""
    return any(part.startswith(".") for part in path.relative_to(ROOT).parts[:-1])


def anchors(page: Path) -> set[str]:
    """The names that `page#name` can point at, as GitHub derives them from headings."""
    headings = HEADING.findall(FENCE.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> Iterator[str]:
    """Relative links of a Markdown page that lead nowhere."""
    for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if EXTERNAL.match(target):
            continue
        name, _, anchor = target.partition("#")
        goal = (page.parent / name).resolve() if name else page
        if not goal.exists():
            yield f"link to {target}: no such file"
        elif anchor and goal.suffix == ".md" and anchor not in anchors(goal):
            yield f"link to {target}: no such heading"


def forbidden_names(path: Path) -> Iterator[str]:
    """Lines of a text file that name what `FORBIDDEN` lists."""
    text = path.read_bytes().decode("utf-8", "replace")
    for what, pattern in FORBIDDEN.items():
        for match in pattern.finditer(text):
            yield f"line {text.count(chr(10), 0, match.start()) + 1}: {what}: {match.group().strip()}"


def first_commands(readme: Path) -> Iterator[str]:
    """A README whose first code block does not begin with the two commands."""
    block = FENCE.search(readme.read_text("utf-8"))
    lines = block.group().splitlines()[1:-1] if block else []
    for command, line in zip(FIRST_COMMANDS, [*lines, "", ""], strict=False):
        if not line.startswith(command):
            yield f"the first commands must be {' and '.join(FIRST_COMMANDS)}"
            return


def decision_pages() -> Iterator[str]:
    """Decision pages with a gap in their numbers, or missing from the list in `docs/decisions/README.md`."""
    listed = set(LINK.findall((DECISIONS / "README.md").read_text("utf-8")))
    pages = sorted(path.name for path in DECISIONS.glob("*.md") if path.name != "README.md")
    for number, name in enumerate(pages, start=1):
        match = DECISION.match(name)
        if not match or int(match.group(1)) != number:
            yield f"{name}: should be called {number:04d}-title-in-words.md"
        if name not in listed:
            yield f"{name}: not listed in docs/decisions/README.md"


def complaints() -> Iterator[str]:
    """Everything that is wrong, one line each."""
    for path in tracked_files():
        name = path.relative_to(ROOT)
        yield from (f"{name}: {what}" for what in forbidden_names(path))
        if path.suffix == ".md":
            yield from (f"{name}: {what}" for what in broken_links(path))
    for readme in READMES:
        yield from (f"{readme}: {what}" for what in first_commands(ROOT / readme))
    yield from (f"docs/decisions/{what}" for what in decision_pages())


def main() -> int:
    """Prints the complaints; the exit status is 1 when there are any."""
    found = list(complaints())
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
