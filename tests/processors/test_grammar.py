"""The text of a chain: what is tolerated, what is refused and how, and the canonical form."""

import pickle

import pytest

from pixoss.processors.chain import Chain
from pixoss.processors.errors import ProcessError
from pixoss.processors.geometry import Fit, Gravity
from pixoss.processors.operations import OPERATIONS
from pixoss.processors.params import Color

MISSING = "Missing Some Required Arguments."


def invalid(value, parameter):
    return f"The value: {value} of parameter: {parameter} is invalid."


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("image/resize,w_100", "image/resize,w_100"),
        ("image/resize,h_50,w_100", "image/resize,w_100,h_50"),
        ("image/resize,w_100/rotate,90", "image/resize,w_100/rotate,90"),
        # empty arguments
        ("image/resize,,w_100,", "image/resize,w_100"),
        ("image/rotate,,90,", "image/rotate,90"),
        # unknown keys, with a value or without
        ("image/crop,w_100,h_100,x_100,y_100,r_1", "image/crop,w_100,h_100,x_100,y_100"),
        ("image/resize,w_100,nonsense,e_1,W_7", "image/resize,w_100"),
        ("image/resize,w_100,width_7,percent_9", "image/resize,w_100"),
        ("image/quality,quality_7,q_50", "image/quality,q_50"),
        ("image/crop,g_se,p_999", "image/crop,g_se"),
        # the later of two equal keys wins
        ("image/resize,w_100,w_200", "image/resize,w_200"),
        ("image/quality,q_10,q_20", "image/quality,q_20"),
        ("image/quality,10,20", "image/quality,Q_20"),
        # defaults need no words
        ("image/resize,m_lfit,limit_1,w_100,color_ffffff", "image/resize,w_100"),
        ("image/crop,g_nw,x_0,w_10", "image/crop,w_10"),
        ("image/crop,g_nw", "image/crop,w_0"),
        # keys that lose: w and h to l and s, those to p
        ("image/resize,w_100,l_5,s_5,p_5", "image/resize,w_100"),
        ("image/resize,h_100,p_5", "image/resize,h_100"),
        ("image/resize,l_100,p_5", "image/resize,l_100"),
        ("image/resize,s_100,p_5", "image/resize,s_100"),
        ("image/resize,p_5,m_fixed,limit_0,color_112233", "image/resize,p_5"),
        ("image/resize,w_5,color_112233", "image/resize,w_5"),
        ("image/resize,m_pad,w_5,color_aabbcc", "image/resize,m_pad,w_5,color_AABBCC"),
        ("image/quality,q_10,Q_20", "image/quality,Q_20"),
        ("image/quality,q_10,30", "image/quality,Q_30"),
        ("image/quality,Q_20,30", "image/quality,Q_20"),
        ("image/quality,30", "image/quality,Q_30"),
        # numbers
        ("image/resize,w_0100", "image/resize,w_100"),
        ("image/rotate,000", "image/rotate,0"),
        # formats
        ("image/format,jpeg", "image/format,jpg"),
        # turning upright first, settings last, the last of a kind
        ("image/resize,w_100/auto-orient,1", "image/auto-orient,1/resize,w_100"),
        ("image/auto-orient,0/resize,w_1/auto-orient,1", "image/auto-orient,1/resize,w_1"),
        ("image/format,png/resize,w_100", "image/resize,w_100/format,png"),
        ("image/format,png/quality,q_5/format,webp", "image/format,webp/quality,q_5"),
        ("image/quality,q_5/format,png", "image/format,png/quality,q_5"),
        # repeating an operation on pixels means doing it again
        ("image/rotate,90/rotate,90", "image/rotate,90/rotate,90"),
        # a query makes the others moot
        ("image/info", "image/info"),
        ("image/info,", "image/info"),
        ("image/info,x_1", "image/info"),
        ("image/resize,w_100/info/format,png", "image/info"),
    ],
)
def test_tolerances_and_the_canonical_form(text, canonical):
    chain = Chain.parse(text)
    assert str(chain) == canonical
    assert str(Chain.parse(canonical)) == canonical


