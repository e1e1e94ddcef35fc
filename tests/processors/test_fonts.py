"""OSS's names of fonts, the files that serve them, and what those can write."""

import re
import struct
from pathlib import Path

import pytest
from support_fonts import CHINESE, LATIN, bare_machine, forget, groups, own_font, segments, sfnt

from pixoss.processors.fonts import DEBIAN_PACKAGES, MACHINE_FONTS, OSS_FONTS, FontFile, Fonts, files
from pixoss.processors.fonts.coverage import covers
from pixoss.processors.fonts.table import STAND_INS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def fresh():
    forget()
    yield
    forget()


@pytest.mark.parametrize(
    ("content", "able", "unable"),
    [
        (sfnt(segments((65, 70, 1), (0xFFFF, 0xFFFF, 1))), "ABF", ["@", "G", "a", "\U00010041"]),
        (sfnt(segments((65, 68, [7, 0, 8, 9]), (97, 97, 5), (0xFFFF, 0xFFFF, 1))), "ACDa", ["B", "E", "b"]),
        (sfnt(segments((65, 66, -65), (0xFFFF, 0xFFFF, 1))), "", ["A"]),
        (
            sfnt(segments((65, 65, 1)), groups((0x4E00, 0x4E02, 5), (0x20000, 0x20001, 9))),
            "一丂\U00020001",
            ["A", "丄"],
        ),
        (sfnt(groups((97, 99, 5)), encodings=[(0, 4)]), "abc", ["d"]),
        (sfnt(groups((97, 99, 5)), encodings=[(1, 0)]), "", ["a"]),
        (sfnt(struct.pack(">HH", 6, 4)), "", ["a"]),
        (b"", "", ["a"]),
        (b"no font at all", "", ["a"]),
        (b"\0\1\0\0" + bytes(8), "", ["a"]),
        (b"ttcf" + bytes(8) + struct.pack(">L", 1 << 31), "", ["a"]),
        (sfnt(segments((65, 70, 1)))[:50], "", ["A"]),
        (sfnt(groups((97, 99, 5)))[:-5], "", ["a"]),
    ],
)
def test_coverage_is_read_from_the_table_of_characters(tmp_path, content, able, unable):
    (tmp_path / "a.ttf").write_bytes(content)
    font = FontFile(str(tmp_path / "a.ttf"))
    assert covers(font, able)
    assert not any(covers(font, character) for character in unable)
    assert not any(covers(font, able + character) for character in unable)


def test_the_face_of_a_collection_counts(tmp_path):
    first, second = sfnt(groups((97, 97, 1))), sfnt(groups((98, 98, 1)))
    # Offsets within a collection count from its own start.
    moved = [
        font[:20] + struct.pack(">L", struct.unpack_from(">L", font, 20)[0] + at) + font[24:]
        for font, at in ((first, 20), (second, 20 + len(first)))
    ]
    header = b"ttcf" + struct.pack(">LLLL", 0x10000, 2, 20, 20 + len(first))
    (tmp_path / "a.ttc").write_bytes(header + b"".join(moved))
    path = str(tmp_path / "a.ttc")
    assert [covers(FontFile(path, face), letter) for face in (0, 1) for letter in "ab"] == [True, False, False, True]
    assert not covers(FontFile(path, 99), "a")


def test_a_missing_file_writes_nothing():
    assert not covers(FontFile("/nowhere/a.ttf"), "a")
    assert covers(FontFile("/nowhere/a.ttf"), "")


