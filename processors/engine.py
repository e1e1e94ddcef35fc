"""The image engine in place: which Pillow it is, and what it was compiled for and with.

Pillow-SIMD takes the module name `PIL` from stock Pillow, and nothing in it tells the instruction set it was compiled
for; a build for AVX2 dies with SIGILL on a CPU without it. So the machine code itself is asked, and no image code runs.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from pathlib import Path

import PIL


class Flavour(StrEnum):
    """The instruction set that Pillow-SIMD's kernels were compiled for; `none` for stock Pillow."""

    AVX2 = "avx2"
    SSE4 = "sse4"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class EngineReport:
    """What `pixoss doctor` shows of the image engine."""

    name: str
    """`Pillow-SIMD` or `Pillow`."""
    version: str
    simd: Flavour
    features: Mapping[str, str | bool]
    """Library or format to its version, or whether it is there; empty where PIL must not or cannot be loaded."""
    opencv: str | None
    """The version of OpenCV, which draws in fidelity `exact`; None where it is missing or must not be loaded."""
    warnings: tuple[str, ...]
    """Sentences on what is wrong; empty when all is well."""

    @property
    def is_simd(self) -> bool:
        """Whether the PIL in place is Pillow-SIMD."""
        return self.simd is not Flavour.NONE


# Instructions that a compiler for plain x86-64 never writes. It ends a function that used 256-bit registers with
# VZEROUPPER; the prefixes 66 0F 38 and 66 0F 3A are those of SSSE3 and SSE4. Builds of 12.1.1 hold, with and without
# debug information: for AVX2 396 and 0, for SSE4 0 and 3402, stock Pillow 0 and 1 (a chance hit in data). With the
# flags of Debian's Python (-O2 instead of -O3, as fast) they hold 20 and 0, 0 and 337.
_TRACES = {
    Flavour.AVX2: re.compile(rb"\xc5\xf8\x77"),
    Flavour.SSE4: re.compile(rb"\x66\x0f[\x38\x3a]"),
}
_TRACES_THAT_PROVE = 8

_CPU_FLAGS = {
    Flavour.AVX2: frozenset({"avx2"}),
    Flavour.SSE4: frozenset({"ssse3", "sse4_1"}),
    Flavour.NONE: frozenset[str](),
}
_CPU_INFO = Path("/proc/cpuinfo")

# Our name of a feature -> Pillow's, or None where Pillow always has it.
_FEATURES = {
    "jpeg": "jpg",
    "libjpeg-turbo": "libjpeg_turbo",
    "png": "zlib",
    "webp": "webp",
    "tiff": "libtiff",
    "gif": None,
    "bmp": None,
    "avif": "avif",
    "freetype": "freetype2",
    "raqm": "raqm",
    "littlecms2": "littlecms2",
}
# Feature -> the package that gives it where Pillow itself does not.
_PACKAGES = {"avif": "pillow-avif-plugin", "heic": "pillow-heif"}
_NEEDED = ("jpeg", "libjpeg-turbo", "png", "webp", "tiff", "freetype", "raqm")


def describe() -> EngineReport:
    """The engine in this environment; on a CPU unfit for it, PIL's compiled module is not even loaded."""
    simd = _installed_flavour()
    fit = cpu_supports(simd)
    features, failure = _features() if fit else ({}, None)
    opencv, lack = _opencv() if features else (None, None)
    return EngineReport(
        name="Pillow" if simd is Flavour.NONE else "Pillow-SIMD",
        version=PIL.__version__,
        simd=simd,
        features=features,
        opencv=opencv,
        warnings=(*_warnings(simd, fit, features, failure), *([lack] if lack else [])),
    )


def cpu_supports(flavour: Flavour) -> bool:
    """Whether this CPU can run code of the flavour: by Linux's flags; true where there are none to read."""
    try:
        information = _CPU_INFO.read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
    flags = re.search(r"^flags\s*:(.*)$", information, re.MULTILINE)
    return flags is None or _CPU_FLAGS[flavour] <= set(flags[1].split())


def compiled_flavour(machine_code: bytes) -> Flavour:
    """The highest instruction set that a compiled module uses: stripped or not, by what only its compilers write."""
    for flavour, trace in _TRACES.items():
        if len(trace.findall(machine_code)) >= _TRACES_THAT_PROVE:
            return flavour
    return Flavour.NONE


def _installed_flavour() -> Flavour:
    """Pillow-SIMD marks its versions `.postN`; stock Pillow compiled with `-mavx2` is still stock."""
    found = find_spec("PIL._imaging")
    if ".post" not in PIL.__version__ or found is None or found.origin is None:
        return Flavour.NONE
    return compiled_flavour(Path(found.origin).read_bytes())


def _features() -> tuple[Mapping[str, str | bool], str | None]:
    """The table of features, or none and the reason why PIL does not load."""
    try:
        # Loads the compiled module, which must not happen before the CPU is known to be fit for it.
        from PIL import features
    except ImportError as error:
        return {}, str(error)
    names = _FEATURES.items()
    found: dict[str, str | bool] = {
        name: pillows is None or features.version(pillows) or bool(features.check(pillows)) for name, pillows in names
    }
    return found | {name: found.get(name) or _package(package) for name, package in _PACKAGES.items()}, None


def _package(name: str) -> str | bool:
    """A package with its version, not loaded for that; false where it is not installed."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return False


def _opencv() -> tuple[str | None, str | None]:
    """The version of OpenCV, or none and what its lack means."""
    # Loads PIL's compiled module, which must not happen before the CPU is known to be fit for it.
    from .kernels import opencv_version

    try:
        version = opencv_version()
    except ImportError as error:
        return None, f"OpenCV is installed and does not load, so fidelity exact fails: {error}"
    if version is None:
        return (
            None,
            "OpenCV is not installed (the extra `exact`): fidelity exact draws with Pillow, which is near only.",
        )
    return version, None


def _warnings(simd: Flavour, fit: bool, features: Mapping[str, str | bool], failure: str | None) -> Iterator[str]:
    if simd is Flavour.NONE:
        yield f"Stock Pillow {PIL.__version__} is in place, not Pillow-SIMD: images cost several times the CPU time."
    if not fit:
        yield f"Pillow-SIMD is compiled for {simd.upper()}, which this CPU lacks: an image would kill its process."
    if failure is not None:
        yield f"PIL does not load: {failure}"
    providers = sorted(set(packages_distributions().get("PIL", ())))
    if len(providers) > 1:
        yield f"{' and '.join(providers)} both install PIL, and their files overwrite each other: keep one."
    for name in _NEEDED:
        if features.get(name, True) is False:
            yield f"Pillow was compiled without {name}."
