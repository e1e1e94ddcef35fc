"""What the real service, its documentation and its SDKs' tests say: pictures, sizes in pixels, bytes and refusals.

The rows restate the shared file of golden cases for what is built. A sample that may not be committed is read from
beside the checkout, and the row is skipped where it is absent; a picture of the same size then proves the geometry.
"""

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from support_images import encoded, frames, picture, refusal, run, scene, shown

from pixoss.processors.fidelity import Fidelity

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
EXAMPLE, PHOTO, MOVING = "example.jpg", "f.jpg", "example.gif"


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"the sample {name} is not here")
    return path.read_bytes()


def turned_photo():
    """A stand-in for f.jpg: 424 x 333 as stored, orientation 7."""
    exif = Image.Exif()
    exif[274] = 7
    return picture(424, 333, "JPEG", exif=exif.tobytes())


def three_frames():
    """A stand-in for example.gif."""
    images = [scene(500, 300).rotate(angle) for angle in (0, 20, 40)]
    return encoded(images[0], "GIF", save_all=True, append_images=images[1:], duration=50)


STAND_INS = {EXAMPLE: picture(400, 267, "JPEG", quality=82), PHOTO: turned_photo(), MOVING: three_frames()}

SIZES = [
    (EXAMPLE, "resize,m_fixed,h_100,w_100", (100, 100)),
    (EXAMPLE, "crop,w_100,h_100,x_100,y_100,r_1", (100, 100)),
    (EXAMPLE, "resize,m_fixed,w_100,h_100/rotate,90", (100, 100)),
    (EXAMPLE, "resize,w_100", (100, 67)),
    (EXAMPLE, "resize,h_100,m_lfit", (150, 100)),
    (EXAMPLE, "resize,l_100", (100, 67)),
    (EXAMPLE, "resize,w_500,limit_0", (500, 334)),
    (EXAMPLE, "resize,p_50", (200, 134)),
    (EXAMPLE, "resize,m_pad,h_100,w_100,color_FF0000", (100, 100)),
    (EXAMPLE, "resize,m_mfit,h_100,w_100", (150, 100)),
    (EXAMPLE, "crop,x_100,y_50", (300, 217)),
    (EXAMPLE, "crop,x_100,y_50,w_100,h_100", (100, 100)),
    (EXAMPLE, "crop,x_10,y_10,w_200,h_200,g_se", (190, 190)),
    (EXAMPLE, "crop,x_0,y_0,w_10000,h_10000", (400, 267)),
    (EXAMPLE, "resize,w_100/quality,Q_80", (100, 67)),
    (EXAMPLE, "quality,Q_90", (400, 267)),
    (EXAMPLE, "resize,s_100,l_100", (100, 67)),
    (EXAMPLE, "resize,l_100,s_100,m_fixed,limit_0", (100, 100)),
    (EXAMPLE, "rotate,90", (267, 400)),
    (EXAMPLE, "indexcrop,x_100,i_0", (100, 267)),
    (EXAMPLE, "indexcrop,y_100,i_10", (400, 267)),
    (EXAMPLE, "indexcrop,y_100,i_0", (400, 100)),
    (EXAMPLE, "indexcrop,x_250,i_1", (400, 267)),
    (EXAMPLE, "circle,r_100", (201, 201)),
    (EXAMPLE, "rounded-corners,r_30", (400, 267)),
    (EXAMPLE, "crop,w_100,h_100/rounded-corners,r_10", (100, 100)),
    (PHOTO, "resize,w_100/auto-orient,1", (100, 127)),
    (PHOTO, "resize,w_100/auto-orient,0", (100, 79)),
    (MOVING, "resize,w_100", (100, 60)),
]


@pytest.mark.parametrize("fidelity", Fidelity)
@pytest.mark.parametrize("read", [sample, STAND_INS.get], ids=["sample", "stand-in"])
@pytest.mark.parametrize(("name", "actions", "size"), SIZES)
def test_sizes_of_the_samples(name, actions, size, read, fidelity):
    result = run(read(name), f"image/{actions}", fidelity=fidelity)
    seen = frames(result.content)
    assert {image.size for image, _ in seen} == {size}
    assert (result.format, len(seen)) == (("gif", 3) if name == MOVING else ("jpg", 1))


@pytest.mark.parametrize(
    ("source", "actions", "size"),
    [
        ((200, 100), "resize,w_150,h_80,m_lfit", (150, 75)),
        ((200, 100), "resize,w_150,h_80,m_mfit", (160, 80)),
        ((200, 100), "resize,w_150,h_80,m_pad", (150, 80)),
        ((200, 100), "resize,w_150,h_80,m_fixed", (150, 80)),
        ((20, 20), "resize,w_100,h_100", (20, 20)),
        ((20, 20), "resize,w_100,h_100,limit_0", (100, 100)),
        ((100, 100), "resize,p_50", (50, 50)),
        ((100, 100), "resize,p_1000", (1000, 1000)),
        ((400, 300), "resize,w_200,h_100,m_fixed/resize,w_150,h_100,m_lfit", (150, 75)),
    ],
)
def test_sizes_of_any_picture(source, actions, size):
    assert shown(picture(*source), f"image/{actions}").size == size


