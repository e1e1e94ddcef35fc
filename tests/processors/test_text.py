"""Text as a picture."""

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont
from support_fonts import CHINESE, LATIN, bare_machine, forget, groups, own_font, sfnt

from pixoss.processors import text as module
from pixoss.processors.errors import ProcessError, WatermarkError
from pixoss.processors.fonts import MACHINE_FONTS, OSS_FONTS, Fonts
from pixoss.processors.params import BLACK, WHITE, Color
from pixoss.processors.text import draw_text, one_line

RED = Color(255, 0, 0)


@pytest.fixture
def fonts(tmp_path, monkeypatch):
    """Pillow's own font and no other."""
    bare_machine(monkeypatch)
    yield own_font(tmp_path)
    forget()


def drawn(fonts, text=LATIN, size=40, color=BLACK, shadow=0, name="wqy-zenhei"):
    return draw_text(text, name, size, color, shadow, fonts)


def ink_box(mark):
    return mark.getchannel("A").getbbox()


@pytest.mark.parametrize("text", ["a", "g", "^", ".", "jy", LATIN, " a ", "\ta\n"])
def test_a_mark_is_cut_to_its_ink(fonts, text):
    mark = drawn(fonts, text)
    assert ink_box(mark) == (0, 0, *mark.size)


@pytest.mark.parametrize("text", ["gy", "H", "^", LATIN])
def test_nothing_is_cut_off(fonts, text):
    """All the ink that the font lays on a canvas with room on every side is in the mark."""
    font = ImageFont.truetype(fonts.files[0].path, 60, layout_engine=ImageFont.Layout.BASIC)
    canvas = Image.new("L", (900, 300))
    ImageDraw.Draw(canvas).text((100, 100), text, fill=255, font=font)
    assert drawn(fonts, text, 60).getchannel("A").tobytes() == canvas.crop(canvas.getbbox()).tobytes()


def test_size_is_that_of_the_font(fonts):
    heights = [drawn(fonts, "H", size).height for size in (20, 40, 80, 1000)]
    for size, height in zip((20, 40, 80, 1000), heights, strict=True):
        assert abs(height - 0.7 * size) <= 2 + size * 0.05


@pytest.mark.parametrize(
    ("color", "mode", "value"),
    [(BLACK, "LA", (0, 255)), (WHITE, "LA", (255, 255)), (RED, "RGBA", (255, 0, 0, 255))],
)
def test_a_grey_colour_needs_no_other_channels(fonts, color, mode, value):
    mark = drawn(fonts, "H", 80, color)
    assert mark.mode == mode
    assert mark.getpixel((2, mark.height // 2 + 10)) == value


def test_the_edge_is_smooth(fonts):
    assert len(set(drawn(fonts).getchannel("A").tobytes())) > 10


def test_a_shadow_falls_two_pixels_to_the_right_and_below(fonts):
    plain, shadowed = drawn(fonts, "H", 60, RED), drawn(fonts, "H", 60, RED, 50)
    assert shadowed.size == (plain.width + 2, plain.height + 2)
    assert ImageChops.difference(shadowed.crop((0, 0, *plain.size)), plain).getpixel((1, 1)) == (0, 0, 0, 0)
    edge = plain.getpixel((plain.width - 1, plain.height - 1))[3]
    assert shadowed.getpixel((shadowed.width - 1, shadowed.height - 1)) == (0, 0, 0, (edge * 50 + 50) // 100)
    assert edge > 100 and shadowed.getpixel((0, shadowed.height - 1))[3] == 0
    half, full = drawn(fonts, LATIN, 60, RED, 50), drawn(fonts, LATIN, 60, RED, 100)
    assert sum(half.getchannel("A").tobytes()) < sum(full.getchannel("A").tobytes())


@pytest.mark.parametrize("text", [" ", "   ", "\n\t", "\u200b\ufe0f"])
def test_a_text_without_ink_is_no_mark(fonts, text):
    assert drawn(fonts, text) is None


def test_a_character_without_ink_is_no_mark(fonts):
    """As the blank of Braille is in some fonts."""
    font = module._font(fonts.choose("wqy-zenhei", "a"), 40)
    assert module._ink(" ", font) is None and module._ink("a", font) is not None


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\nb\tc\0d", "a b c d"), ("a\u200db\ufe0f", "ab"), ("图片!", "图片!"), ("\u0085x", " x")],
)
def test_a_text_is_one_line_of_what_can_be_drawn(text, line):
    assert one_line(text) == line


def test_a_text_that_no_font_can_write_is_refused_by_name(fonts):
    with pytest.raises(WatermarkError, match="No font here has the characters of parameter: text \\(水印"):
        drawn(fonts, CHINESE)


def test_a_font_file_that_is_damaged_is_refused(tmp_path, monkeypatch):
    bare_machine(monkeypatch)
    (tmp_path / "wqy-zenhei.ttc").write_bytes(sfnt(groups((32, 126, 1))))
    with pytest.raises(WatermarkError, match="wqy-zenhei can not be read"):
        drawn(Fonts(str(tmp_path)))


def test_a_text_too_large_for_the_memory_is_refused_before_it_is_drawn(fonts, monkeypatch):
    monkeypatch.setattr(module, "_coloured", lambda *_: pytest.fail("it was drawn"))
    with pytest.raises(WatermarkError, match="pixels is too large"):
        drawn(fonts, "W" * 64, 1000)


def test_the_longest_chinese_text_at_the_largest_size_fits(fonts):
    module.require_mark_size(module.Size(21 * 1000, 1000))


def test_fonts_are_loaded_once(fonts):
    module._font.cache_clear()
    for _ in range(3):
        drawn(fonts)
    assert module._font.cache_info().misses == 1


@pytest.mark.parametrize("name", OSS_FONTS)
def test_chinese_in_every_font(name):
    if MACHINE_FONTS.choose(name, CHINESE) is None:
        pytest.skip("there is no font for Chinese on this machine")
    mark = drawn(MACHINE_FONTS, CHINESE, 40, RED, name=name)
    assert isinstance(mark, Image.Image)
    # Six square characters of 40 pixels; each differs from the others, so none of them is an empty box.
    assert 200 <= mark.width <= 260 and 30 <= mark.height <= 50
    single = {drawn(MACHINE_FONTS, character, 40, name=name).tobytes() for character in CHINESE}
    assert len(single) == len(CHINESE)


@pytest.mark.parametrize(("raw", "code", "ec"), [("aGV*", "BadRequest", 258), ("", None, None), ("YQ", None, None)])
def test_reading_a_text(raw, code, ec):
    if code is None:
        assert module.read_text(raw) in ("", "a")
        return
    with pytest.raises(ProcessError) as caught:
        module.read_text(raw)
    assert (caught.value.code, caught.value.ec) == (code, f"0040-{ec:08d}")
