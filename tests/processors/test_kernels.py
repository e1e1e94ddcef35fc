"""Both sets of kernels: the same promises on small pictures, and area averaging proved against its definition."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from support_images import difference, scene

from pixoss.processors import kernels
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.geometry import Size, rotated
from pixoss.processors.kernels import kernel_for, opencv_version
from pixoss.processors.kernels.simd import SimdKernel, deviation
from pixoss.processors.params import WHITE, Color

MODES = ["L", "LA", "RGB", "RGBA"]


def exact_kernel():
    pytest.importorskip("cv2")
    from pixoss.processors.kernels.exact import ExactKernel

    return ExactKernel()


@pytest.fixture(params=[exact_kernel, SimdKernel], ids=["exact", "simd"])
def kernel(request):
    return request.param()


@pytest.fixture
def exact():
    return exact_kernel()


@pytest.fixture
def without_opencv(monkeypatch):
    """As if the extra were not installed."""
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.delitem(sys.modules, "pixoss.processors.kernels.exact", raising=False)
    monkeypatch.delattr(kernels, "exact", raising=False)
    kernel_for.cache_clear()
    yield
    kernel_for.cache_clear()


def half_hidden(visible=(0, 0, 255), hidden=(255, 0, 0)):
    """Blue on the left; on the right red that nobody may ever see."""
    image = Image.new("RGBA", (40, 30), (*visible, 255))
    image.paste((*hidden, 0), (20, 0, 40, 30))
    return image


WORK = {
    "shrink": lambda kernel, image: kernel.resample(image, Size(13, 11)),
    "enlarge": lambda kernel, image: kernel.resample(image, Size(55, 61)),
    "shrink and enlarge": lambda kernel, image: kernel.resample(image, Size(13, 61)),
    "quarter turn": lambda kernel, image: kernel.rotate(image, 90, WHITE),
    "turn": lambda kernel, image: kernel.rotate(image, 33, WHITE),
    "blur": lambda kernel, image: kernel.blur(image, 5, 3.0),
    "unsharp": lambda kernel, image: kernel.unsharp(image, 1.0, 0.7),
    "linear": lambda kernel, image: kernel.linear(image, 1, -20),
}
SIZES = {
    "shrink": (13, 11),
    "enlarge": (55, 61),
    "shrink and enlarge": (13, 61),
    "quarter turn": (30, 40),
    "turn": tuple(rotated(Size(40, 30), 33)),
}


@pytest.mark.parametrize("name", WORK)
@pytest.mark.parametrize("mode", MODES)
def test_mode_and_size(kernel, name, mode):
    image = scene(40, 30, mode)
    before = image.tobytes()
    result = WORK[name](kernel, image)
    assert (result.mode, result.size) == (mode, SIZES.get(name, (40, 30)))
    assert image.tobytes() == before


@pytest.mark.parametrize("name", WORK)
@pytest.mark.parametrize("mode", MODES)
def test_a_single_pixel(kernel, name, mode):
    result = WORK[name](kernel, Image.new(mode, (1, 1), 0))
    assert result.mode == mode


@pytest.mark.parametrize("name", WORK)
def test_what_is_hidden_is_never_seen(kernel, name):
    result = np.asarray(WORK[name](kernel, half_hidden())).astype(int)
    red, _, blue, alpha = (result[..., band] for band in range(4))
    seen = alpha > 8
    assert seen.any()
    assert red[seen].max() <= 20
    if name != "linear":
        assert blue[seen].min() >= 235


@pytest.mark.parametrize("name", ["shrink", "enlarge", "shrink and enlarge", "turn", "blur", "unsharp"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_opaque_pictures_are_the_same_with_alpha(kernel, name, mode):
    image = scene(40, 30, mode)
    with_alpha = image.copy()
    with_alpha.putalpha(255)
    plain, other = WORK[name](kernel, image), WORK[name](kernel, with_alpha)
    if name == "turn":
        plain, other = (one.crop((18, 18, 32, 28)) for one in (plain, other))
    apart = np.abs(np.asarray(plain).astype(int) - np.asarray(other.convert(mode)).astype(int))
    assert apart.max() <= 1


@pytest.mark.parametrize("name", ["shrink", "enlarge", "shrink and enlarge", "turn", "blur", "unsharp"])
@pytest.mark.parametrize("mode", MODES)
def test_a_plain_picture_stays_plain(kernel, name, mode):
    image = Image.new(mode, (40, 30), (200, 100, 50, 255)[: len(mode)] if mode != "LA" else (200, 255))
    result = np.asarray(WORK[name](kernel, image))
    middle = result[result.shape[0] // 2, result.shape[1] // 2]
    assert np.array_equal(np.atleast_1d(middle), np.atleast_1d(np.asarray(image)[0, 0]))


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_done_where_nothing_is_to_be_done(kernel, mode):
    image = scene(40, 30, mode)
    assert kernel.resample(image, Size(40, 30)) is image
    assert kernel.rotate(image, 0, WHITE) is image
    assert kernel.rotate(image, 360, WHITE) is image


def area_average(pixels, size):
    """The mean over the area that a pixel of the result covers, fractions of pixels counted as such."""

    def weights(before, after):
        edges = np.arange(before + 1)
        table = np.zeros((after, before))
        for row in range(after):
            start, end = row * before / after, (row + 1) * before / after
            table[row] = np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0, None) / (end - start)
        return table

    across, down = weights(pixels.shape[1], size[0]), weights(pixels.shape[0], size[1])
    rows = np.tensordot(down, pixels.astype(float), (1, 0))
    return np.tensordot(rows, across, (1, 1)).swapaxes(1, 2)


@pytest.mark.parametrize("size", [(100, 100), (200, 133), (399, 266), (40, 27), (7, 3), (1, 1), (150, 267), (400, 90)])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_exact_shrinks_by_averaging_areas(exact, size, mode):
    noise = np.random.default_rng(7).integers(0, 256, (267, 400, len(mode)), np.uint8)
    image = Image.fromarray(noise.squeeze(), mode)
    shrunk = np.asarray(exact.resample(image, Size(*size))).reshape(size[1], size[0], -1)
    assert np.abs(shrunk - area_average(noise, size)).max() <= 0.505


def test_at_whole_ratios_both_average_areas_and_at_others_one_does(kernel):
    noise = np.random.default_rng(7).integers(0, 256, (240, 400, 3), np.uint8)
    image = Image.fromarray(noise)

    def off(size):
        return np.abs(np.asarray(kernel.resample(image, Size(*size))) - area_average(noise, size)).max()

    assert off((100, 80)) <= 1
    if type(kernel) is SimdKernel:
        assert 2 < off((150, 90)) < 30
    else:
        assert off((150, 90)) <= 0.505


def test_exact_averages_premultiplied_areas(exact):
    """Two pixels into one: colours by alpha, alpha by area."""
    image = Image.new("RGBA", (2, 1))
    image.putpixel((0, 0), (200, 0, 0, 255))
    image.putpixel((1, 0), (0, 200, 0, 85))
    red, green, _, alpha = exact.resample(image, Size(1, 1)).getpixel((0, 0))
    assert alpha == 170
    assert (abs(red - 150), abs(green - 50)) <= (1, 1)


def test_both_kernels_draw_alike():
    ours, other, image = exact_kernel(), SimdKernel(), scene(120, 90)
    for name, work in WORK.items():
        assert difference(work(ours, image), work(other, image)) < 2.5, name


@pytest.mark.parametrize("radius", [1, 4, 9])
def test_exact_blurs_by_a_cut_off_gaussian(exact, radius):
    point = np.zeros((41, 41), np.uint8)
    point[20, 20] = 255
    weights = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * 4.0**2))
    weights /= weights.sum()
    expected = np.zeros((41, 41))
    expected[20 - radius : 21 + radius, 20 - radius : 21 + radius] = np.outer(weights, weights) * 255
    blurred = np.asarray(exact.blur(Image.fromarray(point), radius, 4.0))
    assert np.abs(blurred - expected).max() <= 1
    assert not blurred[expected == 0].any()


@pytest.mark.parametrize(("radius", "sigma"), [(1, 1.1), (3, 2.3), (10, 5.0), (25, 44.0), (50, 44.6)])
def test_a_cut_off_gaussian_spreads_as_far_by_boxes(radius, sigma):
    weights = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * sigma**2))
    spread = np.sqrt((weights * np.arange(-radius, radius + 1) ** 2).sum() / weights.sum())
    assert deviation(radius, sigma) == pytest.approx(spread)
    image = scene(400, 300)
    blurred = [kernel.blur(image, radius, sigma) for kernel in (exact_kernel(), SimdKernel())]
    assert difference(*(one.crop((100, 100, 300, 200)) for one in blurred)) < 1


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_unsharp_and_linear_leave_alpha_as_it_is(kernel, mode):
    image = scene(40, 30, mode)
    for name in ("unsharp", "linear"):
        assert WORK[name](kernel, image).getchannel("A").tobytes() == image.getchannel("A").tobytes()


def test_unsharp_is_the_definition(exact):
    """Bands of rows do not show: the picture is larger than one of them."""
    noise = np.random.default_rng(3).integers(0, 256, (700, 900), np.uint8)
    gaussian = np.exp(-(np.arange(-3, 4) ** 2) / 2)
    gaussian /= gaussian.sum()
    padded = np.pad(noise.astype(float), 3, "reflect")
    blurred = sum(gaussian[at] * padded[:, at : at + 900] for at in range(7))
    blurred = sum(gaussian[at] * blurred[at : at + 700] for at in range(7))
    expected = np.clip(noise + 0.7 * (noise - blurred), 0, 255)
    sharp = np.asarray(exact.unsharp(Image.fromarray(noise), 1.0, 0.7))
    assert np.abs(sharp - expected).max() <= 0.505


@pytest.mark.parametrize("mode", MODES)
def test_linear_is_the_formula(kernel, mode):
    image = scene(40, 30, mode)
    result = np.asarray(kernel.linear(image, 1.5, -64.0)).astype(int)
    expected = np.clip(np.rint(np.asarray(image) * 1.5 - 64.0), 0, 255).astype(int)
    colours = slice(None, -1) if mode in ("LA", "RGBA") else slice(None)
    if mode == "L":
        assert np.array_equal(result, expected)
    else:
        assert np.array_equal(result[..., colours], expected[..., colours])


@pytest.mark.parametrize("mode", MODES)
def test_a_png_holds_the_very_pixels(kernel, mode):
    image = scene(40, 30, mode)
    content = kernel.write_png(image)
    again = Image.open(io.BytesIO(content))
    assert (again.mode, again.tobytes()) == (mode, image.tobytes())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("degrees", [10, 45, 90, 134, 180, 270, 350])
def test_corners_of_a_turned_picture(kernel, mode, degrees):
    image = Image.new(mode, (60, 40))
    turned = kernel.rotate(image, degrees, Color(10, 20, 30))
    assert turned.size == rotated(Size(60, 40), degrees)
    if degrees % 90:
        assert turned.getpixel((0, 0)) == {"L": 10, "LA": (0, 0), "RGB": (10, 20, 30), "RGBA": (0, 0, 0, 0)}[mode]


@pytest.mark.parametrize("degrees", [7, 30, 45, 100, 200, 301])
def test_both_turn_alike_to_a_fraction_of_a_pixel(degrees):
    image = scene(120, 90)
    turned = [kernel.rotate(image, degrees, WHITE) for kernel in (exact_kernel(), SimdKernel())]
    assert difference(*turned) < 0.7


def test_opencv_s_lack_of_memory_is_a_memory_error(exact, monkeypatch):
    import cv2

    def fail(code):
        error = cv2.error("Failed to allocate 9 bytes")
        error.code = code
        raise error

    monkeypatch.setattr(cv2, "GaussianBlur", lambda *_: fail(cv2.Error.StsNoMem))
    with pytest.raises(MemoryError):
        exact.blur(scene(9, 9), 1, 1.0)
    monkeypatch.setattr(cv2, "GaussianBlur", lambda *_: fail(cv2.Error.StsBadArg))
    with pytest.raises(cv2.error):
        exact.blur(scene(9, 9), 1, 1.0)


def test_a_fidelity_has_its_kernel(exact):
    assert type(kernel_for(Fidelity.EXACT)) is type(exact)
    assert type(kernel_for(Fidelity.FAST)) is SimdKernel


@pytest.mark.usefixtures("without_opencv")
def test_pillow_stands_in_for_opencv():
    assert type(kernel_for(Fidelity.EXACT)) is SimdKernel
    assert type(kernel_for(Fidelity.FAST)) is SimdKernel


def test_the_version_of_opencv_is_known(exact):
    assert opencv_version() == exact.opencv


@pytest.mark.usefixtures("without_opencv")
def test_a_missing_opencv_has_no_version():
    assert opencv_version() is None


@pytest.mark.usefixtures("without_opencv")
def test_an_opencv_that_does_not_load_is_not_passed_over(monkeypatch):
    class Broken:
        def find_spec(self, name, path, target=None):
            if name == "cv2":
                raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.delitem(sys.modules, "cv2")
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    for ask in (opencv_version, lambda: kernel_for(Fidelity.EXACT)):
        with pytest.raises(ImportError, match="libGL"):
            ask()


def test_opencv_runs_in_one_thread(exact):
    import cv2

    assert cv2.getNumThreads() == 1
    assert not cv2.ocl.useOpenCL()


@pytest.mark.parametrize("module", ["pixoss.processors.render", "pixoss.server.app", "pixoss.server.cli"])
def test_only_a_process_that_draws_carries_opencv(module):
    question = f"import sys, {module}; print(sorted({{'cv2', 'numpy'}} & sys.modules.keys()))"
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_fast_needs_no_opencv():
    question = (
        "import sys; sys.modules['cv2'] = None; sys.modules['numpy'] = None\n"
        "from support_images import picture, run\n"
        "from pixoss.processors.fidelity import Fidelity\n"
        "for fidelity in Fidelity:\n"
        "    for text in ('resize,w_20', 'rotate,20', 'blur,r_3,s_2', 'sharpen,100', 'bright,9', 'format,png'):\n"
        "        run(picture(60, 40, 'JPEG'), f'image/{text}', fidelity=fidelity)\n"
    )
    folder = __file__.rpartition("/processors/")[0]
    subprocess.run([sys.executable, "-c", question], check=True, env={"PYTHONPATH": folder}, capture_output=True)
