"""The generated pages: every operation stands in them, and every test that they name is there."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from pixoss.processors.chain import Chain
from pixoss.processors.operations import OPERATIONS
from pixoss.server.routes import ROUTES

TESTS = Path(__file__).resolve().parent
DOCS = TESTS.parent / "docs"
EXAMPLES = tomllib.loads((DOCS / "examples.toml").read_text("utf-8"))
CONFORMANCE = tomllib.loads((DOCS / "conformance.toml").read_text("utf-8"))
API = tomllib.loads((DOCS / "api.toml").read_text("utf-8"))
HELD = [(operation, test) for rows in API.values() for operation, test in rows.items()]
ROUTED = {operation for route in ROUTES.values() for operation in route.operations.split()}
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


def test_every_route_is_an_operation_of_the_api_page() -> None:
    assert ROUTED - {operation for operation, _ in HELD} == set(), "give it a row in docs/api.toml"


def test_an_operation_has_a_test_if_it_has_a_route() -> None:
    assert {operation for operation, test in HELD if test} ^ ROUTED == set(), "name its test in docs/api.toml"


def test_no_operation_stands_twice() -> None:
    assert len(HELD) == len({operation for operation, _ in HELD})


def test_an_operation_is_equally_complete_by_every_route() -> None:
    states = {(operation, route.state) for route in ROUTES.values() for operation in route.operations.split()}
    assert len(states) == len(ROUTED)


@pytest.mark.parametrize("named", sorted({row["test"] for _, _, row in ROWS} | {test for _, test in HELD if test}))
def test_every_test_that_is_named_is_there(named: str) -> None:
    file, _, function = named.partition("::")
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    assert function in {node.name for node in functions}
