"""The legacy syntax: a table of texts, refusals with their ECs, and the way over the wire."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oss_client import Client
from PIL import Image

from pixoss.processors.chain import Chain
from pixoss.processors.errors import ProcessError
from pixoss.server.errors import OSSError
from pixoss.server.imaging.legacy import translate
from pixoss.server.imaging.legacy.keys import MARK_KEYS
from pixoss.server.imaging.legacy.stages import QUESTIONS


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


MARK = b64("panda.png")
TEXT = b64("Hello")


# Examples with a number in brackets are those of the page in OSS's user guide.
@pytest.mark.parametrize(
    ("parameters", "process"),
    [
        # Resizing: e picks the mode, enlarging is allowed unless 1l says otherwise.
        ("100w", "resize,m_lfit,limit_0,w_100"),
        ("100h", "resize,m_lfit,limit_0,h_100"),
        ("100h_100w_0e", "resize,m_lfit,limit_0,w_100,h_100"),
        ("100h_100w_1e", "resize,m_mfit,limit_0,w_100,h_100"),
        ("100w_100h_2e", "resize,m_fixed,limit_0,w_100,h_100"),
        ("100w_100h_4e", "resize,m_pad,limit_0,w_100,h_100"),
        ("100w_100h_4e_255-0-10bgc", "resize,m_pad,limit_0,color_FF000A,w_100,h_100"),
        ("100w_100h_255-0-10bgc", "resize,m_lfit,limit_0,w_100,h_100"),
        ("100h_100w_1e_1c", "resize,m_fill,limit_0,w_100,h_100"),
        ("100h_100w_1e_0c", "resize,m_mfit,limit_0,w_100,h_100"),
        ("100h_100w_1c", "resize,m_lfit,limit_0,w_100,h_100"),
        ("100w_1l", "resize,m_lfit,limit_1,w_100"),
        ("100w_0h", "resize,m_lfit,limit_0,w_100"),
        # Percent multiplies the sides, and enlarges alone unless 1l says otherwise.
        ("50p", "resize,p_50"),
        ("200p", "resize,p_200"),
        ("200p_1l", "resize,p_100"),
        ("100w_100h_200p", "resize,m_lfit,limit_0,w_200,h_200"),
        ("2x_100w_100h", "resize,m_lfit,limit_0,w_200,h_200"),
        ("25w_50p", "resize,m_lfit,limit_0,w_13"),
        ("1w_1p", "resize,m_lfit,limit_0,w_1"),
        ("2x_50p_100w", "resize,m_lfit,limit_0,w_50"),
        # Crops.
        ("100x200-1rc", "crop,w_100,h_200,g_nw"),
        ("100x-5rc", "crop,w_100,h_0,g_center"),
        ("x100-9rc", "crop,w_0,h_100,g_se"),
        ("100x0-2rc", "crop,w_100,h_0,g_north"),
        ("100-50-200-150a", "crop,x_100,y_50,w_200,h_150"),
        ("100-50-0-0a", "crop,x_100,y_50,w_0,h_0"),
        ("100x-0ic", "indexcrop,x_100,i_0"),
        ("100y-10ic", "indexcrop,y_100,i_10"),
        ("100-1ci", "circle,r_100"),
        ("30-2ci", "rounded-corners,r_30"),
        ("100w_100h_1e_1c_10-2ci", "resize,m_fill,limit_0,w_100,h_100/rounded-corners,r_10"),
        # Turning and effects.
        ("90r", "rotate,90"),
        ("50b", "bright,50"),
        ("-50b_-20d", "bright,-50/contrast,-20"),
        ("100sh", "sharpen,100"),
        ("3-2bl", "blur,r_3,s_2"),
        ("90q", "quality,q_90"),
        ("90Q", "quality,Q_90"),
        ("80q_90Q", "quality,q_80/quality,Q_90"),
        ("1pr", "interlace,1"),
        ("100w_1wh", "resize,m_lfit,limit_0,w_100"),
        # Any order, empty arguments, the later of two.
        ("90r_50x50-3rc_100w", "resize,m_lfit,limit_0,w_100/crop,w_50,h_50,g_ne/rotate,90"),
        ("120w_120h_240w", "resize,m_lfit,limit_0,w_240,h_120"),
        ("_100w__", "resize,m_lfit,limit_0,w_100"),
        # Stages.
        ("200w|90r", "resize,m_lfit,limit_0,w_200/rotate,90"),
        ("90r|200w|10b|20d", "rotate,90/resize,m_lfit,limit_0,w_200/bright,10/contrast,20"),
        (f"400w|watermark=1&object={MARK}", f"resize,m_lfit,limit_0,w_400/watermark,image_{MARK}"),
        # Watermarks.
        (f"watermark=1&object={MARK}&t=90&p=9&x=10&y=10", f"watermark,image_{MARK},t_90,g_se,x_10,y_10"),
        (f"watermark=1&object={MARK}&p=5&voffset=-20", f"watermark,image_{MARK},g_center,voffset_-20"),
        (f"watermark=1&object={MARK}&text={TEXT}&size=30&order=1", f"watermark,image_{MARK}"),
        (f"watermark=1&object={MARK}&new=1", f"watermark,image_{MARK}"),
        (f"watermark=2&text={TEXT}", f"watermark,text_{TEXT}"),
        (f"watermark=2&object={MARK}&text={TEXT}", f"watermark,text_{TEXT}"),
        (
            f"watermark=2&text={TEXT}&type={b64('wqy-zenhei')}&size=30&color={b64('#FFaa00')}&s=50&t=10",
            f"watermark,text_{TEXT},type_{b64('wqy-zenhei')},color_FFaa00,t_10,size_30,shadow_50",
        ),
        (f"watermark=2&text={TEXT}&rotate=45&fill=1", f"watermark,text_{TEXT},rotate_45,fill_1"),
        (f"watermark=3&object={MARK}&text={TEXT}", f"watermark,image_{MARK},text_{TEXT},align_0"),
        (
            f"watermark=3&object={MARK}&text={TEXT}&order=1&align=2&interval=5",
            f"watermark,image_{MARK},text_{TEXT},order_1,align_2,interval_5",
        ),
        # The standard alphabet's slash would be read as the end of an action.
        ("watermark=2&text=" + base64.b64encode(b"???>>>").decode(), "watermark,text_Pz8_Pj4-"),
        # What is done to the picture of a mark beforehand stands behind its name.
        (
            f"watermark=1&object={b64('panda.png@30P')}",
            f"watermark,image_{b64('panda.png?x-oss-process=image/resize,P_30')}",
        ),
        (
            f"watermark=1&object={b64('a@b.png@50w_90r.png')}",
            f"watermark,image_{b64('a@b.png?x-oss-process=image/resize,m_lfit,limit_0,w_50/rotate,90')}",
        ),
        (f"watermark=1&object={b64('panda.png@')}", f"watermark,image_{MARK}"),
    ],
)
def test_translation(parameters: str, process: str) -> None:
    assert translate(parameters) == f"image/auto-orient,0/{process}/format,jpg"


@pytest.mark.parametrize(
    ("parameters", "process"),
    [
        ("100w.png", "image/auto-orient,0/resize,m_lfit,limit_0,w_100/format,png"),
        ("100w.src", "image/auto-orient,0/resize,m_lfit,limit_0,w_100"),
        (".webp", "image/auto-orient,0/format,webp"),
        (".src", "image/auto-orient,0"),
        ("100w.png|90r", "image/auto-orient,0/resize,m_lfit,limit_0,w_100/rotate,90/format,png"),
        ("100w.png|90r.src", "image/auto-orient,0/resize,m_lfit,limit_0,w_100/rotate,90"),
        (f"watermark=2&text={TEXT}.png", f"image/auto-orient,0/watermark,text_{TEXT}/format,png"),
        ("info", "image/info"),
        ("exif", "image/info"),
        ("infoexif", "image/info"),
        ("imageAve", "image/average-hue"),
        # The guide's own pair: f.jpg@100w stays as stored, f.jpg@100w_2o is turned first.
        ("100w_0o", "image/auto-orient,0/resize,m_lfit,limit_0,w_100/format,jpg"),
        ("100w_2o", "image/auto-orient,1/resize,m_lfit,limit_0,w_100/format,jpg"),
        ("2o_100-50-0-0a", "image/auto-orient,1/crop,x_100,y_50,w_0,h_0/format,jpg"),
        ("100w_2o|90r_0o", "image/auto-orient,1/resize,m_lfit,limit_0,w_100/rotate,90/format,jpg"),
        # 1o turns afterwards, which here is the same.
        ("1o", "image/auto-orient,1/format,jpg"),
        ("50p_1o", "image/auto-orient,1/resize,p_50/format,jpg"),
        ("100w_100h_1o", "image/auto-orient,1/resize,m_lfit,limit_0,w_100,h_100/format,jpg"),
        ("1o_100sh|90r", "image/auto-orient,1/sharpen,100/rotate,90/format,jpg"),
    ],
)
def test_format_orientation_and_questions(parameters: str, process: str) -> None:
    assert translate(parameters) == process


@pytest.mark.parametrize(
    ("parameters", "code", "ec"),
    [
        ("abcb", "InvalidArgument", 201),
        ("nonsense", "InvalidArgument", 201),
        ("5", "InvalidArgument", 201),
        ("100w_20k", "InvalidArgument", 201),
        ("1\u06600w", "InvalidArgument", 201),
        ("30P", "InvalidArgument", 201),
        ("50000w_200h", "InvalidArgument", 336),
        ("-1w", "InvalidArgument", 336),
        ("200w_50000h", "InvalidArgument", 334),
        ("100h_100w_10e", "InvalidArgument", 345),
        ("100h_100w_1e_10c", "InvalidArgument", 346),
        ("200w_100h_100l", "InvalidArgument", 333),
        ("2000p", "InvalidArgument", 338),
        ("0p", "InvalidArgument", 338),
        ("11x", "InvalidArgument", None),
        ("200w_100h_4e_100-200bgc", "InvalidArgument", 332),
        ("200w_100h_4e_100-200-400bgc", "InvalidArgument", 332),
        ("0e.src", "InvalidArgument", 349),
        ("1e_1c.src", "InvalidArgument", 349),
        ("0w_0h", "InvalidArgument", 349),
        ("100x100-1rc-1rc", "InvalidArgument", 327),
        ("100x100-10rc", "InvalidArgument", 328),
        ("100x100-0rc", "InvalidArgument", 328),
        ("100y100-10rc", "InvalidArgument", 329),
        ("100x100x100-10rc", "InvalidArgument", 330),
        ("5000x100-1rc", "InvalidArgument", 330),
        ("100-50-100a", "InvalidArgument", 205),
        ("100-50-100-abca", "InvalidArgument", 205),
        ("100-50-5000-100a", "InvalidArgument", 205),
        ("100z-0ic", "InvalidArgument", 325),
        ("100-10ci", "InvalidArgument", 234),
        ("ci", "InvalidArgument", 235),
        ("5000-0ci", "InvalidArgument", 236),
        ("100w_4o.jpg", "InvalidArgument", 348),
        ("400r", "InvalidArgument", 217),
        ("0q", "InvalidArgument", 351),
        ("101Q", "InvalidArgument", 352),
        ("101b", "InvalidArgument", 246),
        ("-101d", "InvalidArgument", 248),
        ("400sh", "InvalidArgument", 280),
        ("3-bl", "InvalidArgument", 238),
        ("300-2bl", "InvalidArgument", 239),
        ("3-200bl", "InvalidArgument", None),
        ("5pr", "InvalidArgument", 353),
        ("5wh.jpg", "InvalidArgument", 354),
        ("100w.a b", "InvalidArgument", 206),
        ("100w.a/b", "InvalidArgument", 206),
        ("", "MissingArgument", 212),
        ("100w|", "MissingArgument", 212),
        ("1w|2w|3w|4w|5w", "TooManyPipe", 211),
        # Watermarks; the requests are those of the EC pages.
        (f"watermark3&object={MARK}", "InvalidArgument", 360),
        (f"watermark=&object={MARK}&y=50", "InvalidArgument", 371),
        (f"watermark=1&object={MARK}&y50", "InvalidArgument", 371),
        (f"watermark=1&object={MARK}&y=zero", "InvalidArgument", 371),
        (f"watermark=4&object={MARK}", "InvalidArgument", 371),
        (f"watermark=1&object={MARK}&t=200", "InvalidArgument", 361),
        (f"watermark=1&object={MARK}&x=5000", "InvalidArgument", 362),
        (f"watermark=1&object={MARK}&y=5000", "InvalidArgument", 363),
        (f"watermark=1&object={MARK}&voffset=5000", "InvalidArgument", 364),
        (f"watermark=1&object={MARK}&p=10", "InvalidArgument", 365),
        (f"watermark=2&size=0&text={TEXT}", "InvalidArgument", 375),
        (f"watermark=2&s=101&text={TEXT}", "InvalidArgument", None),
        ("watermark=2", "MissingArgument", 379),
        (f"watermark=3&object={MARK}", "MissingArgument", 379),
        ("watermark=1", "MissingArgument", 278),
        ("watermark=1&object=panda.png", "BadRequest", 387),
        (f"watermark=2&text={TEXT}&color=#000000", "BadRequest", 384),
        (f"watermark=2&text={TEXT}&color={b64('000000')}", "InvalidArgument", 384),
        (f"watermark=2&text={TEXT}&type=%", "BadRequest", 381),
        ("watermark=2&text=%", "BadRequest", None),
        (f"watermark=1&object={b64('panda.png@300P')}", "InvalidArgument", 355),
        (f"watermark=1&object={b64('panda.png@30P|90r')}", "InvalidArgument", 371),
    ],
)
def test_refusals(parameters: str, code: str, ec: int | None) -> None:
    with pytest.raises(OSSError) as caught:
        translate(parameters)
    assert (caught.value.code, caught.value.ec) == (code, f"0040-{ec:08d}" if ec else None), caught.value


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ("100-0ci", "100-0ci"),
        ("100w_3e", "3e"),
        ("100w_5e", "5e"),
        ("100w_2l", "2l"),
        ("50p_4l", "4l"),
        ("0wh", "0wh"),
        # The result would depend on whether the source is turned: 79x100 for the guide's f.jpg, where 2o gives 100x127.
        ("100w_1o", "1o"),
        ("100w_200h_1o", "1o"),
        ("1o_10x10-1rc", "1o"),
        ("1o_90r", "1o"),
        ("100w|2o", "o"),
    ],
)
def test_what_cannot_be_expressed_is_refused_by_name(parameters: str, named: str) -> None:
    with pytest.raises(OSSError) as caught:
        translate(parameters)
    assert caught.value.code == "NotImplemented"
    assert caught.value.message.startswith(f"The legacy parameter {named} ")


WORDS = st.sampled_from([*MARK_KEYS, *QUESTIONS, "watermark=1&object=", "watermark=2&text=", "SGVsbG8", "&p=", "."])
SIGNS = st.sampled_from(
    ["_", "|", "-", "x", ".", "&", "=", "@", "!", "/", ",", "0", "1", "9", "100", "\u0663", "\U0001f4a5"]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(WORDS | SIGNS | st.text(max_size=3), max_size=12).map("".join))
def test_any_text_is_translated_or_refused(parameters: str) -> None:
    try:
        process = translate(parameters)
    except OSSError as error:
        assert error.status in (400, 400)
        return
    assert process.startswith("image/")
    try:
        Chain.parse(process)
    except ProcessError as error:
        assert error.message


def picture(size: tuple[int, int] = (120, 80), orientation: int = 1, format: str = "JPEG") -> bytes:
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    exif = image.getexif()
    exif[0x0112] = orientation
    image.save(out, format, exif=exif)
    return out.getvalue()


async def configure(client: Client, bucket: str, fields: str) -> None:
    body = f"<BucketProcessConfiguration>{fields}</BucketProcessConfiguration>".encode()
    assert (await client.put(f"/{bucket}?processConfiguration", body)).status == 200


@pytest.fixture
async def legacy(client: Client, bucket: str) -> str:
    """A bucket that takes the legacy syntax, with two pictures and a style."""
    await configure(client, bucket, "<OssDomainSupportAtProcess>Enabled</OssDomainSupportAtProcess>")
    await client.put(f"/{bucket}/a.jpg", picture())
    await client.put(f"/{bucket}/f.jpg", picture((424, 333), orientation=7))
    await client.put(f"/{bucket}/p.png", picture(format="PNG"))
    await client.put(f"/{bucket}?style&styleName=small", b"<Style><Content>image/resize,w_60</Content></Style>")
    await client.put(f"/{bucket}?style&styleName=old", b"<Style><Content>30w.png</Content></Style>")
    return f"/{bucket}"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("key", "size", "media_type"),
    [
        ("a.jpg@60w", (60, 40), "image/jpeg"),
        ("a.jpg@60w_60h_1e_1c.png", (60, 60), "image/png"),
        ("a.jpg%4060w%7C90r", (40, 60), "image/jpeg"),
        ("a.jpg@240w", (240, 160), "image/jpeg"),
        ("a.jpg@240w_1l", (120, 80), "image/jpeg"),
        ("p.png@60w", (60, 40), "image/jpeg"),
        ("p.png@60w.src", (60, 40), "image/png"),
        ("p.png@.src", (120, 80), "image/png"),
        # The guide's own figures; f.jpg is stored on its side.
        ("f.jpg@100w.jpg", (100, 79), "image/jpeg"),
        ("f.jpg@100w_2o.jpg", (100, 127), "image/jpeg"),
        ("a.jpg@!small", (60, 40), "image/jpeg"),
        ("a.jpg@!old", (30, 20), "image/png"),
        ("a.jpg?x-oss-process=style%2Fold", (30, 20), "image/png"),
    ],
)
async def test_over_the_wire(client: Client, legacy: str, key: str, size: tuple[int, int], media_type: str) -> None:
    answer = await client.get(f"{legacy}/{key}")
    assert answer.status == 200, answer.text
    assert (Image.open(io.BytesIO(answer.body)).size, answer.headers["content-type"]) == (size, media_type)
    head = await client.head(f"{legacy}/{key}")
    assert (head.status, head.headers["content-length"]) == (200, str(len(answer.body)))


@pytest.mark.anyio
async def test_info(client: Client, legacy: str) -> None:
    today = await client.get(f"{legacy}/f.jpg?x-oss-process=image%2Finfo")
    for word in ("info", "exif", "infoexif"):
        answer = await client.get(f"{legacy}/f.jpg@{word}")
        assert (answer.headers["content-type"], answer.body) == ("application/json", today.body)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("key", "status", "code", "ec"),
    [
        ("a.jpg@2000p", 400, "InvalidArgument", "0040-00000338"),
        ("a.jpg@100w_1o", 400, "NotImplemented", None),
        ("a.jpg@1w|1w|1w|1w|1w", 400, "TooManyPipe", "0040-00000211"),
        ("a.jpg@", 400, "MissingArgument", "0040-00000212"),
        ("a.jpg@60w.exe", 400, "InvalidArgument", "0040-00000206"),
        ("a.jpg@!none", 404, "NoSuchStyle", None),
        ("a.jpg@!no%20name", 404, "NoSuchStyle", None),
        ("none.jpg@60w", 404, "NoSuchKey", "0026-00000001"),
        # An address is no picture with parameters: what counts is whether there is such an object.
        ("someone@example.com", 404, "NoSuchKey", "0026-00000001"),
        ("@60w", 404, "NoSuchKey", "0026-00000001"),
    ],
)
async def test_refusals_over_the_wire(
    client: Client, legacy: str, key: str, status: int, code: str, ec: str | None
) -> None:
    answer = await client.get(f"{legacy}/{key}")
    assert (answer.status, answer.code, answer.ec) == (status, code, ec), answer.text


@pytest.mark.anyio
async def test_the_literal_key_comes_first_and_an_at_sign_may_be_part_of_one(client: Client, legacy: str) -> None:
    await client.put(f"{legacy}/icon@2x.jpg", picture((50, 50)))
    assert Image.open(io.BytesIO((await client.get(f"{legacy}/icon@2x.jpg")).body)).size == (50, 50)
    assert Image.open(io.BytesIO((await client.get(f"{legacy}/icon@2x.jpg@10w")).body)).size == (10, 10)


@pytest.mark.anyio
async def test_only_where_the_bucket_takes_it(client: Client, legacy: str) -> None:
    await configure(client, legacy[1:], "<StyleDelimiters>!</StyleDelimiters>")
    for key in ("a.jpg@60w", "a.jpg@!small", "a.jpg@info"):
        assert (await client.get(f"{legacy}/{key}")).code == "NoSuchKey"


@pytest.mark.anyio
async def test_a_legacy_style_that_makes_no_sense(client: Client, legacy: str) -> None:
    for content, code, ec in (
        ("nonsense", "BadRequest", "0040-00000602"),
        ("10-0ci", "NotImplemented", None),
    ):
        body = f"<Style><Content>{content}</Content></Style>".encode()
        assert (await client.put(f"{legacy}?style&styleName=bad", body)).status == 200
        answer = await client.get(f"{legacy}/a.jpg@!bad")
        assert (answer.code, answer.ec) == (code, ec)
