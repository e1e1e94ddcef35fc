"""What `pixoss doctor` learns about Pillow and the CPU."""

import platform
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import PIL
import pytest
from PIL import features

from pixoss.processors import engine, kernels
from pixoss.processors.engine import Flavour, compiled_flavour, cpu_supports, describe

AVX2_TRACE = b"\xc5\xf8\x77"
SSE4_TRACES = (b"\x66\x0f\x38\x00", b"\x66\x0f\x3a\x0f")
CPU_INFO = """processor\t: 0
vendor_id\t: GenuineIntel
flags\t\t: {flags}
vmx flags\t: vnmi avx2
bugs\t\t: spectre_v1

processor\t: 1
flags\t\t: {flags} avx2
"""


@pytest.fixture
def cpu_info(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in place of /proc/cpuinfo; it does not exist yet."""
    path = tmp_path / "cpuinfo"
    monkeypatch.setattr(engine, "_CPU_INFO", path)
    return path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Installed":
    monkeypatch.setattr(engine, "packages_distributions", lambda: {"PIL": ["pillow-simd", "pillow-simd"]})
    return Installed(tmp_path / "_imaging.so", monkeypatch)


@pytest.fixture
def opencv(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if OpenCV were installed."""
    monkeypatch.setattr(kernels, "opencv_version", lambda: "5.0.0")


class Installed:
    """Makes it look as if PIL had another version and other machine code."""

    def __init__(self, module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.module = module
        self.patch = monkeypatch

    def __call__(self, version: str, code: bytes) -> None:
        self.module.write_bytes(code)
        self.patch.setattr(PIL, "__version__", version)
        self.patch.setattr(engine, "find_spec", lambda name: ModuleSpec(name, None, origin=str(self.module)))


@pytest.mark.parametrize(
    ("code", "flavour"),
    [
        (b"", Flavour.NONE),
        (b"\x90" * 100_000, Flavour.NONE),
        ((AVX2_TRACE + b"\x90") * 100, Flavour.AVX2),
        ((SSE4_TRACES[0] + b"\x90") * 100, Flavour.SSE4),
        ((SSE4_TRACES[1] + b"\x90") * 100, Flavour.SSE4),
        (b"".join(SSE4_TRACES) * 4, Flavour.SSE4),
        ((SSE4_TRACES[0] + AVX2_TRACE) * 100, Flavour.AVX2),
        (AVX2_TRACE * 7 + SSE4_TRACES[0] * 7, Flavour.NONE),
    ],
)
def test_the_flavour_is_read_from_the_machine_code(code: bytes, flavour: Flavour) -> None:
    assert compiled_flavour(code) is flavour


@pytest.mark.parametrize(
    ("flags", "supported"),
    [
        ("fpu sse sse2", {Flavour.NONE}),
        ("fpu sse sse2 ssse3 sse4_1 sse4_2", {Flavour.NONE, Flavour.SSE4}),
        ("fpu sse2 sse4_1", {Flavour.NONE}),
        ("ssse3 sse4_1 avx avx2", set(Flavour)),
        ("ssse3 sse4_1 avx avx2x xavx2", {Flavour.NONE, Flavour.SSE4}),
    ],
)
def test_the_first_processors_flags_decide(cpu_info: Path, flags: str, supported: set[Flavour]) -> None:
    cpu_info.write_text(CPU_INFO.format(flags=flags))
    assert {flavour for flavour in Flavour if cpu_supports(flavour)} == supported


def test_a_cpu_that_tells_nothing_is_believed_fit(cpu_info: Path) -> None:
    assert all(cpu_supports(flavour) for flavour in Flavour)
    cpu_info.write_text("Features\t: fp asimd\n")
    assert all(cpu_supports(flavour) for flavour in Flavour)


def test_this_environment_is_described() -> None:
    report = describe()
    assert report.version == PIL.__version__
    assert report.name == ("Pillow-SIMD" if report.is_simd else "Pillow")
    assert report.is_simd == (".post" in PIL.__version__)
    assert report.features["libjpeg-turbo"] == features.version("libjpeg_turbo")
    assert report.features["webp"] == (features.version("webp") or features.check("webp"))
    assert report.features["gif"] is report.features["bmp"] is True
    assert set(report.features) >= {"jpeg", "png", "tiff", "avif", "freetype", "raqm", "littlecms2"}


def test_formats_that_a_package_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    monkeypatch.setattr(features, "version", lambda name: None)
    monkeypatch.setattr(engine, "version", lambda name: "1.2")
    assert describe().features["avif"] == "pillow-avif-plugin 1.2"
    assert describe().features["heic"] == "pillow-heif 1.2"
    monkeypatch.undo()
    monkeypatch.setattr(engine, "_PACKAGES", {"heic": "no-such-package"})
    assert describe().features["heic"] is False


@pytest.mark.skipif(not sys.platform.startswith("linux") or platform.machine() != "x86_64", reason="needs x86-64 Linux")
def test_this_environments_flavour_runs_here() -> None:
    assert cpu_supports(describe().simd)


def test_stock_pillow_is_stock_even_if_compiled_for_avx2(installed: Installed) -> None:
    installed("12.1.1", AVX2_TRACE * 100)
    report = describe()
    assert (report.name, report.simd, report.is_simd) == ("Pillow", Flavour.NONE, False)
    assert report.warnings[0].startswith("Stock Pillow 12.1.1 is in place")


def test_a_post_release_of_stock_pillow_is_stock(installed: Installed) -> None:
    installed("12.1.1.post1", b"\x90" * 1000)
    assert describe().name == "Pillow"


@pytest.mark.parametrize("spec", [None, ModuleSpec("PIL._imaging", None, origin=None)])
def test_a_missing_module_is_no_simd(installed: Installed, spec: ModuleSpec | None) -> None:
    installed("12.1.1.post0", AVX2_TRACE * 100)
    installed.patch.setattr(engine, "find_spec", lambda name: spec)
    assert describe().simd is Flavour.NONE


def test_an_unfit_cpu_is_warned_about_and_the_module_left_alone(
    installed: Installed, cpu_info: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed("12.1.1.post0", AVX2_TRACE * 100)
    cpu_info.write_text(CPU_INFO.format(flags="ssse3 sse4_1"))
    monkeypatch.setattr(engine, "_features", lambda: pytest.fail("PIL was loaded"))
    report = describe()
    assert (report.name, report.simd, report.features) == ("Pillow-SIMD", Flavour.AVX2, {})
    assert len(report.warnings) == 1
    assert "AVX2" in report.warnings[0]


@pytest.mark.usefixtures("opencv")
def test_a_fit_cpu_has_no_warnings(installed: Installed, cpu_info: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("12.1.1.post0", SSE4_TRACES[0] * 100)
    cpu_info.write_text(CPU_INFO.format(flags="ssse3 sse4_1"))
    monkeypatch.setattr(features, "check", lambda name: True)
    monkeypatch.setattr(features, "version", lambda name: None)
    monkeypatch.setattr(engine, "_package", lambda name: True)
    report = describe()
    assert report.simd is Flavour.SSE4
    assert set(report.features.values()) == {True}
    assert report.warnings == ()


def test_two_distributions_of_one_module_are_warned_about(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed("12.1.1", b"")
    monkeypatch.setattr(engine, "packages_distributions", lambda: {"PIL": ["pillow-simd", "pillow"]})
    assert any(warning.startswith("pillow and pillow-simd both install PIL") for warning in describe().warnings)


@pytest.mark.usefixtures("opencv")
def test_missing_libraries_are_warned_about_if_needed(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("12.1.1.post0", AVX2_TRACE * 100)
    monkeypatch.setattr(engine, "cpu_supports", lambda flavour: True)
    monkeypatch.setattr(features, "check", lambda name: False)
    monkeypatch.setattr(features, "version", lambda name: None)
    needed = ("jpeg", "libjpeg-turbo", "png", "webp", "tiff", "freetype", "raqm")
    assert describe().warnings == tuple(f"Pillow was compiled without {name}." for name in needed)


def test_a_pil_that_does_not_load_is_reported(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("12.1.1", b"")
    monkeypatch.setitem(sys.modules, "PIL.features", None)
    monkeypatch.delattr(PIL, "features")
    report = describe()
    assert report.features == {}
    assert any(warning.startswith("PIL does not load: ") for warning in report.warnings)
    assert not any("compiled without" in warning for warning in report.warnings)


@pytest.mark.usefixtures("opencv")
def test_opencv_is_described() -> None:
    report = describe()
    assert report.opencv == "5.0.0"
    assert not any("OpenCV" in warning for warning in report.warnings)


def test_a_missing_opencv_is_warned_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "opencv_version", lambda: None)
    report = describe()
    assert report.opencv is None
    assert report.warnings[-1].startswith("OpenCV is not installed (the extra `exact`)")


def test_an_opencv_that_does_not_load_is_warned_about(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr(kernels, "opencv_version", fail)
    report = describe()
    assert report.opencv is None
    assert report.warnings[-1].endswith("so fidelity exact fails: libGL.so.1: cannot open shared object file")
