"""Chains nobody wrote by hand: whatever the text, it parses or ends in a ProcessError."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from pixoss.processors.chain import Chain
from pixoss.processors.errors import ProcessError

GRAVITIES = st.sampled_from(["nw", "north", "ne", "west", "center", "east", "sw", "south", "se"])
FLAGS = st.sampled_from("01")


def number(first, last):
    return st.integers(first, last).map(str)


def keyed(action, required, **optional):
    """An action with at least one of ``required`` and any of ``optional``, in any order."""
    arguments = st.fixed_dictionaries({}, optional={**required, **optional})
    whole = arguments.filter(lambda chosen: any(name in chosen for name in required))
    pairs = whole.map(lambda chosen: [f"{name}_{value}" for name, value in chosen.items()])
    return pairs.flatmap(st.permutations).map(lambda parts: ",".join([action, *parts]))


RESIZE = keyed(
    "resize",
    {name: number(1, 16_384) for name in "whls"} | {"p": number(1, 1000)},
    m=st.sampled_from(["lfit", "mfit", "fill", "pad", "fixed"]),
    limit=FLAGS,
    color=st.text("0123456789abcdefABCDEF", min_size=6, max_size=6),
)
CROP = keyed("crop", {name: number(0, 99_999) for name in "whxy"} | {"g": GRAVITIES})
QUALITY = keyed("quality", {"q": number(1, 100), "Q": number(1, 100)}) | number(1, 100).map("quality,{}".format)
ROTATE = number(0, 360).map("rotate,{}".format)
ORIENT = FLAGS.map("auto-orient,{}".format)
FORMAT = st.sampled_from(["jpg", "jpeg", "png", "webp", "gif", "bmp", "tiff"]).map("format,{}".format)

VALID = st.lists(RESIZE | CROP | QUALITY | ROTATE | ORIENT | FORMAT | st.just("info"), min_size=1, max_size=20).map(
    lambda actions: "/".join(["image", *actions])
)


@given(VALID)
def test_valid_chains_parse_and_their_text_means_the_same(text):
    chain = Chain.parse(text)
    assert str(Chain.parse(str(chain))) == str(chain)
    assert pickle.loads(pickle.dumps(chain)) == chain


@given(VALID, st.data())
def test_wounded_chains_end_in_a_process_error_or_not_at_all(text, data):
    at = data.draw(st.integers(0, len(text) - 1))
    wound = data.draw(st.text(max_size=3) | st.text("/,_0123456789-+", max_size=3))
    parse_or_refuse(text[:at] + wound + text[at + data.draw(st.integers(0, 2)) :])


@given(st.text(st.characters()) | st.text("image/resize,w_0.1-hlspmQq|", max_size=60))
def test_wild_chains_end_in_a_process_error_or_not_at_all(text):
    parse_or_refuse(text)
    parse_or_refuse(f"image/{text}")
    for action in ("resize", "crop", "rotate", "quality", "format", "auto-orient", "info"):
        parse_or_refuse(f"image/{action},{text}")


def test_lone_surrogates_are_refused_like_any_other_text():
    parse_or_refuse("image/resize,w_\ud800")
    parse_or_refuse("\udfff" * 5000)


def parse_or_refuse(text):
    try:
        chain = Chain.parse(text)
    except ProcessError as error:
        assert error.message
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), again.ec, again.message) == (type(error), error.ec, error.message)
    else:
        assert str(Chain.parse(str(chain))) == str(chain)
