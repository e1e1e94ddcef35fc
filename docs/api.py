"""The page docs/api.md: every operation of OSS's API reference, how much of it there is, and the test that holds it."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from pixoss.server.address import Level
from pixoss.server.route import Route
from pixoss.server.routes import ROUTES

OPERATIONS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (Path(__file__).resolve().parent / "api.toml").read_text("utf-8")
)

MISSING = "NotImplemented"
TARGETS = {Level.SERVICE: "/", Level.BUCKET: "/BUCKET", Level.OBJECT: "/BUCKET/KEY"}

HEAD = """\
# The operations of OSS

Written by `python docs/pages.py` from the table of routes and `docs/api.toml`; do not edit. Left out are the tables
and the vectors, which are services of their own.

OSS's limits of a single bucket or object are kept, those of an account (100 buckets in a region) are not.

- *works*: does what OSS does;
- *stored only*: the configuration is checked, kept and told, and changes nothing else;
- *answers empty*: answers as OSS does where nobody has used the feature;
- *NotImplemented*: is not there: 400 NotImplemented, or 405 where the sub-resource takes other methods only.

{counts}
"""


def _calls() -> Mapping[str, list[tuple[str, Route]]]:
    """The calls of every operation that has a route: how it is asked for, and the route."""
    calls: dict[str, list[tuple[str, Route]]] = defaultdict(list)
    for (level, method, subresource), route in ROUTES.items():
        call = f"{method} {TARGETS[level]}{f'?{subresource}' if subresource else ''}"
        for operation in route.operations.split():
            calls[operation].append((call, route))
    return calls


def api_page() -> Iterator[str]:
    """Every operation by group."""
    calls = _calls()
    states = {
        operation: calls[operation][0][1].state.value if operation in calls else MISSING
        for rows in OPERATIONS.values()
        for operation in rows
    }
    yield HEAD.format(counts=_counts(list(states.values())))
    for group, rows in OPERATIONS.items():
        yield f"## {group}\n\n| Operation | Call | State | Test |\n|---|---|---|---|"
        for operation, test in rows.items():
            asked = ", ".join(f"`{call}`" for call, _ in calls.get(operation, []))
            link = f"[{test}](../tests/{test.partition('::')[0]})" if test else ""
            yield f"| {operation} | {asked} | {states[operation]} | {link} |"
        yield ""


def _counts(states: list[str]) -> str:
    told = (f"{states.count(word)} *{word}*" for word in dict.fromkeys(states))
    return f"Of {len(states)} operations: {', '.join(told)}."
