"""What the keys of one legacy stage mean as actions of today's syntax."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ....processors.errors import image_ec
from ...errors import OSSError, invalid_argument
from .keys import Values

# The nine fields of a picture, row by row, as today's `g` names them; legacy keys number them from 1.
PLACES = ("nw", "north", "ne", "west", "center", "east", "sw", "south", "se")

# `e`: 3 and 5 pass the range check of the real service and are documented nowhere.
_FITS: Mapping[int, str] = {0: "lfit", 1: "mfit", 2: "fixed", 4: "pad"}

# What keeps its meaning when the picture is turned upright before instead of after it.
_TURNED_ALIKE = frozenset(
    ["o", "w", "h", "e", "c", "l", "p", "x", "bgc", "ci", "b", "d", "sh", "bl", "q", "Q", "pr", "wh"]
)


def actions(values: Values) -> list[str]:
    """The actions of a stage, in the order in which OSS's guide documents the keys, whatever theirs was."""
    return [text for keys, write in _WRITERS if values.keys() & set(keys.split()) and (text := write(values))]


def orientation(values: Values) -> str:
    """`0` or `1` for `auto-orient`. Without `o` a legacy picture stays as stored (the guide's example `f.jpg@100w`).

    `1o` scales before it turns, `2o` turns first, as today's action always does: `1o` is taken only where both give the
    same picture.
    """
    (mode,) = values.get("o", (0,))
    if mode == 1 and not _turns_alike(values):
        raise not_built("1o", "with keys that mean something else once the picture is turned")
    return "1" if mode else "0"


def _turns_alike(values: Values) -> bool:
    return _TURNED_ALIKE.issuperset(values) and values.get("w") == values.get("h")


def not_built(parameter: str, what: str = "") -> OSSError:
    """The refusal of a legacy parameter that today's actions cannot express."""
    return OSSError("NotImplemented", " ".join(f"The legacy parameter {parameter} {what}".split()) + " is not built.")


def _resize(values: Values) -> str:
    if "P" in values:
        return f"resize,P_{values['P'][0]}"
    sides = {side: values[side][0] for side in ("w", "h") if values.get(side, (0,))[0]}
    percent = _percent(values)
    if sides:
        return ",".join(["resize", *_fit(values), *(f"{side}_{_scaled(n, percent)}" for side, n in sides.items())])
    if percent is not None:
        # Enlarging by percent knows no `limit` today; `1l` forbids it.
        return f"resize,p_{min(percent, 100) if _is_limited(values) else percent}"
    raise invalid_argument("w", "", "The value of parameter: w or h is missing.", ec=image_ec(349))


def _percent(values: Values) -> int | None:
    if "p" in values:
        return values["p"][0]
    return values["x"][0] * 100 if "x" in values else None


def _scaled(side: int, percent: int | None) -> int:
    """A wanted side times `p` percent, rounded half up, at least 1: `100w_100h_200p` is 200x200."""
    return side if percent is None else max(1, (side * percent + 50) // 100)


def _fit(values: Values) -> list[str]:
    (edge,) = values.get("e", (0,))
    if edge not in _FITS:
        raise not_built(f"{edge}e")
    mode = "fill" if edge == 1 and values.get("c") == (1,) else _FITS[edge]
    written = [f"m_{mode}", f"limit_{int(_is_limited(values))}"]
    if mode == "pad" and "bgc" in values:
        written.append("color_{:02X}{:02X}{:02X}".format(*values["bgc"]))
    return written


def _is_limited(values: Values) -> bool:
    """`l`: 1 leaves a picture that is smaller than the wanted one as it is; legacy pictures are enlarged without it."""
    (limit,) = values.get("l", (0,))
    if limit > 1:
        raise not_built(f"{limit}l")
    return limit == 1


def _region(values: Values) -> str:
    width, height, place = values["rc"]
    return f"crop,w_{width},h_{height},g_{PLACES[place - 1]}"


def _slice(values: Values) -> str:
    width, height, index = values["ic"]
    return f"indexcrop,y_{height},i_{index}" if height else f"indexcrop,x_{width},i_{index}"


def _circle(values: Values) -> str:
    radius, kind = values["ci"]
    if kind == 0:
        raise not_built(f"{radius}-0ci", "(a circle in a picture that keeps its size)")
    return f"circle,r_{radius}" if kind == 1 else f"rounded-corners,r_{radius}"


def _background(values: Values) -> str:
    # Transparency becomes white today. `0wh` asks for black; without the key white is taken too (our choice).
    if values["wh"] == (0,):
        raise not_built("0wh")
    return ""


def _written(key: str, template: str) -> Callable[[Values], str]:
    return lambda values: template.format(*values[key])


# The keys that call for an action, and what writes it, in the order of OSS's guide.
_WRITERS: tuple[tuple[str, Callable[[Values], str]], ...] = (
    ("w h e c p x P", _resize),
    ("rc", _region),
    ("a", _written("a", "crop,x_{},y_{},w_{},h_{}")),
    ("ic", _slice),
    ("ci", _circle),
    ("r", _written("r", "rotate,{}")),
    # Of both, Q counts: the last setting of a chain does.
    ("q", _written("q", "quality,q_{}")),
    ("Q", _written("Q", "quality,Q_{}")),
    ("b", _written("b", "bright,{}")),
    ("d", _written("d", "contrast,{}")),
    ("sh", _written("sh", "sharpen,{}")),
    ("bl", _written("bl", "blur,r_{},s_{}")),
    ("pr", _written("pr", "interlace,{}")),
    ("wh", _background),
)
