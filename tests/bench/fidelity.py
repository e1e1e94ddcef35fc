"""How near: recorded sizes of the real service's results against ours, `fast` against `exact`, and OpenCV's weight."""

from __future__ import annotations

import io
import math
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pixoss.processors.chain import Chain
from pixoss.processors.errors import WatermarkError
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.limits import Limits
from pixoss.processors.render import render

from .measure import spread
from .pictures import photograph

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "samples" / "example.jpg"

RECORDED = {
    "rotate,90": 20_998,
    "resize,m_fixed,w_100,h_100": 3267,
    "format,png": 160_733,
    "sharpen,100": 23_015,
    "crop,w_100,h_100,x_100,y_100,r_1": 1969,
    "watermark,text_SGVsbG8g5Zu-54mH5pyN5YqhIQ": 26_369,
}
"""Bytes of the results on example.jpg that SDKs' tests recorded from the real service."""

WIDTHS = (50, 100, 160, 240, 320, 400, 600, 800, 1200, 1600)
SAMPLE_WIDTHS = (20, 30, 40, 50, 64, 80, 100, 128, 160, 200)

START = """
import re, time
from pixoss.processors.fidelity import Fidelity
from pixoss.server.imaging import worker
before = time.process_time()
worker.kernel_for(Fidelity.{})
spent = time.process_time() - before
status = open("/proc/self/status").read()
sizes = [int(re.search(name + r":\\s+(\\d+)", status)[1]) / 1024 for name in ("VmRSS", "VmSize")]
print(1e3 * spent, *sizes)
"""
"""A rendering process up to its first picture: ms of CPU time for its kernels, MiB resident, MiB of address space."""


def run(rounds: int) -> None:
    """Print the three tables."""
    _bytes()
    _likeness()
    _weight(rounds)


def _bytes() -> None:
    print("\nfidelity: bytes on example.jpg")
    if not SAMPLE.exists():
        print("    the sample is not beside the checkout")
        return
    print(f"    {'request':<44}{'recorded':>9}{'exact':>9}{'fast':>9}")
    for actions, recorded in RECORDED.items():
        ours = [_count(SAMPLE.read_bytes(), actions, fidelity) for fidelity in Fidelity]
        print(f"    {actions:<44}{recorded:>9}{ours[0]:>9}{ours[1]:>9}")


def _count(source: bytes, actions: str, fidelity: Fidelity) -> str:
    try:
        return str(len(_rendered(source, actions, fidelity)))
    except WatermarkError:
        return "no font"


def _likeness() -> None:
    """What decoding less costs: results as PNG, so that JPEG's own losses stay out of it."""
    print("\nfidelity: `fast` against `exact`, JPEG of 4000x3000 and the sample's 400x267")
    print(f"    {'':<12}{'w':>6}{'PSNR dB':>10}{'SSIM':>9}")
    _compare("4000x3000", photograph((4000, 3000)), WIDTHS)
    if SAMPLE.exists():
        _compare("example.jpg", SAMPLE.read_bytes(), SAMPLE_WIDTHS)


def _compare(name: str, source: bytes, widths: tuple[int, ...]) -> None:
    for width in widths:
        exact, fast = (_pixels(_rendered(source, f"resize,w_{width}/format,png", one)) for one in Fidelity)
        print(f"    {name:<12}{width:>6}{psnr(exact, fast):>10.1f}{ssim(exact, fast):>9.4f}")


def _weight(rounds: int) -> None:
    print("\nfidelity: a rendering process that has its kernels and no picture yet, median [min-max]")
    for fidelity in Fidelity:
        starts = [_start(fidelity) for _ in range(rounds)]
        wall, kernels, resident, reserved = zip(*starts, strict=True)
        print(f"    {fidelity:<8}{spread(wall)} ms from the start, of these {spread(kernels)} ms CPU for the kernels")
        print(f"    {'':<8}{spread(resident)} MiB resident  {spread(reserved)} MiB address space")


def _start(fidelity: Fidelity) -> tuple[float, ...]:
    command = [sys.executable, "-c", START.format(fidelity.name)]
    before = time.perf_counter()
    answer = subprocess.run(command, capture_output=True, check=True).stdout.split()
    return (1e3 * (time.perf_counter() - before), *map(float, answer))


def _rendered(source: bytes, actions: str, fidelity: Fidelity) -> bytes:
    return render(source, Chain.parse(f"image/{actions}"), Limits(), fidelity).content


def _pixels(content: bytes) -> NDArray[np.float64]:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(np.float64)


def psnr(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """The peak signal to noise ratio in dB over all channels."""
    error = np.square(first - second).mean()
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


def ssim(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """The structural similarity of the luminances: Gaussian of 1.5 pixels and 11 taps (Wang et al. 2004)."""
    luma = np.array([0.299, 0.587, 0.114])
    one, other = first @ luma, second @ luma

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5))

    means, spreads = (mean(one), mean(other)), (mean(one * one), mean(other * other))
    variances = [square - average**2 for square, average in zip(spreads, means, strict=True)]
    covariance = mean(one * other) - means[0] * means[1]
    steady, lively = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = (2 * means[0] * means[1] + steady) * (2 * covariance + lively)
    scale = (means[0] ** 2 + means[1] ** 2 + steady) * (variances[0] + variances[1] + lively)
    return float((likeness / scale).mean())
