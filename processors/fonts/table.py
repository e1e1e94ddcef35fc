"""OSS's seven font names and the names of the files that may serve each, the best one first.

WenQuanYi and Droid are the fonts that OSS names. FangZheng's are proprietary: whoever has a licence puts the file into
a folder of fonts. Else free designs of the same class stand in, chosen for all of GB 2312, licence and small size.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Face(NamedTuple):
    """A font file by name, in any case of letters, and which of the faces in a collection is meant."""

    file: str
    number: int = 0


_ZENHEI = Face("wqy-zenhei.ttc")
_MICROHEI = Face("wqy-microhei.ttc")
_UMING = Face("uming.ttc")
_UKAI = Face("ukai.ttc")
_DROID = (Face("DroidSansFallbackFull.ttf"), Face("DroidSansFallback.ttf"))
_NOTO_SANS = (Face("NotoSansCJK-Regular.ttc", 2), Face("NotoSansCJKsc-Regular.otf"), Face("NotoSansSC-Regular.otf"))

_FREE: Mapping[str, tuple[Face, ...]] = {
    "wqy-zenhei": (_ZENHEI,),
    "wqy-microhei": (_MICROHEI,),
    "fangzhengshusong": (Face("FZSSK.TTF"), Face("FZSSJW.TTF"), Face("FandolSong-Regular.otf"), _UMING),
    "fangzhengkaiti": (Face("FZKTK.TTF"), Face("FZKTJW.TTF"), Face("FandolKai-Regular.otf"), _UKAI),
    "fangzhengheiti": (Face("FZHTK.TTF"), Face("FZHTJW.TTF"), Face("FandolHei-Regular.otf"), _ZENHEI),
    # cwTeX's FangSong, the only one that Debian has in a package of its own, lacks a third of the simplified
    # characters; AR PL UMing is as light and has them all.
    "fangzhengfangsong": (Face("FZFSK.TTF"), Face("FZFSJW.TTF"), Face("FandolFang-Regular.otf"), _UMING),
    # Droid's fallback has no Latin letters; WenQuanYi Micro Hei is the same design with Droid Sans joined in.
    "droidsansfallback": (*_DROID, _MICROHEI),
}

_SUFFIXES = (".ttf", ".ttc", ".otf")

OSS_FONTS: Mapping[str, tuple[Face, ...]] = {
    name: (*(Face(name + suffix) for suffix in _SUFFIXES), *faces) for name, faces in _FREE.items()
}
"""A name in ``watermark,type_`` to its faces; a file called like the name itself, put into a folder of one's own, wins
(OSS's page "Add watermarks" has the names)."""

DEFAULT_FONT = "wqy-zenhei"
"""The font of a text whose ``type`` is not said."""

STAND_INS: tuple[Face, ...] = (_ZENHEI, _MICROHEI, *_NOTO_SANS, *_DROID, _UMING, _UKAI, Face("DejaVuSans.ttf"))
"""What serves a name that has none of its own files here, or a text that those cannot write."""

DEBIAN_PACKAGES = (
    "fonts-wqy-zenhei",
    "fonts-wqy-microhei",
    "fonts-arphic-uming",
    "fonts-arphic-ukai",
    "fonts-droid-fallback",
)
"""Debian's packages of these files; `./dev` and the container image install them."""