def test_fonts_are_found_in_and_below_folders(tmp_path, monkeypatch):
    for name in (
        *("system/truetype/DejaVuSans.ttf", "system/truetype/DejaVuSans-BoldOblique.ttf", "system/wqy-zenhei.ttc"),
        *("home/.fonts/NotoSansCJKsc-DemiLight.OTF", "home/.fonts/readme.txt", "home/.fonts/wqy-zenhei.ttc"),
        "own/deep/WQY-Zenhei.TTC",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    bare_machine(monkeypatch, tmp_path / "system", tmp_path / "absent")
    monkeypatch.setattr(files, "HOME_FOLDERS", (".fonts",))
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert {font.family for font in MACHINE_FONTS.files} == {"DejaVuSans", "NotoSansCJKsc", "wqy-zenhei"}
    assert files.font_files("")["wqy-zenhei.ttc"] == str(tmp_path / "system/wqy-zenhei.ttc")
    assert files.font_files(str(tmp_path / "own"))["wqy-zenhei.ttc"] == str(tmp_path / "own/deep/WQY-Zenhei.TTC")


def test_a_user_without_a_home_has_the_systems_fonts(tmp_path, monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    own_font(tmp_path, "Foo.ttf")
    bare_machine(monkeypatch, tmp_path)
    monkeypatch.setattr(files, "HOME_FOLDERS", (".fonts",))
    monkeypatch.setattr(Path, "home", homeless)
    assert [font.family for font in MACHINE_FONTS.files] == ["Foo"]


def test_a_python_package_may_carry_a_font(tmp_path, monkeypatch):
    (tmp_path / "carrier").mkdir()
    (tmp_path / "carrier" / "__init__.py").touch()
    own_font(tmp_path / "carrier", "NotoSansCJK-Regular.ttc")
    bare_machine(monkeypatch)
    monkeypatch.setattr(files, "PACKAGES", ("carrier", "a_package_that_is_not_there"))
    monkeypatch.syspath_prepend(tmp_path)
    assert [font.family for font in MACHINE_FONTS.files] == ["NotoSansCJK"]


@pytest.mark.parametrize("name", OSS_FONTS)
def test_a_file_called_like_oss_calls_the_font_serves_it(tmp_path, monkeypatch, name):
    bare_machine(monkeypatch)
    fonts = own_font(tmp_path, f"{name.upper()}.ttf", "wqy-zenhei.ttc", "uming.ttc", "ukai.ttc", "wqy-microhei.ttc")
    assert fonts.choose(name, LATIN) == FontFile(str(tmp_path / f"{name.upper()}.ttf"))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("wqy-zenhei", "wqy-zenhei.ttc"),
        ("wqy-microhei", "wqy-microhei.ttc"),
        ("fangzhengshusong", "uming.ttc"),
        ("fangzhengkaiti", "ukai.ttc"),
        ("fangzhengheiti", "wqy-zenhei.ttc"),
        ("fangzhengfangsong", "uming.ttc"),
        ("droidsansfallback", "DroidSansFallbackFull.ttf"),
    ],
)
def test_the_free_file_of_every_name(tmp_path, monkeypatch, name, file):
    bare_machine(monkeypatch)
    free = ("wqy-zenhei.ttc", "wqy-microhei.ttc", "uming.ttc", "ukai.ttc", "DroidSansFallbackFull.ttf")
    chosen = own_font(tmp_path, *free).choose(name, LATIN)
    assert chosen == FontFile(str(tmp_path / file))


def test_the_names_are_the_seven_of_the_documentation():
    assert sorted(OSS_FONTS) == [
        *("droidsansfallback", "fangzhengfangsong", "fangzhengheiti", "fangzhengkaiti", "fangzhengshusong"),
        *("wqy-microhei", "wqy-zenhei"),
    ]


def test_one_that_has_all_characters_goes_before_one_that_has_not(tmp_path, monkeypatch):
    """Droid's fallback has no Latin letters: a text with both is written whole by its sister."""
    bare_machine(monkeypatch)
    (tmp_path / "DroidSansFallbackFull.ttf").write_bytes(sfnt(groups((0x4E00, 0x9FFF, 1))))
    (tmp_path / "wqy-microhei.ttc").write_bytes(sfnt(groups((32, 126, 1), (0x4E00, 0x9FFF, 1))))
    fonts = Fonts(str(tmp_path))
    assert fonts.choose("droidsansfallback", CHINESE).family == "DroidSansFallbackFull"
    assert fonts.choose("droidsansfallback", LATIN + CHINESE).family == "wqy-microhei"
    assert fonts.choose("wqy-zenhei", CHINESE).family == "wqy-microhei"
    # What nobody has becomes a box beside what the name's own font has.
    assert fonts.choose("droidsansfallback", CHINESE + "\U0001f600").family == "DroidSansFallbackFull"
    assert fonts.choose("wqy-zenhei", CHINESE + "\U0001f600") is None
    assert fonts.choose("droidsansfallback", "\U0001f600") is None


def test_any_font_stands_in_and_plain_styles_first(tmp_path, monkeypatch):
    bare_machine(monkeypatch)
    fonts = own_font(tmp_path, "A-Bold.ttf", "B.ttf", "C.ttf")
    assert fonts.choose("fangzhengkaiti", LATIN).family == "B"
    assert fonts.choose("fangzhengkaiti", CHINESE) is None


def test_a_machine_without_fonts_has_none_for_any_name(monkeypatch):
    bare_machine(monkeypatch)
    assert [served.font for served in MACHINE_FONTS.served()] == [None] * 7
    assert MACHINE_FONTS.files == ()


def test_who_serves_which_name_is_told(tmp_path, monkeypatch):
    bare_machine(monkeypatch)
    (tmp_path / "wqy-zenhei.ttc").write_bytes(sfnt(groups((0x4E00, 0x9FFF, 1))))
    served = {one.name: one for one in Fonts(str(tmp_path)).served()}
    assert served["wqy-zenhei"].is_own and served["fangzhengheiti"].is_own
    assert not served["fangzhengkaiti"].is_own
    assert {one.font.family for one in served.values()} == {"wqy-zenhei"}


def test_noto_is_read_in_its_simplified_chinese_face():
    assert {face.number for face in STAND_INS if face.file == "NotoSansCJK-Regular.ttc"} == {2}


@pytest.mark.parametrize("script", ["dev", "docker/Dockerfile"])
def test_set_up_and_image_install_the_packages(script):
    assert set(re.findall(r"fonts-[a-z-]+[a-z]", (ROOT / script).read_text("utf-8"))) >= set(DEBIAN_PACKAGES)
