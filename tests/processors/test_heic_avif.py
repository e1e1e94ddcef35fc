"""HEIC and AVIF: read, written, bounded, turned once, and refused where they are damaged or not installed."""

import io
import json
import struct
import subprocess
import sys

import pytest
from PIL import Image
from support_heif import exif_of, modern, modern_scene, with_brands, with_claimed_size
from support_images import LIMITS, difference, encoded, picture, refusal, run, scene, shown

from pixoss.processors.codecs import CODECS, avif, heif, identify
from pixoss.processors.limits import Limits

NAMES = ["heic", "avif"]
DAMAGE = {"heic": "0040-00000020", "avif": "0040-00000021"}


def facts(content):
    return {name: entry["value"] for name, entry in json.loads(run(content, "image/info").content).items()}


def opened(content):
    return shown(content, "image/auto-orient,0/format,png")


@pytest.mark.parametrize("name", NAMES)
def test_formats_are_written_and_read_back(name):
    result = run(picture(61, 43), f"image/format,{name}")
    assert (result.media_type, result.format) == (f"image/{name}", name)
    assert identify(result.content, LIMITS).name == name
    assert result.content[8:12] == name.encode()
    assert difference(opened(result.content).convert("RGB"), scene(61, 43)) < 6


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", ["jpg", "png", "webp", "gif", "bmp", "tiff", "heic", "avif"])
def test_they_become_every_other_format_but_gif(name, target):
    result = run(modern_scene(name), f"image/resize,w_30/format,{target}")
    assert result.format == (name if target == "gif" else target)
    assert opened(result.content).size == (30, 20)


@pytest.mark.parametrize("name", NAMES)
def test_without_a_format_they_stay_what_they_are(name):
    assert run(modern_scene(name), "image/resize,w_30").format == name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("mode", "expected"), [("L", "L"), ("LA", "RGBA"), ("RGB", "RGB"), ("RGBA", "RGBA"), ("P", "RGB"), ("1", "L")]
)
def test_every_mode_is_written_and_read(name, mode, expected):
    source = encoded(scene(40, 30, mode))
    result = opened(run(source, f"image/format,{name}").content)
    grey_or_colour = {expected, {"L": "RGB"}.get(expected, expected)}  # an older libavif knows no grey
    assert result.mode in grey_or_colour
    dithered = mode == "P"
    assert difference(result.convert("RGBA"), scene(40, 30, mode).convert("RGBA")) < (16 if dithered else 8)


def test_deep_pictures_are_read_with_eight_bits():
    pytest.importorskip("pillow_heif")
    import pillow_heif

    deep = b"".join(struct.pack("<3H", 65_535, 32_768, 0) for _ in range(64 * 64))
    target = io.BytesIO()
    pillow_heif.encode("RGB;16", (64, 64), deep, target, quality=95)
    image = opened(target.getvalue())
    assert image.mode == "RGB"
    assert all(abs(a - b) < 5 for a, b in zip(image.getpixel((30, 30)), (255, 128, 0), strict=True))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (2, 3), (63, 65), (17, 1)])
def test_odd_sizes(name, size):
    content = run(encoded(scene(*size)), f"image/format,{name}").content
    assert opened(content).size == size


@pytest.mark.parametrize("name", NAMES)
def test_quality_is_for_jpeg_and_webp_alone(name):
    source = picture(60, 40)
    plain = run(source, f"image/format,{name}").content
    assert run(source, f"image/format,{name}/quality,Q_5").content == plain
    assert abs(len(plain) - len(modern_scene(name, quality=60))) < len(plain) / 4


@pytest.mark.parametrize("name", NAMES)
def test_nothing_beside_the_pixels_is_kept(name):
    source = modern_scene(name, exif=exif_of(None, "A secret place"))
    assert facts(source)["Software"] == "A secret place"
    for text in ("image/resize,w_30", "image/format,png", "image/format,tiff", "image/format,heic"):
        assert b"A secret place" not in run(source, text).content


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_once(name, orientation):
    """libheif turns while it reads, libavif does not: either way the result is upright, and is so once."""
    stored = scene(60, 40)
    source = modern(stored, name, exif=exif_of(orientation))
    upright = shown(encoded(stored, "JPEG", quality=95, exif=exif_of(orientation)), "image/format,png")
    result = shown(source, "image/format,png")
    assert result.size == upright.size
    assert difference(result.convert("RGB"), upright) < 6
    again = shown(run(source, f"image/format,{name}").content, "image/format,png")
    assert difference(again.convert("RGB"), upright) < 9


