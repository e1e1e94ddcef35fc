"""Moving pictures: what keeps them moving, and that they then play as before."""

import io

import pytest
from PIL import Image
from PIL.GifImagePlugin import GifImageFile
from PIL.WebPImagePlugin import WebPImageFile
from support_images import animation, difference, frames, moving_square, picture, run, shown

DURATIONS = [100, 200, 300, 400]


def gif(mode="RGB", **options):
    return animation(moving_square(4, mode=mode), "GIF", DURATIONS, **options)


def webp(mode="RGB", **options):
    return animation(moving_square(4, mode=mode), "WEBP", DURATIONS, lossless=True, **options)


MAKERS = pytest.mark.parametrize("make", [gif, webp])


@MAKERS
@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("image/resize,w_60", (60, 30)),
        ("image/resize,l_60", (60, 30)),
        ("image/resize,m_pad,w_60,h_60", (60, 60)),
        ("image/resize,m_fill,w_30,h_30", (30, 30)),
        ("image/crop,w_50,h_40,g_center", (50, 40)),
        ("image/crop,x_20,w_100/resize,w_50/crop,x_5,h_20", (45, 20)),
        ("image/auto-orient,0/resize,w_60", (60, 30)),
        ("image/resize,w_60/format,webp", (60, 30)),
        ("image/format,gif/resize,w_60", (60, 30)),
    ],
)
def test_resize_and_crop_keep_the_motion(make, text, size):
    result = run(make(), text)
    seen = frames(result.content)
    assert [duration for _, duration in seen] == DURATIONS
    assert {image.size for image, _ in seen} == {size}


@MAKERS
@pytest.mark.parametrize(
    "text",
    [
        "image/resize,p_50",
        "image/rotate,90",
        "image/rotate,0",
        "image/auto-orient,1",
        "image/quality,Q_50",
        "image/resize,w_60/quality,q_50",
        "image/format,jpg",
        "image/format,png",
        "image/format,bmp",
        "image/format,tiff",
        "image/resize,w_50/format,png",
    ],
)
def test_everything_else_gives_the_first_frame(make, text):
    result = shown(make(), text)
    assert getattr(result, "n_frames", 1) == 1
    still = shown(picture_of_the_first(make), text)
    assert difference(result.convert("RGB"), still.convert("RGB")) < 3


def picture_of_the_first(make):
    source = Image.open(io.BytesIO(make())).convert("RGB")
    target = io.BytesIO()
    source.save(target, "GIF" if make is gif else "WEBP", lossless=True)
    return target.getvalue()


@pytest.mark.parametrize(("make", "plugin"), [(gif, GifImageFile), (webp, WebPImageFile)])
@pytest.mark.parametrize(("text", "last"), [("image/resize,w_10/format,png", 0), ("image/resize,w_10", 3)])
def test_no_more_frames_are_decoded_than_needed(make, plugin, text, last, monkeypatch):
    wanted = [0]
    seek = plugin.seek

    def watch(image, frame):
        wanted.append(frame)
        seek(image, frame)

    source = make()
    monkeypatch.setattr(plugin, "seek", watch)
    run(source, text)
    assert max(wanted) == last


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("target", ["gif", "webp"])
def test_the_pictures_are_the_right_ones(mode, target):
    originals = moving_square(4, mode=mode)
    seen = frames(run(gif(mode=mode, disposal=2), f"image/crop,x_10,w_100/format,{target}").content)
    for (image, _), original in zip(seen, originals, strict=True):
        expected = original.crop((10, 0, 110, 60)).convert("RGBA")
        limit = 0 if target == "gif" else 6
        assert difference(on_green(image), on_green(expected)) <= limit


def on_green(image):
    ground = Image.new("RGBA", image.size, "green")
    ground.alpha_composite(image)
    return ground


def test_frames_that_add_to_the_one_before_are_composed():
    first = Image.new("RGB", (60, 40), "white")
    images = [first]
    for left in (0, 20, 40):
        image = images[-1].copy()
        image.paste((left * 4, 0, 200), (left, 10, left + 15, 30))
        images.append(image)
    source = animation(images, "GIF", disposal=1)
    seen = frames(run(source, "image/crop,w_60").content)
    assert [difference(image.convert("RGB"), one) for (image, _), one in zip(seen, images, strict=True)] == [0, 0, 0, 0]


def test_holes_stay_holes_after_resizing():
    seen = frames(run(gif(mode="RGBA", disposal=2), "image/resize,w_60").content)
    for index, (image, _) in enumerate(seen):
        assert image.getpixel((59, 29))[3] == 0
        assert image.getpixel((index * 12 + 6, 11))[3] == 255


@pytest.mark.parametrize(
    ("loop", "gif_loop", "webp_loop"),
    [(None, None, 1), (0, 0, 0), (1, 1, 2), (7, 7, 8)],
)
def test_a_gif_plays_as_often_as_before(loop, gif_loop, webp_loop):
    source = gif() if loop is None else gif(loop=loop)
    assert shown(source, "image/resize,w_60").info.get("loop") == gif_loop
    assert shown(source, "image/resize,w_60/format,webp").info["loop"] == webp_loop


@pytest.mark.parametrize("loop", [0, 1, 5])
def test_a_webp_plays_as_often_as_before(loop):
    assert shown(webp(loop=loop), "image/resize,w_60").info["loop"] == loop


@pytest.mark.parametrize(
    "arguments",
    ["w_500", "w_500,limit_0", "w_500,h_500,m_fixed,limit_0", "m_pad,w_500,h_500,limit_0", "p_200", "l_999,limit_0"],
)
def test_a_gif_never_grows(arguments):
    assert shown(gif(), f"image/resize,{arguments}").size == (120, 60)
    assert shown(gif(), f"image/resize,{arguments}/format,png").size == (120, 60)


def test_other_moving_pictures_may_grow():
    assert shown(webp(), "image/resize,w_240,limit_0").size == (240, 120)


def test_a_still_gif_stays_one():
    source = picture(60, 40, "GIF")
    result = shown(source, "image/resize,w_30")
    assert (result.format, result.size, result.n_frames) == ("GIF", (30, 20), 1)
    assert shown(source, "image/rotate,30").size == (72, 65)


def test_a_grey_gif_stays_grey():
    source = io.BytesIO()
    Image.linear_gradient("L").save(source, "GIF", optimize=False)
    result = shown(source.getvalue(), "image/crop,w_100")
    assert result.convert("L").tobytes() == Image.linear_gradient("L").crop((0, 0, 100, 256)).tobytes()
