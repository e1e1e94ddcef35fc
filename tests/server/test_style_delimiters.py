"""`key!style`: a key that names no object names one in the shape of a style."""

import io

import pytest
from oss_client import Answer, Client
from PIL import Image

pytestmark = pytest.mark.anyio


def picture(size: tuple[int, int] = (120, 80)) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def size_of(answer: Answer) -> tuple[int, int]:
    assert answer.status == 200, answer.text
    return Image.open(io.BytesIO(answer.body)).size


async def configure(client: Client, bucket: str, fields: str) -> None:
    body = f"<BucketProcessConfiguration>{fields}</BucketProcessConfiguration>".encode()
    assert (await client.put(f"/{bucket}?processConfiguration", body)).status == 200


async def put_style(client: Client, bucket: str, name: str, content: str) -> None:
    body = f"<Style><Content>{content}</Content></Style>".encode()
    assert (await client.put(f"/{bucket}?style&styleName={name}", body)).status == 200


async def acl(client: Client, bucket: str, value: str) -> None:
    assert (await client.put(f"/{bucket}?acl", headers={"x-oss-acl": value})).status == 200


@pytest.fixture
async def styled(client: Client, bucket: str) -> str:
    """A bucket with a picture, a style `small` and all four delimiters."""
    await configure(client, bucket, "<StyleDelimiters>-,_,/,!</StyleDelimiters>")
    await put_style(client, bucket, "small", "image/resize,w_60")
    await put_style(client, bucket, "very-small", "image/resize,w_30")
    assert (await client.put(f"/{bucket}/a.jpg", picture(), headers={"cache-control": "max-age=60"})).status == 200
    return f"/{bucket}"


@pytest.mark.parametrize("delimiter", ["-", "_", "/", "!", "%21", "%2F"])
async def test_every_delimiter(client: Client, styled: str, delimiter: str) -> None:
    answer = await client.get(f"{styled}/a.jpg{delimiter}small")
    assert (size_of(answer), answer.headers["content-type"]) == ((60, 40), "image/jpeg")
    assert answer.headers["cache-control"] == "max-age=60"
    assert "x-oss-hash-crc64ecma" not in answer.headers


async def test_it_is_the_same_as_the_style_in_the_query(client: Client, styled: str) -> None:
    by_query = await client.get(f"{styled}/a.jpg?x-oss-process=style%2Fsmall")
    by_key = await client.get(f"{styled}/a.jpg!small")
    assert (by_key.body, by_key.headers["etag"]) == (by_query.body, by_query.headers["etag"])
    empty = await client.get(f"{styled}/a.jpg!small?x-oss-process=")
    assert empty.body == by_key.body


async def test_head_and_conditions(client: Client, styled: str) -> None:
    got, head = await client.get(f"{styled}/a.jpg!small"), await client.head(f"{styled}/a.jpg!small")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", got.headers["content-length"])
    etag = got.headers["etag"]
    assert (await client.get(f"{styled}/a.jpg!small", headers={"if-none-match": etag})).status == 304


async def test_the_literal_key_comes_first(client: Client, styled: str) -> None:
    await client.put(f"{styled}/a.jpg!small", b"an object of its own")
    assert (await client.get(f"{styled}/a.jpg!small")).body == b"an object of its own"
    assert (await client.head(f"{styled}/a.jpg!small")).headers["content-length"] == "20"


async def test_a_key_is_split_at_the_last_delimiter(client: Client, styled: str) -> None:
    for key in ("b-b.jpg", "b/b/b.jpg", "b!b_b.jpg"):
        await client.put(f"{styled}/{key}", picture((60, 60)))
        assert size_of(await client.get(f"{styled}/{key}!small")) == (60, 60)


async def test_a_style_whose_name_has_a_delimiter(client: Client, styled: str) -> None:
    """`-` comes first and would read the object `a.jpg!very`, which is not there."""
    assert size_of(await client.get(f"{styled}/a.jpg!very-small")) == (30, 20)


async def test_delimiters_are_tried_in_the_order_in_which_they_were_put(client: Client, styled: str) -> None:
    await client.put(f"{styled}/a.jpg!very", picture((600, 600)))
    assert size_of(await client.get(f"{styled}/a.jpg!very-small")) == (60, 60)
    await configure(client, styled[1:], "<StyleDelimiters>!,-</StyleDelimiters>")
    assert size_of(await client.get(f"{styled}/a.jpg!very-small")) == (30, 20)


