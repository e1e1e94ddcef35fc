"""HEIC and AVIF files for tests, and their boxes."""

from __future__ import annotations

import struct

from PIL import Image
from support_images import encoded, scene

from pixoss.processors.codecs import CODECS

PILLOW = {"heic": "HEIF", "avif": "AVIF"}


def modern(image: Image.Image, name: str, **options: object) -> bytes:
    """The image as a ``heic`` or ``avif`` file of fair quality."""
    CODECS[name].require()
    return encoded(image, PILLOW[name], **{"quality": 90} | options)


def modern_scene(name: str, width: int = 60, height: int = 40, mode: str = "RGB", **options: object) -> bytes:
    """A scene as a ``heic`` or ``avif`` file."""
    return modern(scene(width, height, mode), name, **options)


def with_claimed_size(content: bytes, width: int, height: int) -> bytes:
    """The file with other sides in its boxes of image extents; the coded picture stays as it is."""
    parts = content.split(b"ispe")
    assert len(parts) > 1
    return parts[0] + b"".join(b"ispe" + part[:4] + struct.pack(">II", width, height) + part[12:] for part in parts[1:])


def with_brands(content: bytes, major: bytes, *compatible: bytes) -> bytes:
    """The file with another first box."""
    length = int.from_bytes(content[:4], "big")
    body = major + bytes(4) + b"".join(compatible)
    assert len(body) + 8 <= length, "offsets in the file must not move"
    return struct.pack(">I", length) + b"ftyp" + body.ljust(length - 8, b"\0") + content[length:]


def exif_of(orientation: int | None, software: str = "a camera") -> bytes:
    """An EXIF block with a name in it, and an orientation if there is to be one."""
    exif = Image.Exif()
    exif[305] = software
    if orientation:
        exif[274] = orientation
    return exif.tobytes()
