"""The generated pages: every operation stands in both, and every test that they name is there."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from pixoss.processors.chain import Chain
from pixoss.processors.operations import OPERATIONS

TESTS = Path(__file__).resolve().parent
DOCS = TESTS.parent / "docs"
EXAMPLES = tomllib.loads((DOCS / "examples.toml").read_text("utf-8"))
CONFORMANCE = tomllib.loads((DOCS / "conformance.toml").read_text("utf-8"))
ROWS = [(action, parameter, row) for action, rows in CONFORMANCE.items() for parameter, row in rows.items()]


def test_every_operation_has_examples_that_use_it() -> None:
    assert EXAMPLES.keys() == OPERATIONS.keys()
    for name, examples in EXAMPLES.items():
        for example in examples:
            assert f"/{name}" in example
            Chain.parse(example)


def test_every_operation_is_in_both_pages() -> None:
    for page in ("operations.md", "conformance.md"):
        lines = (DOCS / page).read_text("utf-8").splitlines()
        headings = {line.removeprefix("## ") for line in lines if line.startswith("## ")}
        assert headings >= OPERATIONS.keys(), page


def test_every_parameter_of_every_operation_is_judged() -> None:
    for name, operation in OPERATIONS.items():
        judged = {word.strip() for parameter in CONFORMANCE[name] for word in parameter.split(",")}
        if "(value)" in judged or name == "format":
            continue
        asked = {str(field.alias) for field in operation.model_fields.values()} - {name}
        assert asked <= judged, (name, asked - judged)


def test_nothing_is_missing() -> None:
    assert {row["status"] for _, _, row in ROWS} <= {"exact", "as documented", "our choice", "partly"}


@pytest.mark.parametrize("named", sorted({row["test"] for _, _, row in ROWS}))
def test_every_test_that_is_named_is_there(named: str) -> None:
    file, _, function = named.partition("::")
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    assert function in {node.name for node in functions}