async def test_a_reading_whose_style_exists_beats_one_without(client: Client, styled: str) -> None:
    await client.put(f"{styled}/a.jpg!small-x", picture())
    await put_style(client, styled[1:], "small-x-y", "image/resize,w_10")
    # `-` finds the object a.jpg!small-x and no style y; `!` finds both.
    assert size_of(await client.get(f"{styled}/a.jpg!small-x-y")) == (10, 7)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("a.jpg!none", "NoSuchStyle"),
        ("a.jpg!", "NoSuchKey"),
        ("a.jpg!no%20name", "NoSuchKey"),
        ("a.jpg!" + "n" * 64, "NoSuchKey"),
        ("none.jpg!small", "NoSuchKey"),
        ("none.jpg!none", "NoSuchKey"),
        ("!small", "NoSuchKey"),
        ("a.jpg~small", "NoSuchKey"),
        ("a.jpg@!small", "NoSuchKey"),
        ("a.jpg@60w", "NoSuchKey"),
        ("none.jpg", "NoSuchKey"),
    ],
)
async def test_what_it_does_not_mean(client: Client, styled: str, key: str, code: str) -> None:
    answer = await client.get(f"{styled}/{key}")
    assert (answer.status, answer.code) == (404, code), answer.text
    assert (await client.head(f"{styled}/{key}")).status == 404


@pytest.mark.parametrize("fields", ["", "<CompliedHost>Img</CompliedHost><StyleDelimiters>!</StyleDelimiters>"])
async def test_without_the_setting_or_with_one_for_the_retired_image_domain(
    client: Client, styled: str, fields: str
) -> None:
    await configure(client, styled[1:], fields)
    assert (await client.get(f"{styled}/a.jpg!small")).code == "NoSuchKey"


async def test_other_calls_take_the_key_as_it_is(client: Client, styled: str) -> None:
    assert (await client.get(f"{styled}/a.jpg!small?objectMeta")).code == "NoSuchKey"
    processed = await client.get(f"{styled}/a.jpg!small?x-oss-process=image%2Fresize%2Cw_10")
    assert (processed.code, processed.ec) == ("NoSuchKey", "0040-00000024")
    copied = await client.put(f"{styled}/b.jpg", headers={"x-oss-copy-source": f"{styled}/a.jpg!small"})
    assert copied.code == "NoSuchKey"
    assert (await client.delete(f"{styled}/a.jpg!small")).status == 204
    assert (await client.get(f"{styled}/a.jpg")).status == 200


async def test_a_bad_style_is_refused_as_in_the_query(client: Client, styled: str) -> None:
    await put_style(client, styled[1:], "wrong", "image/resize,w_0")
    await put_style(client, styled[1:], "video", "video/snapshot,t_1")
    assert (await client.get(f"{styled}/a.jpg!wrong")).ec == "0040-00000312"
    assert (await client.get(f"{styled}/a.jpg!video")).ec == "0040-00000602"


@pytest.mark.parametrize(
    ("bucket_acl", "object_acl", "status"),
    [
        ("private", "default", 403),
        ("private", "public-read", 200),
        ("public-read", "default", 200),
        ("public-read", "private", 403),
    ],
)
async def test_the_acl_of_the_base_object_decides(
    client: Client, styled: str, bucket_acl: str, object_acl: str, status: int
) -> None:
    await acl(client, styled[1:], bucket_acl)
    await client.put(f"{styled}/a.jpg", picture(), headers={"x-oss-object-acl": object_acl})
    for answer in (
        await client.get(f"{styled}/a.jpg!small", sign=False),
        await client.get(f"{styled}/a.jpg", sign=False),
    ):
        assert answer.status == status, answer.text
    assert (await client.head(f"{styled}/a.jpg!small", sign=False)).status == status


async def test_the_anonymous_learn_nothing_about_private_buckets(client: Client, styled: str) -> None:
    for key in ("a.jpg!small", "a.jpg!none", "none.jpg!small", "none.jpg"):
        answer = await client.get(f"{styled}/{key}", sign=False)
        assert (answer.status, answer.code, answer.ec) == (403, "AccessDenied", "0003-00000001"), key
    assert (await client.put(f"{styled}/a.jpg!small", b"x", sign=False)).status == 403


async def test_look_ups(client: Client, styled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object that is there costs the owner no look-up of documents, a missing one costs one."""
    store = client.state["services"].store
    asked: list[str] = []
    get_document = store.get_document

    async def counted(bucket: str, kind: str, name: str) -> object:
        asked.append(kind)
        return await get_document(bucket, kind, name)

    monkeypatch.setattr(store, "get_document", counted)
    await client.get(f"{styled}/a.jpg")
    assert asked == []
    await client.put("/plain")
    assert (await client.get("/plain/a.jpg!small")).status == 404
    assert asked == ["processConfiguration", "website"]
