"""Chains made from the table of operations, so that no operation and no parameter can be forgotten."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from annotated_types import Ge, Le
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from pixoss.processors.geometry import Gravity
from pixoss.processors.operations import OPERATIONS, Operation
from pixoss.processors.operations.base import SingleValue
from pixoss.processors.operations.format import FORMATS
from pixoss.processors.params import Color

MARK = "mark.png"
"""The key of the picture that watermarks are made of."""

Text = st.SearchStrategy[str]


def base64(text: str) -> str:
    """The text as a value of a process string."""
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _number(low: int, high: int) -> Text:
    """Numbers of a range, small ones more often: a picture of the tests has some dozen pixels a side."""
    return (st.integers(low, min(high, low + 70)) | st.integers(low, high) | st.sampled_from([low, high])).map(str)


_FONTS = ["wqy-zenhei", "wqy-microhei", "fangzhengkaiti", "droidsansfallback"]
_SPECIAL: dict[tuple[str, str], Text] = {
    ("format", "format"): st.sampled_from(sorted(FORMATS)),
    ("watermark", "text"): st.text("abc 漢字é\n", min_size=1, max_size=12).filter(str.strip).map(base64),
    ("watermark", "type"): st.sampled_from(_FONTS).map(base64),
    ("watermark", "image"): st.sampled_from(
        [MARK, f"{MARK}?x-oss-process=image/resize,P_30", f"{MARK}?x-oss-process=image/rotate,30/resize,w_9"]
    ).map(base64),
}
"""Parameters whose values their type does not tell."""

_TYPES: dict[type, Text] = {
    bool: st.sampled_from("01"),
    Color: st.text("0123456789abcdefABCDEF", min_size=6, max_size=6),
    Gravity: st.sampled_from([gravity.word for gravity in Gravity]),
}


def _flat(annotation: Any) -> tuple[type, list[Any]]:
    """The plain type of an annotation and all that is said about it, however deeply nested; None is left aside."""
    if get_origin(annotation) in (Union, UnionType):
        return _flat(next(part for part in get_args(annotation) if part is not type(None)))
    if get_origin(annotation) is not Annotated:
        return annotation, []
    inner, *said = get_args(annotation)
    plain, below = _flat(inner)
    return plain, below + [fact for one in said for fact in (one.metadata if isinstance(one, FieldInfo) else [one])]


def values(action: str, field: FieldInfo) -> Text:
    """Good values of a parameter."""
    name = str(field.alias)
    if (action, name) in _SPECIAL:
        return _SPECIAL[action, name]
    plain, said = _flat(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation)
    if plain in _TYPES:
        return _TYPES[plain]
    if issubclass(plain, Enum):
        return st.sampled_from([str(member.value) for member in plain])
    assert plain is int, f"no values are known for {action},{name}"
    low = max((fact.ge for fact in said if isinstance(fact, Ge)), default=0)
    return _number(int(low), int(min((fact.le for fact in said if isinstance(fact, Le)), default=99_999)))


def action(operation: type[Operation]) -> Text:
    """An operation with any of its parameters, in any order, as text."""
    fields = operation.model_fields.values()
    if issubclass(operation, SingleValue):
        (field,) = fields
        return values(operation.action, field).map(f"{operation.action},{{}}".format)
    if not fields:
        return st.just(operation.action)
    options = {str(field.alias): values(operation.action, field) for field in fields}
    needed = {str(field.alias) for field in fields if field.is_required()}
    chosen = st.fixed_dictionaries(
        {name: options[name] for name in options if name in needed},
        optional={name: options[name] for name in options if name not in needed},
    ).filter(bool)
    pairs = chosen.map(lambda written: [f"{name}_{value}" for name, value in written.items()])
    return pairs.flatmap(st.permutations).map(lambda parts: ",".join([operation.action, *parts]))


ACTIONS: dict[str, Text] = {name: action(operation) for name, operation in OPERATIONS.items()}

CHAINS: Text = st.lists(st.one_of(*ACTIONS.values()), min_size=1, max_size=6).map(
    lambda actions: "/".join(["image", *actions])
)


@st.composite
def wounded(draw: st.DrawFn) -> str:
    """A chain in which a few characters have been lost, doubled or replaced."""
    text = draw(CHAINS)
    at = draw(st.integers(0, len(text)))
    wound = draw(st.text(max_size=3) | st.text("/,_0123456789-+", max_size=3))
    return text[:at] + wound + text[at + draw(st.integers(0, 3)) :]


@st.composite
def wild(draw: st.DrawFn) -> str:
    """Names of actions and parameters with anything behind them."""
    names = st.sampled_from(sorted(OPERATIONS))
    fields = (field for operation in OPERATIONS.values() for field in operation.model_fields.values())
    keys = st.sampled_from(sorted({str(field.alias) for field in fields}))
    argument = st.builds("{}_{}".format, keys, st.text("0123456789abcfgxyzAF.-_", max_size=6)) | st.text(max_size=6)
    actions = st.builds(lambda name, found: ",".join([name, *found]), names, st.lists(argument, max_size=4))
    return "/".join(["image", *draw(st.lists(actions, min_size=1, max_size=4))])
