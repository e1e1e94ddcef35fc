"""Writes docs/operations.md, docs/conformance.md and docs/api.md from the code: `python docs/pages.py`.

With `--pages` it leaves the pictures as they are. With `--check` it writes nothing and fails when a page is not what
the code says. Pictures are not compared: two builds of an encoder may differ by a byte.
"""

from __future__ import annotations

import inspect
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import scene
from api import api_page

from pixoss.processors.chain import Chain
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.limits import Limits
from pixoss.processors.operations import OPERATIONS, Operation
from pixoss.processors.operations.base import SingleValue
from pixoss.processors.render import Rendered, render

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "pictures"
EXAMPLES = tomllib.loads((DOCS / "examples.toml").read_text("utf-8"))
CONFORMANCE = tomllib.loads((DOCS / "conformance.toml").read_text("utf-8"))

EVIDENCE = {
    "doc": "OSS's documentation",
    "sdk": "source or tests of OSS's SDKs",
    "live": "recorded from the real service",
    "inferred": "inferred; OSS is silent",
}
STATUSES = ("exact", "as documented", "our choice", "partly")

OPERATIONS_HEAD = """\
# Image operations

Written by `python docs/pages.py` from the operations' own models; do not edit. Every picture below was made by
the chain above it from the first one, which is 400 x 267 pixels; chains that end in a moving format start from
a small moving one.

![the source](pictures/source.jpg)
"""

CONFORMANCE_HEAD = """\
# Conformance of image processing

Written by `python docs/pages.py` from `docs/conformance.toml` and the table of operations; do not edit.
Evidence says where the rule comes from: {evidence}.

Status *exact* means that the result was compared, to the size in pixels or to the byte, with one that the real
service is known to have given; *as documented*, that it follows the documentation; *our choice*, that OSS says
nothing and ours is tested; *partly*, that something named in the rule is missing or stands in for what cannot
be had. Beside the byte sizes in [fidelity.md](fidelity.md), no result was compared with the service pixel by
pixel.
"""


def operations_page() -> Iterator[str]:
    """Every operation: what it does, its parameters, and what its examples look like."""
    yield OPERATIONS_HEAD
    for name in sorted(OPERATIONS):
        yield f"## {name}\n\n{_sentence(inspect.getdoc(OPERATIONS[name]) or '')}\n"
        yield from _parameters(OPERATIONS[name])
        for number, example in enumerate(EXAMPLES[name], start=1):
            yield f"\n`{example}`\n\n{_shown(name, number, example)}"
        yield ""


def _parameters(operation: type[Operation]) -> Iterator[str]:
    is_single = issubclass(operation, SingleValue)
    if not operation.model_fields:
        return
    yield "| Parameter | Meaning | Default | EC |\n|---|---|---|---|"
    for field in operation.model_fields.values():
        word = "the value" if is_single else f"`{field.alias}`"
        default = "required" if field.is_required() else _default(field.default)
        ec = operation.ec(field.alias or "") or ""
        yield f"| {word} | {_sentence(field.description or '')} | {default} | {ec.removeprefix('0040-00000')} |"


def _default(value: object) -> str:
    return "" if value is None else f"`{int(value) if isinstance(value, bool) else value}`"


def _sentence(text: str) -> str:
    """Docstring text for Markdown: one line, single backquotes."""
    return re.sub(r"\s+", " ", text.split("\n\n", 1)[0]).replace("``", "`").replace("|", "\\|").strip()


def _shown(name: str, number: int, example: str) -> str:
    chain = Chain.parse(example)
    if chain.query:
        return f"```json\n{_rendered(example).content.decode()}\n```"
    return f"![{example}](pictures/{name}-{number}.{_suffix(chain, example)})"


def _suffix(chain: Chain, example: str) -> str:
    found = re.search(r"/format,(\w+)", example)
    return found[1] if found else "gif" if _source(example) is _MOVING else "jpg"


# The committed source, where there is one: another build of the encoder would make a file of another size.
_SOURCE = PICTURES / "source.jpg"
_STILL = _SOURCE.read_bytes() if _SOURCE.exists() else scene.encoded(scene.scene(), "JPEG")
_MOVING = scene.moving()
_MARK = {"badge.png": scene.encoded(scene.badge(), "PNG")}


def _source(example: str) -> bytes:
    return _MOVING if "format,gif" in example or "format,webp" in example else _STILL


def _rendered(example: str) -> Rendered:
    chain = Chain.parse(example)
    marks = {key: _MARK[key] for key in chain.references()}
    return render(_source(example), chain, Limits(), Fidelity.EXACT, marks)


def write_pictures() -> None:
    """Render every example anew."""
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "source.jpg").write_bytes(_STILL)
    for name, examples in EXAMPLES.items():
        for number, example in enumerate(examples, start=1):
            if not Chain.parse(example).query:
                path = PICTURES / f"{name}-{number}.{_suffix(Chain.parse(example), example)}"
                path.write_bytes(_rendered(example).content)


def conformance_page() -> Iterator[str]:
    """Every action and parameter: rule, evidence, status, and the test that holds it."""
    yield CONFORMANCE_HEAD.format(evidence="; ".join(f"*{word}*, {what}" for word, what in EVIDENCE.items()))
    for name, rows in CONFORMANCE.items():
        yield f"## {name}\n\n| Parameter | Rule | Evidence | Status | Test |\n|---|---|---|---|---|"
        for parameter, row in rows.items():
            test = f"[{row['test']}](../tests/{row['test'].partition('::')[0]})"
            evidence, status = ", ".join(row["evidence"]), row["status"]
            yield f"| {parameter} | {row['rule']} | {evidence} | {status} | {test} |"
        yield ""


PAGES = {"operations.md": operations_page, "conformance.md": conformance_page, "api.md": api_page}


def main() -> int:
    """Write the pages, or with `--check` name those that are out of date."""
    texts = {name: "\n".join(page()).rstrip() + "\n" for name, page in PAGES.items()}
    if "--check" in sys.argv[1:]:
        stale = [name for name, text in texts.items() if (DOCS / name).read_text("utf-8") != text]
        for name in stale:
            print(f"docs/{name} is not what the code says: python docs/pages.py")
        return 1 if stale else 0
    if "--pages" not in sys.argv[1:]:
        write_pictures()
    for name, text in texts.items():
        (DOCS / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