@pytest.mark.parametrize(
    ("actions", "code", "ec", "message"),
    [
        ("resize,w_99999999", "InvalidArgument", 312, "The value: 99999999 of parameter: w is invalid."),
        ("format,f_png", "InvalidArgument", 206, "The value: f of parameter: f is invalid."),
        ("rotate,abc", "InvalidArgument", 217, None),
        ("rotate,400", "InvalidArgument", 217, None),
        ("resize,s_0", None, 315, None),
        ("resize,p_0", None, 317, None),
        ("resize,w_100,limit_3", None, 319, None),
        ("resize,w_100,m_pad,color_AABBCCDD", None, 318, None),
        ("resize", None, 322, None),
        ("resize,m_fixed,w_5000,h_5000", None, 7, None),
        ("crop,x_100,y_50,w_100,h_-1", None, 226, None),
        ("crop,w_500,h_500,g_fac", None, 209, None),
        ("auto-orient", None, 214, None),
        ("rotate", None, 216, None),
        ("rotate,90,200,300", None, 203, None),
        ("indexcrop,y_abc,i_0", None, 224, None),
        ("indexcrop,x_100,i_abc", None, 229, None),
        ("rounded-corners,r_5000", None, 237, None),
        ("", None, 212, None),
        ("slim,1", None, 213, None),
        ("quality,Q_200", None, 308, None),
        ("quality,q_200", None, 309, None),
    ],
)
def test_refusals(actions, code, ec, message):
    error = refusal(STAND_INS[EXAMPLE], f"image/{actions}")
    assert error.ec == f"0040-{ec:08d}"
    assert code in (None, error.code)
    assert message in (None, error.message)


def test_a_crop_that_starts_outside():
    error = refusal(picture(1, 1), "image/crop,x_10,y_10,w_100,h_100")
    assert (error.code, error.message) == ("CutEdgeExceedRange", "Advance cut's position is out of image.")


def test_a_text_is_no_picture():
    error = refusal(b"some text", "image/resize,w_50")
    assert (error.code, error.ec) == ("BadRequest", "0040-00000005")
    assert error.message == "This image format is not supported."


@pytest.mark.parametrize(
    ("actions", "recorded"),
    [
        ("rotate,90", 20_998),
        ("resize,m_fixed,w_100,h_100", 3267),
        ("format,png", 160_733),
        ("sharpen,100", 23_015),
    ],
)
def test_results_have_the_bytes_of_the_service(actions, recorded):
    pytest.importorskip("cv2")
    assert len(run(sample(EXAMPLE), f"image/{actions}").content) == recorded


def test_a_resized_sample_has_nearly_the_bytes_of_the_service_in_fast():
    content = run(sample(EXAMPLE), "image/resize,m_fixed,w_100,h_100", fidelity=Fidelity.FAST).content
    assert abs(len(content) - 3267) <= 32


def test_the_sample_s_quality_counts():
    def table(actions):
        return Image.open(io.BytesIO(run(sample(EXAMPLE), f"image/{actions}").content)).quantization

    assert table("quality,Q_90") == table("resize,w_100") == table("quality,q_100") == table("quality,Q_82")
    assert table("quality,q_50") == table("quality,Q_41")
    assert table("quality,Q_80") != table("quality,Q_90")


def test_a_padded_sample_has_red_bars():
    image = shown(sample(EXAMPLE), "image/resize,m_pad,h_100,w_100,color_FF0000")
    for row in (0, 10, 90, 99):
        red, green, blue = image.getpixel((50, row))
        assert red > 240 and max(green, blue) < 20


def test_info_of_the_sample():
    values = json.loads(run(sample(EXAMPLE), "image/info").content)
    assert {name: entry["value"] for name, entry in values.items()} == {
        "FileSize": "21839",
        "Format": "jpg",
        "FrameCount": "1",
        "ImageHeight": "267",
        "ImageWidth": "400",
        "ResolutionUnit": "1",
        "XResolution": "1/1",
        "YResolution": "1/1",
    }


def test_info_of_the_photo():
    values = json.loads(run(sample(PHOTO), "image/info").content)
    assert {name: entry["value"] for name, entry in values.items()} == {
        "Compression": "6",
        "DateTime": "2015:02:11 15:38:27",
        "ExifTag": "2212",
        "FileSize": "23471",
        "Format": "jpg",
        "FrameCount": "1",
        "GPSLatitude": "0deg ",
        "GPSLatitudeRef": "North",
        "GPSLongitude": "0deg ",
        "GPSLongitudeRef": "East",
        "GPSMapDatum": "WGS-84",
        "GPSTag": "4292",
        "GPSVersionID": "2 2 0 0",
        "ImageHeight": "333",
        "ImageWidth": "424",
        "JPEGInterchangeFormat": "4518",
        "JPEGInterchangeFormatLength": "3232",
        "Orientation": "7",
        "ResolutionUnit": "2",
        "Software": "Microsoft Windows Photo Viewer 6.1.7600.16385",
        "XResolution": "96/1",
        "YResolution": "96/1",
    }