@pytest.mark.parametrize("orientation", range(1, 9))
def test_info_agrees_with_what_is_done(orientation):
    """Turning the sides by the orientation that ``info`` names gives the sides of the result."""
    for name in NAMES:
        source = modern_scene(name, exif=exif_of(orientation))
        values = facts(source)
        sides = int(values["ImageWidth"]), int(values["ImageHeight"])
        turned = int(values.get("Orientation", "1")) > 4
        assert shown(source, "image/format,png").size == (sides[::-1] if turned else sides)
    assert sides == (60, 40)
    assert values.get("Orientation", "1") == str(orientation)


@pytest.mark.parametrize("name", NAMES)
def test_info_is_of_the_header(name):
    source = modern_scene(name, 600, 400)
    values = facts(source)
    assert values == {
        "FileSize": str(len(source)),
        "Format": name,
        "FrameCount": "1",
        "ImageHeight": "400",
        "ImageWidth": "600",
    }
    at = source.index(b"mdat") + 12
    broken = source[:at] + bytes(len(source) - at)
    assert facts(broken) == values
    assert refusal(broken, "image/resize,w_9").ec == DAMAGE[name]


@pytest.mark.parametrize("name", NAMES)
def test_damaged_pictures(name):
    source = modern_scene(name, 200, 150)
    for content in (source[:40], source[: len(source) // 3], source[:-20], source[:36] + b"\xff" * 300):
        error = refusal(content, "image/resize,w_20")
        assert (error.code, error.ec) == ("ImageDamage", DAMAGE[name])


def test_a_heic_with_alpha_cannot_become_a_jpeg():
    source = modern_scene("heic", mode="RGBA")
    error = refusal(source, "image/format,jpg")
    assert error.code == "BadRequest"
    assert refusal(source, "image/resize,w_20/format,jpeg/quality,Q_5").message == error.message
    assert run(source, "image/format,jpg/format,png").format == "png"
    assert run(modern_scene("heic"), "image/format,jpg").format == "jpg"
    assert run(modern_scene("heic"), "image/circle,r_9/format,jpg").format == "jpg"
    assert run(modern_scene("avif", mode="RGBA"), "image/format,jpg").format == "jpg"


def test_the_refusal_comes_before_anything_is_decoded():
    source = modern_scene("heic", 200, 150, "RGBA")
    at = source.index(b"mdat") + 12
    assert refusal(source[:at] + bytes(len(source) - at), "image/format,jpg").code == "BadRequest"


@pytest.mark.parametrize(
    ("name", "size", "ec"),
    [
        ("heic", (4097, 1), None),
        ("heic", (1, 4097), None),
        ("avif", (4097, 1), 14),
        ("avif", (4096, 2305), 14),
    ],
)
def test_results_that_are_too_large(name, size, ec):
    error = refusal(encoded(Image.new("L", size)), f"image/format,{name}")
    assert (error.code, error.ec) == ("ImageTooLarge", f"0040-{ec:08d}" if ec else None)


@pytest.mark.parametrize(("name", "size"), [("heic", (4096, 9)), ("avif", (4096, 9)), ("avif", (9, 5000))])
def test_results_at_the_bound(name, size):
    assert opened(run(encoded(Image.new("L", size)), f"image/format,{name}").content).size == size


def test_avif_results_are_bound_by_their_pixels():
    assert run(picture(60, 40), "image/format,avif", limits=Limits(avif_pixels=2400)).format == "avif"
    assert refusal(picture(60, 40), "image/format,avif", limits=Limits(avif_pixels=2399)).ec == "0040-00000014"


@pytest.mark.parametrize(
    ("name", "size", "code", "ec"),
    [
        ("avif", (10_001, 40), "ImageTooLarge", 14),
        ("avif", (60, 10_001), "ImageTooLarge", 14),
        ("avif", (16_000, 16_000), "MemLimitExceeded", 12),
        ("avif", (30_001, 40), "ImageTooLarge", 9),
        ("heic", (30_001, 40), "ImageTooLarge", 9),
        ("heic", (16_000, 16_000), "MemLimitExceeded", 12),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_bombs_are_known_by_their_headers(name, size, code, ec):
    content = with_claimed_size(modern_scene(name, 64, 64), *size)
    for text in ("image/resize,w_10", "image/info"):
        error = refusal(content, text)
        assert (error.code, error.ec) == (code, f"0040-{ec:08d}")


def test_a_heic_that_codes_more_than_it_claims_is_damage():
    content = with_claimed_size(modern_scene("heic", 600, 400), 64, 64)
    assert refusal(content, "image/resize,w_10").ec == DAMAGE["heic"]


@pytest.mark.parametrize(
    ("major", "compatible", "source", "expected"),
    [
        (b"heic", (b"mif1", b"heic"), "heic", "heic"),
        (b"heix", (b"mif1",), "heic", "heic"),
        (b"mif1", (b"mif1", b"heic"), "heic", "heic"),
        (b"mif1", (b"miaf", b"avif"), "avif", "avif"),
        (b"avif", (), "avif", "avif"),
    ],
)
def test_files_are_known_by_their_brands(major, compatible, source, expected):
    content = with_brands(modern_scene(source), major, *compatible)
    assert identify(content, LIMITS).name == expected
    assert facts(content)["Format"] == expected
    assert shown(content, "image/resize,w_30/format,png").size == (30, 20)


@pytest.mark.parametrize(
    ("major", "compatible"), [(b"mif1", (b"mif1", b"miaf")), (b"isom", (b"heic",)), (b"mp42", ()), (b"crx ", ())]
)
def test_other_brands_are_no_pictures(major, compatible):
    content = with_brands(modern_scene("heic"), major, *compatible)
    assert refusal(content, "image/info").ec == "0040-00000005"


def test_of_several_pictures_the_primary_one_is_read():
    CODECS["heic"].require()
    images = [scene(40, 30), scene(20, 10)]
    options = {"save_all": True, "append_images": images[1:], "primary_index": 1, "quality": 95}
    content = encoded(images[0], "HEIF", **options)
    assert facts(content)["FrameCount"] == "1"
    assert shown(content, "image/format,png").size == (20, 10)


def test_of_an_avif_sequence_the_first_picture_is_read():
    CODECS["avif"].require()
    images = [scene(40, 30), scene(40, 30, "L").convert("RGB")]
    content = encoded(images[0], "AVIF", save_all=True, append_images=images[1:], duration=100, quality=90)
    assert content[8:12] == b"avis"
    assert facts(content)["FrameCount"] == "1"
    assert difference(shown(content, "image/format,png").convert("RGB"), images[0]) < 5


@pytest.mark.parametrize(("name", "module"), [("heic", "pillow_heif"), ("avif", "pillow_avif")])
def test_without_the_package_the_format_is_refused_by_name(name, module, monkeypatch):
    from PIL import AvifImagePlugin

    content = modern_scene(name)
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(AvifImagePlugin, "SUPPORTED", False)
    for codec in (heif, avif):
        codec._register.cache_clear()
    for source, text in (
        (content, "image/resize,w_10"),
        (content, "image/info"),
        (picture(9, 9), f"image/format,{name}"),
    ):
        error = refusal(source, text)
        assert (error.code, error.parameter, error.value) == ("NotImplemented", "format", name)
        assert "is not installed" in error.message
    for codec in (heif, avif):
        codec._register.cache_clear()


@pytest.mark.parametrize("text", ["image/resize,w_9", "image/info"])
def test_their_libraries_are_loaded_by_who_needs_them_alone(text):
    source = picture(20, 10)
    program = (
        "import sys\n"
        "from pixoss.processors.render import Chain, Fidelity, Limits, render\n"
        f"render(bytes.fromhex({source.hex()!r}), Chain.parse({text!r}), Limits(), Fidelity.FAST)\n"
        "assert not {'pillow_heif', '_pillow_heif', 'pillow_avif'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_pillow_s_own_avif_comes_first(monkeypatch):
    from PIL import AvifImagePlugin

    monkeypatch.setattr(AvifImagePlugin, "SUPPORTED", True)
    assert avif._plugin() is AvifImagePlugin
