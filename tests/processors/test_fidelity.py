"""``exact`` and ``fast``: the same sizes, and pictures that look alike."""

import pytest
from PIL import Image, ImageFile
from support_images import difference, picture, shown

from pixoss.processors.fidelity import Fidelity

SOURCE = picture(800, 534, "JPEG", quality=95)


def turned(orientation):
    exif = Image.Exif()
    exif[274] = orientation
    return picture(800, 534, "JPEG", quality=95, exif=exif.tobytes())


@pytest.fixture
def decoded(monkeypatch):
    """The sizes at which JPEG files were decoded."""
    sizes = []
    load = ImageFile.ImageFile.load

    def watch(image):
        if image.format == "JPEG" and image.tile:
            sizes.append(image.size)
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", watch)
    return sizes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("image/resize,w_400", (400, 267)),
        ("image/resize,w_399", (400, 267)),
        ("image/resize,w_401", (800, 534)),
        ("image/resize,w_200", (200, 134)),
        ("image/resize,w_150", (200, 134)),
        ("image/resize,w_100", (100, 67)),
        ("image/resize,w_10", (100, 67)),
        ("image/resize,p_50", (400, 267)),
        ("image/resize,p_10", (100, 67)),
        ("image/resize,m_fill,w_100,h_100", (200, 134)),
        ("image/resize,m_pad,w_100,h_100", (100, 67)),
        ("image/resize,m_fixed,w_10,h_267", (400, 267)),
        ("image/resize,w_100/crop,w_50/rotate,90", (100, 67)),
        ("image/resize,w_100/resize,w_300,limit_0", (100, 67)),
        ("image/auto-orient,1/resize,w_100", (100, 67)),
        ("image/format,png/resize,w_100", (100, 67)),
        # nothing may be left out here
        ("image/resize,w_900", (800, 534)),
        ("image/resize,w_900,limit_0", (800, 534)),
        ("image/crop,w_400/resize,w_10", (800, 534)),
        ("image/rotate,90/resize,w_10", (800, 534)),
        ("image/format,png", (800, 534)),
        ("image/auto-orient,1", (800, 534)),
    ],
)
def test_the_decoder_shrinks_when_that_is_safe(decoded, text, size):
    shown(SOURCE, text, fidelity=Fidelity.FAST)
    assert decoded[0] == size
    decoded.clear()
    shown(SOURCE, text)
    assert decoded[0] == (800, 534)


@pytest.mark.parametrize(
    ("orientation", "text", "size"),
    [
        (6, "image/resize,w_133", (200, 134)),
        (6, "image/resize,w_134", (400, 267)),
        (6, "image/resize,h_100", (100, 67)),
        (6, "image/resize,m_fixed,w_267,h_10", (400, 267)),
        (6, "image/resize,m_fixed,w_10,h_267,limit_0/auto-orient,0", (400, 267)),
        (3, "image/resize,w_100", (100, 67)),
    ],
)
def test_the_decoder_shrinks_sides_as_stored(decoded, orientation, text, size):
    shown(turned(orientation), text, fidelity=Fidelity.FAST)
    assert decoded[0] == size


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    "text",
    [
        "image/resize,w_100",
        "image/resize,h_77",
        "image/resize,p_37",
        "image/resize,l_99/auto-orient,0",
        "image/resize,m_fill,w_60,h_90",
        "image/resize,m_pad,w_60,h_90/rotate,90",
        "image/resize,m_fixed,w_60,h_90/crop,w_30,g_se",
        "image/resize,w_111/resize,h_33",
    ],
)
def test_both_give_equal_sizes_and_like_pictures(orientation, text):
    source = turned(orientation)
    exact, fast = (shown(source, f"{text}/format,png", fidelity=fidelity) for fidelity in Fidelity)
    assert difference(exact, fast) < 3


@pytest.mark.parametrize("pillow_format", ["PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_other_decoders_leave_nothing_out(pillow_format):
    source = picture(200, 150, pillow_format)
    exact, fast = (shown(source, "image/resize,w_20/format,png", fidelity=fidelity) for fidelity in Fidelity)
    assert difference(exact, fast) < 1
