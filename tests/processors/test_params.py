"""Values from text: Base64 as the SDKs send it, colours, flags, numbers."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixoss.processors.errors import ProcessError
from pixoss.processors.params import WHITE, Color, color, decode_base64, flag, place, whole_number


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("dGVzdC5qcGc", "test.jpg"),
        ("dGVzdC5qcGc=", "test.jpg"),
        ("SGVsbG8g5Zu-54mH5pyN5YqhIQ", "Hello 图片服务!"),
        ("aGVsbG8g5Zu+54mH5pyN5Yqh77yB", "hello 图片服务！"),  # noqa: RUF001 the text that ali-oss sends
        ("aGVsbG8g5Zu 54mH5pyN5Yqh77yB", "hello 图片服务！"),  # noqa: RUF001 its + lost in a query
        ("Pz8/", "???"),
        ("Pz8_", "???"),
        ("d3F5LXplbmhlaQ", "wqy-zenhei"),
        ("", ""),
    ],
)
def test_base64_of_either_alphabet(text, decoded):
    assert decode_base64(text) == decoded


@pytest.mark.parametrize(
    "text", ["a", "dGVzdA===", "d=GVzdA", "dGV*", "dGV\n", "dGVzdA==x", "图", "_w", "gICA", "abcde"]
)
def test_what_is_not_base64_of_text(text):
    with pytest.raises(ProcessError) as caught:
        decode_base64(text)
    assert caught.value.code == "BadRequest"
    assert caught.value.message.startswith("Input is not base64 decoding. ")
    assert caught.value.value == text


@given(st.text())
def test_base64_comes_back(text):
    for encode in (base64.standard_b64encode, base64.urlsafe_b64encode):
        encoded = encode(text.encode()).decode()
        assert decode_base64(encoded) == decode_base64(encoded.rstrip("=")) == text


def test_colours():
    assert color("ff8000") == color("FF8000") == Color(255, 128, 0)
    assert str(Color(255, 128, 0)) == "FF8000"
    assert WHITE.is_grey and not Color(1, 2, 3).is_grey
    assert color(WHITE) is WHITE


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (color, "#FFFFF"),
        (color, "FFFFF"),
        (color, None),
        (flag, "yes"),
        (flag, None),
        (place, "middle"),
        (place, []),
        (whole_number, "1" * 10),
        (whole_number, ""),
    ],
)
def test_what_is_no_such_value(read, value):
    with pytest.raises(ValueError, match=r"\w"):
        read(value)