@pytest.mark.parametrize(
    ("text", "code", "ec", "message"),
    [
        # the chain itself
        ("image", "MissingArgument", 212, MISSING),
        ("image/", "MissingArgument", 212, MISSING),
        ("image//resize,w_1", "MissingArgument", 212, MISSING),
        ("image/resize,w_1/", "MissingArgument", 212, MISSING),
        ("image/,", "MissingArgument", 212, MISSING),
        ("image/slim,1", "InvalidArgument", 213, invalid("slim", "action")),
        ("image/Resize,w_100", "InvalidArgument", 213, invalid("Resize", "action")),
        ("image/resize ,w_100", "InvalidArgument", 213, invalid("resize ", "action")),
        ("image/auto_orient,1", "InvalidArgument", 213, invalid("auto_orient", "action")),
        ("image/faces", "InvalidArgument", 213, invalid("faces", "action")),
        ("", "InvalidArgument", None, invalid("", "x-oss-process")),
        ("video/snapshot,t_1", "InvalidArgument", None, invalid("video/snapshot,t_1", "x-oss-process")),
        ("Image/resize,w_1", "InvalidArgument", None, invalid("Image/resize,w_1", "x-oss-process")),
        ("images/resize,w_1", "InvalidArgument", None, invalid("images/resize,w_1", "x-oss-process")),
        # single values
        ("image/rotate,90,200,300", "InvalidArgument", 203, invalid("90,200,300", "rotate")),
        ("image/auto-orient,1,0", "InvalidArgument", 203, invalid("1,0", "auto-orient")),
        ("image/format,png,jpg", "InvalidArgument", 203, invalid("png,jpg", "format")),
        ("image/auto-orient", "MissingArgument", 214, MISSING),
        ("image/auto-orient,", "MissingArgument", 214, MISSING),
        ("image/auto-orient,2", "InvalidArgument", 215, invalid("2", "auto-orient")),
        ("image/auto-orient,true", "InvalidArgument", 215, invalid("true", "auto-orient")),
        ("image/auto-orient,o_1", "InvalidArgument", 215, invalid("o", "o")),
        ("image/rotate", "MissingArgument", 216, MISSING),
        ("image/rotate,abc", "InvalidArgument", 217, invalid("abc", "rotate")),
        ("image/rotate,400", "InvalidArgument", 217, invalid("400", "rotate")),
        ("image/rotate,361", "InvalidArgument", 217, invalid("361", "rotate")),
        ("image/rotate,-90", "InvalidArgument", 217, invalid("-90", "rotate")),
        ("image/rotate,a_90", "InvalidArgument", 217, invalid("a", "a")),
        ("image/rotate,90.5", "InvalidArgument", 217, invalid("90.5", "rotate")),
        ("image/format", "MissingArgument", 207, MISSING),
        ("image/format,f_png", "InvalidArgument", 206, invalid("f", "f")),
        ("image/format,auto", "InvalidArgument", 206, invalid("auto", "format")),
        ("image/format,PNG", "InvalidArgument", 206, invalid("PNG", "format")),
        ("image/format,tif", "InvalidArgument", 206, invalid("tif", "format")),
        # resize
        ("image/resize", "MissingArgument", 322, MISSING),
        ("image/resize,", "MissingArgument", 322, MISSING),
        ("image/resize,m_fixed", "MissingArgument", 322, MISSING),
        ("image/resize,limit_0,color_112233", "MissingArgument", 322, MISSING),
        ("image/resize,100", "MissingArgument", 322, MISSING),
        ("image/resize,W_100", "MissingArgument", 322, MISSING),
        ("image/resize,w_0,h_0", "InvalidArgument", 321, invalid("0", "w")),
        ("image/resize,w_100,m_FIXED", "InvalidArgument", 311, invalid("FIXED", "m")),
        ("image/resize,w_100,m_", "InvalidArgument", 311, invalid("", "m")),
        ("image/resize,w_0", "InvalidArgument", 312, invalid("0", "w")),
        ("image/resize,w_16385", "InvalidArgument", 312, invalid("16385", "w")),
        ("image/resize,w_99999999", "InvalidArgument", 312, invalid("99999999", "w")),
        ("image/resize,w_", "InvalidArgument", 312, invalid("", "w")),
        ("image/resize,w", "InvalidArgument", 312, invalid("", "w")),
        ("image/resize,w_1_0", "InvalidArgument", 312, invalid("1_0", "w")),
        ("image/resize,w_+5", "InvalidArgument", 312, invalid("+5", "w")),
        ("image/resize,w_ 5", "InvalidArgument", 312, invalid(" 5", "w")),
        ("image/resize,w_5\n", "InvalidArgument", 312, invalid("5\n", "w")),
        ("image/resize,w_\u0665", "InvalidArgument", 312, invalid("\u0665", "w")),
        ("image/resize,w_1e2", "InvalidArgument", 312, invalid("1e2", "w")),
        ("image/resize,w_" + "9" * 3000, "InvalidArgument", 312, invalid("9" * 3000, "w")),
        ("image/resize,w_5,h_0", "InvalidArgument", 313, invalid("0", "h")),
        ("image/resize,l_0", "InvalidArgument", 314, invalid("0", "l")),
        ("image/resize,s_0", "InvalidArgument", 315, invalid("0", "s")),
        ("image/resize,w_1,s_0", "InvalidArgument", 315, invalid("0", "s")),
        ("image/resize,p_0", "InvalidArgument", 317, invalid("0", "p")),
        ("image/resize,p_1001", "InvalidArgument", 317, invalid("1001", "p")),
        ("image/resize,w_1,color_AABBCCDD", "InvalidArgument", 318, invalid("AABBCCDD", "color")),
        ("image/resize,w_1,color_red", "InvalidArgument", 318, invalid("red", "color")),
        ("image/resize,w_1,limit_3", "InvalidArgument", 319, invalid("3", "limit")),
        ("image/resize,w_x,m_y", "InvalidArgument", 311, invalid("y", "m")),
        # crop
        ("image/crop", "MissingArgument", None, MISSING),
        ("image/crop,r_1", "MissingArgument", None, MISSING),
        ("image/crop,w_-1", "InvalidArgument", 225, invalid("-1", "w")),
        ("image/crop,h_-1", "InvalidArgument", 226, invalid("-1", "h")),
        ("image/crop,x_-1", "InvalidArgument", None, invalid("-1", "x")),
        ("image/crop,y_a", "InvalidArgument", None, invalid("a", "y")),
        ("image/crop,w_9999999999", "InvalidArgument", 225, invalid("9999999999", "w")),
        ("image/crop,g_fac", "InvalidArgument", 209, invalid("fac", "g")),
        ("image/crop,g_face", "InvalidArgument", 209, invalid("face", "g")),
        ("image/crop,g_auto", "InvalidArgument", 209, invalid("auto", "g")),
        ("image/crop,g_NW", "InvalidArgument", 209, invalid("NW", "g")),
        # quality
        ("image/quality", "MissingArgument", 307, MISSING),
        ("image/quality,z_5", "MissingArgument", 307, MISSING),
        ("image/quality,Q_200", "InvalidArgument", 308, invalid("200", "Q")),
        ("image/quality,Q_0", "InvalidArgument", 308, invalid("0", "Q")),
        ("image/quality,Q", "InvalidArgument", 308, invalid("", "Q")),
        ("image/quality,q_200", "InvalidArgument", 309, invalid("200", "q")),
        ("image/quality,q", "InvalidArgument", 309, invalid("", "q")),
        ("image/quality,200", "InvalidArgument", 310, invalid("200", "quality")),
        ("image/quality,abc", "InvalidArgument", 310, invalid("abc", "quality")),
        # what comes first is judged first, and nothing is done before all is judged
        ("image/resize,w_0/slim", "InvalidArgument", 312, invalid("0", "w")),
        ("image/info/slim", "InvalidArgument", 213, invalid("slim", "action")),
    ],
)
def test_refusals(text, code, ec, message):
    with pytest.raises(ProcessError) as caught:
        Chain.parse(text)
    error = caught.value
    assert (error.code, error.message) == (code, message)
    assert error.ec == (f"0040-{ec:08d}" if ec else None)


