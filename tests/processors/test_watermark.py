"""``watermark``: a picture, a text or both on a picture."""

import io
import pickle

import pytest
from PIL import Image, ImageChops
from support_fonts import LATIN, bare_machine, forget, own_font
from support_images import animation, encoded, frames, moving_square, picture

from pixoss.processors.chain import Chain
from pixoss.processors.errors import ProcessError
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.geometry import Gravity
from pixoss.processors.limits import Limits
from pixoss.processors.mark import MarkImage
from pixoss.processors.operations import OPERATIONS
from pixoss.processors.params import BLACK, encode_base64
from pixoss.processors.placing import Align
from pixoss.processors.render import render

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
TEXT = f"text_{encode_base64(LATIN)}"


def plain(size, color=WHITE, mode="RGB", pillow_format="PNG"):
    return encoded(Image.new(mode, size, color), pillow_format)


def quarters(width, height):
    """A mark with four colours, of which the lower right one is transparent."""
    image = Image.new("RGBA", (width, height), (*RED, 255))
    image.paste((*GREEN, 255), (width // 2, 0, width, height // 2))
    image.paste((*BLUE, 255), (0, height // 2, width // 2, height))
    image.paste((0, 0, 0, 0), (width // 2, height // 2, width, height))
    return image


SOURCE = plain((100, 80))
MARKS = {
    "red.png": plain((20, 10), RED),
    "blue.png": plain((10, 20), BLUE),
    "quarters.png": encoded(quarters(20, 20)),
    "half.png": plain((20, 10), (*RED, 128), "RGBA"),
    "grey.png": plain((20, 10), 100, "L"),
    "cut.gif": plain((20, 10), RED, "RGB", "GIF"),
    "wide.png": plain((40, 20), RED),
    "图.jpg": plain((20, 10), RED, "RGB", "JPEG"),
}


@pytest.fixture
def fonts(tmp_path, monkeypatch):
    """Pillow's own font and no other."""
    bare_machine(monkeypatch)
    yield own_font(tmp_path)
    forget()


def image(key, process=""):
    return "image_" + encode_base64(f"{key}?x-oss-process=image/{process}" if process else key)


def content(source, text, fonts=None, **options):
    options = {"references": MARKS, "fidelity": Fidelity.EXACT} | options
    extra = {"fonts": fonts} if fonts else {}
    return render(source, Chain.parse(text), Limits(), **options, **extra).content


def marked(arguments, source=SOURCE, fonts=None, **options):
    """The source under a mark, as PNG."""
    found = Image.open(io.BytesIO(content(source, f"image/watermark,{arguments}/format,png", fonts, **options)))
    found.load()
    return found


def refusal(text, **options):
    with pytest.raises(ProcessError) as caught:
        content(SOURCE, text, **options)
    return caught.value


def changed(picture, ground=WHITE):
    """The box of what differs from the ground."""
    return ImageChops.difference(picture.convert("RGB"), Image.new("RGB", picture.size, ground)).getbbox()


CIRCLE = "The action circle is not allowed on a watermark image."


def stranger(character):
    return f"Input is not base64 decoding. The character {character!r} is in no Base64 alphabet."


# --- what the parameters say


@pytest.mark.parametrize(
    ("arguments", "code", "ec", "message"),
    [
        ("", "MissingArgument", 278, None),
        ("t_50", "MissingArgument", 278, None),
        ("text", "MissingArgument", 258, None),
        ("text_", "MissingArgument", 258, None),
        (f"{TEXT},size", "MissingArgument", 256, None),
        (f"{TEXT},shadow_", "MissingArgument", 255, None),
        ("text_aGV*bG8", "BadRequest", 258, stranger("*")),
        ("text_gICA", "BadRequest", 258, "Input is not base64 decoding. What it stands for is no text in UTF-8."),
        ("text_a", "BadRequest", 258, None),
        (f"{TEXT},type_d3F5!", "BadRequest", 250, stranger("!")),
        (f"{TEXT},type_wqy-zenhei", "BadRequest", 250, None),
        (f"{TEXT},type_{encode_base64('arial')}", "InvalidArgument", 251, None),
        (f"{TEXT},type_", "InvalidArgument", 251, None),
        (f"{TEXT},shadow_101", "InvalidArgument", 255, "The value: 101 of parameter: shadow is invalid."),
        (f"{TEXT},size_0", "InvalidArgument", 256, None),
        (f"{TEXT},size_1001", "InvalidArgument", 256, None),
        (f"{TEXT},size_4_0", "InvalidArgument", 256, None),
        (f"{TEXT},color_red", "InvalidArgument", 257, None),
        (f"{TEXT},color_AABBCCDD", "InvalidArgument", 257, None),
        (f"{TEXT},g_middle", "InvalidArgument", 260, "The value: middle of parameter: g is invalid."),
        (f"{TEXT},x_4097", "InvalidArgument", 262, None),
        (f"{TEXT},x_-1", "InvalidArgument", 262, None),
        (f"{TEXT},t_101", "InvalidArgument", 263, None),
        (f"{TEXT},t_\u0665", "InvalidArgument", 263, None),
        (f"{TEXT},y_+5", "InvalidArgument", 264, None),
        (f"{TEXT},y_4097", "InvalidArgument", 264, None),
        ("image_???", "BadRequest", 265, stranger("?")),
        ("image_", "InvalidArgument", 265, None),
        ("image", "InvalidArgument", 265, None),
        (f"{TEXT},voffset_1001", "InvalidArgument", 268, None),
        (f"{TEXT},voffset_-1001", "InvalidArgument", 268, None),
        (f"{TEXT},order_2", "InvalidArgument", 269, None),
        (f"{TEXT},interval_1001", "InvalidArgument", 270, None),
        (f"{TEXT},align_3", "InvalidArgument", 271, None),
        (f"{TEXT},align_-1", "InvalidArgument", 271, None),
        (f"{TEXT},rotate_361", "InvalidArgument", 272, None),
        (f"{TEXT},fill_2", "InvalidArgument", 274, None),
        (f"{TEXT},padx_4097", "InvalidArgument", 276, None),
        (f"{TEXT},pady_4097", "InvalidArgument", 277, None),
        (image("red.png", "circle,r_5"), "WatermarkError", None, CIRCLE),
        (image("red.png", "format,png"), "WatermarkError", None, None),
        (image("red.png", "nothing"), "WatermarkError", None, None),
        (image("red.png", "watermark,text_YQ"), "WatermarkError", 373, None),
        (image("red.png", "resize,w_5/info"), "WatermarkError", 374, None),
        (image("red.png", "resize,P_0"), "InvalidArgument", None, "The value: 0 of parameter: P is invalid."),
        (image("red.png", "resize,P_101"), "InvalidArgument", None, None),
        (image("red.png", "resize"), "MissingArgument", 322, None),
        (image("red.png", "rotate,400"), "InvalidArgument", 217, None),
        (image("red.png", "rotate,1/" * 20 + "rotate,1"), "TooManyPipes", None, None),
        ("image_" + encode_base64("red.png?x-oss-process=style/small"), "WatermarkError", None, None),
    ],
)  # fmt: skip
def test_refusals(arguments, code, ec, message):
    error = refusal(f"image/watermark,{arguments}")
    assert (error.code, error.ec) == (code, f"0040-{ec:08d}" if ec else None)
    assert message in (None, error.message)


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a" * 64, True), ("a" * 65, False), ("图" * 21, True), ("图" * 21 + "a", True), ("图" * 22, False)],
)
def test_a_text_has_64_bytes_at_most(text, fits):
    raw = encode_base64(text)
    if fits:
        assert Chain.parse(f"image/watermark,text_{raw}").operations[0].text == text
        return
    error = refusal(f"image/watermark,text_{raw}")
    hint = f"A text may have 64 bytes of UTF-8, this one has {len(text.encode())}."
    assert error.message == f"The value: {raw} of parameter: text is invalid. {hint}"
    assert (error.code, error.ec) == ("InvalidArgument", "0040-00000258")


@pytest.mark.parametrize("rest", ["/bG8", "/bG8,size_30"])
def test_the_slash_of_the_standard_alphabet_is_named(rest):
    error = refusal(f"image/watermark,text_aGVs{rest}")
    assert (error.code, error.ec) == ("InvalidArgument", "0040-00000213")
    assert error.message.startswith('The value: bG8 of parameter: action is invalid. If the "/" before it')
    assert '"_"' in refusal(f"image/watermark,text_aGVsb{rest}").message
    assert "Base64" not in refusal("image/resize,w_5/bG8").message


@pytest.mark.parametrize("alphabet", ["Pz8_Pj4-", "Pz8_Pj4 ", "Pz8_Pj4+", "Pz8_Pj4-=="])
def test_both_alphabets_with_and_without_padding(alphabet):
    operation = Chain.parse(f"image/watermark,text_{alphabet},,size_30,").operations[0]
    assert (operation.text, operation.size) == ("???>>>"[: len(operation.text)], 30)


@pytest.mark.parametrize(
    "text",
    [
        f"image/watermark,{TEXT}",
        f"image/watermark,{TEXT},type_ZmFuZ3poZW5na2FpdGk,color_FF8000,size_30,shadow_50,rotate_30,t_0,g_west,voffset_-7",
        f"image/watermark,{image('red.png')},{TEXT},order_1,align_0,interval_5,x_0,y_4096,fill_1,padx_3,pady_4",
        f"image/watermark,{image('a?b.png', 'resize,P_20/crop,w_5/indexcrop,x_2,i_1/rounded-corners,r_3/rotate,30')}",
    ],
)
def test_the_canonical_text_means_the_same(text):
    chain = Chain.parse(text)
    assert str(chain) == text
    again = pickle.loads(pickle.dumps(chain))
    assert again == chain == Chain.parse(str(chain)) and hash(again) == hash(chain)


def test_defaults_are_those_of_the_documentation():
    mark = OPERATIONS["watermark"](text="a")
    assert (mark.font, mark.color, mark.size, mark.shadow, mark.degrees) == ("wqy-zenhei", BLACK, 40, 0, 0)
    assert (mark.opacity, mark.gravity, mark.x, mark.y, mark.voffset) == (100, Gravity.SE, 10, 10, 0)
    assert (mark.fill, mark.across, mark.down) == (False, 0, 0)
    assert (mark.text_first, mark.align, mark.interval) == (False, Align.BOTTOM, 0)
    assert OPERATIONS["watermark"](image=MarkImage("a.png")).references() == ("a.png",)


def test_what_marks_need_is_named_once_and_in_order():
    chain = Chain.parse(
        f"image/watermark,{image('b.png')}/watermark,{image('a.png', 'resize,P_5')}"
        f"/watermark,{image('b.png', 'rotate,9')}/watermark,{TEXT}"
    )
    assert chain.references() == ("b.png", "a.png")
    assert Chain.parse(f"image/info/watermark,{image('b.png')}").references() == ()


def test_three_different_images_are_the_most():
    keys = ["a", "b", "c", "a", "b", "c"]
    text = "image" + "".join(f"/watermark,{image(key)},{TEXT}" for key in keys)
    assert Chain.parse(text).references() == ("a", "b", "c")
    error = refusal(f"{text}/watermark,{image('d')}")
    assert (error.code, error.ec) == ("WatermarkError", "0040-00000026")


# --- images as marks


@pytest.mark.parametrize(
    ("arguments", "box"),
    [
        ("", (70, 60, 90, 70)),
        ("g_nw,x_0,y_0", (0, 0, 20, 10)),
        ("g_center", (40, 35, 60, 45)),
        ("g_east,x_5,voffset_-10", (75, 25, 95, 35)),
        ("g_nw,x_90,y_75", (90, 75, 100, 80)),
        ("g_se,x_90,y_0", (0, 70, 10, 80)),
        ("g_nw,x_4096", None),
    ],
)
def test_a_mark_hangs_where_it_is_told_and_is_clipped(arguments, box):
    assert changed(marked(f"{image('red.png')},{arguments}")) == box


def test_a_mark_larger_than_the_picture_is_clipped_and_not_shrunk():
    large = {"large.png": encoded(quarters(300, 300))}
    result = marked(f"{image('large.png')},g_nw,x_0,y_0", references=large)
    assert result.getcolors() == [(100 * 80, RED)]
    centred = marked(f"{image('large.png')},g_center", references=large)
    assert [centred.getpixel(at) for at in ((0, 0), (99, 0), (0, 79), (99, 79))] == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize(("opacity", "value"), [(100, (255, 0, 0)), (50, (255, 127, 127)), (0, (255, 255, 255))])
def test_opacity_of_the_whole_mark(opacity, value):
    result = marked(f"{image('red.png')},t_{opacity},g_center").getpixel((50, 40))
    assert all(abs(a - b) <= 1 for a, b in zip(result, value, strict=True))


def test_opacity_scales_the_marks_own():
    result = marked(f"{image('half.png')},t_50,g_center").getpixel((50, 40))
    assert all(abs(a - b) <= 1 for a, b in zip(result, (255, 191, 191), strict=True))


@pytest.mark.parametrize(
    ("mode", "color", "under", "result"),
    [
        ("RGBA", (*BLUE, 0), "half.png", (*RED, 128)),
        ("RGBA", (*BLUE, 255), "half.png", (128, 0, 127, 255)),
        ("RGBA", (*BLUE, 128), "half.png", (170, 0, 85, 192)),
        ("LA", (200, 128), "grey.png", (100, 255)),
        ("LA", (200, 0), "half.png", (*RED, 128)),
        ("L", 200, "grey.png", 100),
        ("L", 200, "red.png", RED),
    ],
)
def test_marks_on_pictures_of_every_mode(mode, color, under, result):
    found = marked(f"{image(under)},g_center", plain((100, 80), color, mode)).getpixel((50, 40))
    pairs = zip(found, result, strict=True) if isinstance(result, tuple) else [(found, result)]
    assert all(abs(a - b) <= 1 for a, b in pairs), found


def test_a_picture_beside_the_mark_stays_as_it_is():
    source = picture(100, 80, mode="RGBA")
    result = marked(f"{image('half.png')},g_nw,x_0,y_0", source)
    before = Image.open(io.BytesIO(source))
    for box in ((20, 0, 100, 80), (0, 10, 100, 80)):
        assert result.crop(box).tobytes() == before.crop(box).tobytes()


@pytest.mark.parametrize(
    ("process", "size"),
    [
        ("resize,w_10", (10, 5)),
        ("resize,w_40,limit_0", (40, 20)),
        ("resize,P_50", (50, 25)),
        ("resize,P_10", (10, 5)),
        ("resize,w_3,P_50", (50, 25)),
        ("resize,p_50", (10, 5)),
        ("crop,w_7,h_8", (7, 8)),
        ("indexcrop,x_5,i_1", (5, 10)),
        ("rotate,90", (10, 20)),
        ("resize,P_20/crop,w_5/rotate,90", (10, 5)),
    ],
)
def test_preparation_of_the_mark(process, size):
    left, upper, right, lower = changed(marked(f"{image('red.png', process)},g_center"))
    assert (right - left, lower - upper) == size


def test_a_share_is_of_the_current_picture():
    """OSS's example: P_10 gives 10x10 on 100x100 and 20x20 on 200x200."""
    square = {"square.png": plain((64, 64), RED)}
    for side in (100, 200):
        text = f"image/resize,m_fixed,w_{side},h_{side},limit_0/watermark,{image('square.png', 'resize,P_10')}"
        result = Image.open(io.BytesIO(content(SOURCE, f"{text}/format,png", references=square)))
        left, upper, right, lower = changed(result)
        assert (right - left, lower - upper) == (side // 10, side // 10)


def test_a_share_keeps_the_marks_proportions():
    for key, size in (("wide.png", (50, 25)), ("blue.png", (20, 40))):
        left, upper, right, lower = changed(marked(f"{image(key, 'resize,P_50')},g_center"))
        assert (right - left, lower - upper) == size


def test_a_share_means_nothing_in_the_main_chain():
    assert refusal("image/resize,P_50").ec == "0040-00000322"


def test_a_share_may_not_grow_past_the_limits():
    tall = {"tall.png": plain((1, 3000), RED)}
    source = plain((16_000, 20))
    wide = {"wide.png": plain((3000, 1), RED)}
    assert changed(marked(f"{image('tall.png', 'resize,P_100')}", source, references=tall))
    with pytest.raises(ProcessError) as caught:
        content(
            source, f"image/watermark,{image('red.png', 'resize,w_16384,h_16384,m_fixed,limit_0')}", references=MARKS
        )
    assert caught.value.ec == "0040-00000007"
    assert changed(marked(f"{image('wide.png', 'resize,P_100')}", source, references=wide))


def test_corners_that_are_cut_or_turned_show_the_picture():
    turned = marked(f"{image('图.jpg', 'rotate,45')},g_center")
    left, upper, right, _ = changed(turned)
    assert turned.getpixel((left, upper)) == turned.getpixel((right - 1, upper)) == WHITE
    ground = plain((100, 80), (0, 0, 255))
    cut = marked(f"{image('wide.png', 'rounded-corners,r_10')},g_nw,x_0,y_0", ground)
    assert (cut.getpixel((0, 0)), cut.getpixel((20, 10))) == (BLUE, RED)


def test_a_mark_is_turned_upright():
    exif = Image.Exif()
    exif[274] = 6
    marks = {"photo.jpg": encoded(Image.new("RGB", (32, 16), RED), "JPEG", exif=exif.tobytes())}
    left, upper, right, lower = changed(marked(f"{image('photo.jpg')},g_center", references=marks))
    assert (right - left, lower - upper) == (16, 32)


@pytest.mark.parametrize("pillow_format", ["JPEG", "PNG", "BMP", "WEBP", "TIFF"])
def test_formats_of_marks(pillow_format):
    marks = {"mark": plain((20, 10), RED, "RGB", pillow_format)}
    assert changed(marked(f"{image('mark')},g_nw,x_0,y_0", references=marks)) == (0, 0, 20, 10)


@pytest.mark.parametrize("bad", [MARKS["cut.gif"], b"no picture", b""])
def test_a_mark_of_another_format(bad):
    error = refusal(f"image/watermark,{image('bad')}", references={"bad": bad})
    assert (error.code, error.ec, error.value) == ("WatermarkError", "0040-00000027", "bad")


def test_a_damaged_or_missing_mark_is_named():
    damaged = refusal(f"image/watermark,{image('图.jpg')}", references={"图.jpg": MARKS["图.jpg"][:200]})
    assert damaged.code == "WatermarkError" and "图.jpg" in damaged.message
    missing = refusal(f"image/watermark,{image('none.png')}", references={})
    assert (missing.code, missing.message) == ("WatermarkError", "The watermark image none.png does not exist.")


def test_a_mark_past_the_limits_is_not_decoded():
    limits = Limits(source_pixels=100 * 80)
    with pytest.raises(ProcessError) as caught:
        render(
            plain((50, 40)),
            Chain.parse(f"image/watermark,{image('large')}"),
            limits,
            Fidelity.EXACT,
            {"large": plain((100, 81))},
        )
    assert (caught.value.code, caught.value.ec) == ("WatermarkError", "0040-00000012")


# --- text and both


def test_a_text_hangs_by_its_ink(fonts):
    left, upper, right, lower = changed(marked(f"{TEXT},size_12", fonts=fonts))
    assert (right, lower) == (90, 70)
    left, upper, right, lower = changed(marked(f"{TEXT},size_12,g_nw,x_3,y_4", fonts=fonts))
    assert (left, upper) == (3, 4)


def test_the_colour_of_a_text(fonts):
    result = marked(f"text_{encode_base64('H')},size_80,g_center,color_ff8000", fonts=fonts)
    assert (255, 128, 0) in {color for _, color in result.getcolors(10_000)}


@pytest.mark.parametrize("degrees", [0, 30, 90, 180, 270, 359, 360])
def test_a_turned_text_is_not_cut_off(fonts, degrees):
    """Whatever the angle the ink stays within the picture's middle, and there is as much of it as of the upright."""
    source = plain((300, 300))
    text = f"text_{encode_base64('Hgy')},size_60,g_center"
    upright, turned = (marked(f"{text},rotate_{angle}", source, fonts) for angle in (0, degrees))
    ink = [sum(255 - value for value in one.convert("L").tobytes()) for one in (upright, turned)]
    assert abs(ink[0] - ink[1]) < 0.02 * ink[0]


def test_a_turned_text_turns_clockwise(fonts):
    source = plain((300, 300))
    text = f"text_{encode_base64('l_')},size_60,g_center"
    upright, turned = (marked(f"{text},rotate_{angle}", source, fonts) for angle in (0, 90))
    expected = upright.crop(changed(upright)).transpose(Image.Transpose.ROTATE_270)
    assert turned.crop(changed(turned)).tobytes() == expected.tobytes()


def test_a_shadow_is_seen_on_white(fonts):
    white = f"text_{encode_base64('H')},size_60,g_center,color_FFFFFF"
    assert changed(marked(white, fonts=fonts)) is None
    assert changed(marked(f"{white},shadow_50", fonts=fonts)) is not None


def test_a_text_of_spaces_changes_nothing(fonts):
    assert changed(marked(f"text_{encode_base64('   ')}", fonts=fonts)) is None
    both = marked(f"text_{encode_base64(' ')},{image('red.png')},interval_50", fonts=fonts)
    assert changed(both) == (70, 60, 90, 70)


@pytest.mark.parametrize(
    ("order", "align", "left", "upper"),
    [(0, 0, True, "top"), (0, 2, True, "bottom"), (1, 1, False, "middle"), (1, 0, False, "top")],
)
def test_image_and_text_side_by_side(fonts, order, align, left, upper):
    arguments = (
        f"{image('blue.png')},text_{encode_base64('-')},size_60,g_nw,x_0,y_0,order_{order},align_{align},interval_7"
    )
    result = marked(arguments, fonts=fonts)
    blue = changed(Image.composite(result, Image.new("RGB", result.size, WHITE), _is(result, BLUE)))
    dark = changed(Image.composite(Image.new("RGB", result.size, WHITE), result, _is(result, BLUE)))
    assert (blue[0] < dark[0]) is left
    gap = dark[0] - blue[2] if left else blue[0] - dark[2]
    assert gap == 7
    height = dark[3] - dark[1]
    assert dark[1] == {"top": 0, "middle": (20 - height) // 2, "bottom": 20 - height}[upper]
    assert changed(result) == (0, 0, blue[2] - blue[0] + dark[2] - dark[0] + 7, 20)


def _is(image, color):
    differs = ImageChops.difference(image, Image.new("RGB", image.size, color)).convert("L")
    return differs.point([255] + [0] * 255)


def test_a_pair_may_be_coloured_or_grey(fonts):
    grey = plain((100, 80), 255, "L")
    text = f"text_{encode_base64('H')},size_20,g_center"
    assert marked(f"{image('grey.png')},{text}", grey, fonts).mode == "L"
    assert marked(f"{image('grey.png')},{text},color_ff0000", grey, fonts).mode == "RGB"
    assert marked(f"{image('red.png')},{text}", grey, fonts).mode == "RGB"


def test_a_pair_too_large_for_the_memory_is_refused(fonts):
    wide = {"tall.png": plain((1, 16_000), RED)}
    text = f"image/watermark,{image('tall.png')},text_{encode_base64('W' * 20)},size_300"
    with pytest.raises(ProcessError) as caught:
        content(SOURCE, text, fonts, references=wide)
    assert caught.value.code == "WatermarkError" and "too large" in caught.value.message
    with pytest.raises(ProcessError, match="too large"):
        content(SOURCE, f"image/watermark,text_{encode_base64('W' * 25)},size_1000,rotate_45", fonts)


# --- all over the picture


def test_tiles_start_in_the_upper_left_corner(fonts):
    result = marked(f"{image('red.png')},fill_1,padx_10,pady_5,g_center,x_3")
    expected = Image.new("RGB", (100, 80), WHITE)
    for left in range(0, 100, 30):
        for upper in range(0, 80, 15):
            expected.paste(RED, (left, upper, left + 20, upper + 10))
    assert result.tobytes() == expected.tobytes()


@pytest.mark.parametrize("gaps", ["", ",padx_4096,pady_4096"])
def test_tiles_without_gaps_and_with_the_widest(gaps):
    box = (0, 0, 20, 10) if gaps else (0, 0, 100, 80)
    assert changed(marked(f"{image('red.png')},fill_1{gaps}")) == box


def test_tiles_larger_than_the_picture():
    large = {"large.png": encoded(quarters(300, 300))}
    assert marked(f"{image('large.png')},fill_1", references=large).getcolors() == [(100 * 80, RED)]


def test_tiles_of_one_pixel_on_a_wide_picture():
    dot = {"dot.png": plain((1, 1), RED)}
    result = marked(f"{image('dot.png')},fill_1,padx_1", plain((16_000, 40)), references=dot)
    assert sorted(result.getcolors()) == [(320_000, RED), (320_000, WHITE)]


def test_tiles_of_text_that_is_turned_and_faint(fonts):
    result = marked(f"{TEXT},size_12,rotate_30,fill_1,padx_5,pady_5,t_50", plain((200, 200)), fonts)
    left, upper, right, lower = changed(result)
    assert left < 5 and upper < 5 and right > 190 and lower > 190
    assert min(result.convert("L").tobytes()) >= 127


# --- moving pictures and the rest of the chain


@pytest.mark.parametrize("pillow_format", ["GIF", "WEBP"])
def test_every_frame_of_an_animation_gets_the_mark(pillow_format):
    options = {"lossless": True} if pillow_format == "WEBP" else {}
    source = animation(moving_square(4), pillow_format, [100, 200, 300, 400], **options)
    found = frames(content(source, f"image/watermark,{image('red.png')},g_nw,x_0,y_0"))
    assert [duration for _, duration in found] == [100, 200, 300, 400]
    for index, (frame, _) in enumerate(found):
        red, green, blue, _ = frame.getpixel((10, 5))
        assert red > 200 and green < 60 and blue < 60, index


def test_marks_are_laid_in_the_order_of_the_chain():
    text = f"image/watermark,{image('red.png')},g_center/watermark,{image('blue.png')},g_center/format,png"
    result = Image.open(io.BytesIO(content(SOURCE, text)))
    assert (result.getpixel((50, 40)), result.getpixel((41, 40))) == (BLUE, RED)


@pytest.mark.parametrize("fidelity", Fidelity)
def test_a_resize_before_the_mark(fidelity):
    source = plain((400, 320), WHITE, "RGB", "JPEG")
    text = f"image/resize,w_100/watermark,{image('red.png')}/format,png"
    result = Image.open(io.BytesIO(content(source, text, fidelity=fidelity)))
    assert (result.size, changed(result)) == ((100, 80), (70, 60, 90, 70))


def test_golden_sizes_with_a_text(fonts):
    """OSS's own example of a text watermark after a resize."""
    source = picture(400, 267, "JPEG")
    text = (
        "image/resize,w_300,h_300/watermark,type_d3F5LXplbmhlaQ,size_30,text_SGVsbG8gV29ybGQ,"
        "color_FFFFFF,shadow_50,t_100,g_se,x_10,y_10"
    )
    result = Image.open(io.BytesIO(content(source, text, fonts)))
    assert (result.size, result.format) == ((300, 200), "JPEG")