def test_the_table_is_keyed_by_the_words_of_the_url():
    assert all(word == operation.action for word, operation in OPERATIONS.items())


def test_a_refusal_names_parameter_and_value():
    with pytest.raises(ProcessError) as caught:
        Chain.parse("image/resize,w_99999999")
    assert (caught.value.parameter, caught.value.value) == ("w", "99999999")


@pytest.mark.parametrize("count", [20, 21])
def test_twenty_actions_are_the_most(count):
    text = "image" + "/rotate,90" * count
    if count == 20:
        assert len(Chain.parse(text).operations) == count
        return
    with pytest.raises(ProcessError) as caught:
        Chain.parse(text)
    assert (caught.value.code, caught.value.ec) == ("TooManyPipes", "0017-00000288")
    assert caught.value.message == "Maximal number of pipes supported is 20."


@pytest.mark.parametrize(("padding", "fits"), [("x" * 4080, True), ("x" * 4081, False), ("字" * 1361, False)])
def test_4096_bytes_are_the_most(padding, fits):
    text = f"image/rotate,90,{padding}"
    assert (len(text.encode()) <= 4096) is fits
    with pytest.raises(ProcessError) as caught:
        Chain.parse(text)
    assert caught.value.ec == ("0040-00000203" if fits else "0017-00000288")


def test_values_are_typed_once():
    resize, crop = Chain.parse("image/resize,m_pad,w_1,limit_0,color_ff8000/crop,g_se").operations
    assert (resize.mode, resize.width, resize.height, resize.limit) == (Fit.PAD, 1, None, False)
    assert resize.color == Color(255, 128, 0)
    assert crop.gravity is Gravity.SE


def test_operations_are_values_and_can_be_made_by_name():
    resize = OPERATIONS["resize"]
    made = resize(width=100, mode=Fit.PAD, color=Color(1, 2, 3), limit=False)
    assert Chain((made,)) == Chain.parse("image/resize,w_100,m_pad,color_010203,limit_0")
    assert OPERATIONS["crop"](gravity=Gravity.SE) == Chain.parse("image/crop,g_se").operations[0]
    with pytest.raises(ValueError, match="frozen"):
        made.width = 5


@pytest.mark.parametrize("text", ["image/resize,w_100,m_pad,color_FF0000/crop,g_se/format,png", "image/info"])
def test_chains_survive_pickling(text):
    chain = Chain.parse(text)
    again = pickle.loads(pickle.dumps(chain))
    assert again == chain and str(again) == str(chain) and hash(again) == hash(chain)
