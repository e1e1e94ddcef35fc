"""Pictures that a key alone asks for, `key!style` and `key@100w`, with oss2 as it is in both signature versions."""

from __future__ import annotations

import io
import urllib.request

import oss2
import pytest
from live_server import KEY, REGION, SECRET, Server
from PIL import Image

CONFIGURATION = (
    "<BucketProcessConfiguration><StyleDelimiters>!,/</StyleDelimiters>"
    "<OssDomainSupportAtProcess>Enabled</OssDomainSupportAtProcess></BucketProcessConfiguration>"
)


@pytest.fixture
def source(server: Server, names: tuple[str, str], picture: bytes) -> str:
    """A bucket with a picture, a style and a configuration; oss2 has no call for it and signs the name in V4 only."""
    bucket = oss2.Bucket(oss2.AuthV4(KEY, SECRET), server.endpoint, names[0], region=REGION)
    bucket.create_bucket(oss2.BUCKET_ACL_PRIVATE)
    bucket.put_object("dir/example.jpg", picture)
    bucket._do("PUT", names[0], "", params={"processConfiguration": ""}, data=CONFIGURATION)
    style = "<Style><Content>image/resize,w_100</Content></Style>"
    bucket._do("PUT", names[0], "", params={"style": "", "styleName": "small"}, data=style)
    return names[0]


@pytest.mark.parametrize("auth", [oss2.Auth(KEY, SECRET), oss2.AuthV4(KEY, SECRET)], ids=["V1", "V4"])
@pytest.mark.parametrize(
    ("key", "size"),
    [
        ("dir/example.jpg!small", (100, 67)),
        ("dir/example.jpg/small", (100, 67)),
        ("dir/example.jpg@!small", (100, 67)),
        ("dir/example.jpg@100w|90r.png", (67, 100)),
    ],
)
def test_get_head_and_signed_url(server: Server, source: str, auth: oss2.Auth, key: str, size: tuple[int, int]) -> None:
    bucket = oss2.Bucket(auth, server.endpoint, source, region=REGION)
    content = bucket.get_object(key).read()
    assert Image.open(io.BytesIO(content)).size == size
    assert bucket.head_object(key).content_length == len(content)
    with urllib.request.urlopen(bucket.sign_url("GET", key, 600)) as answer:
        assert answer.read() == content


def test_a_missing_style(server: Server, source: str) -> None:
    bucket = oss2.Bucket(oss2.Auth(KEY, SECRET), server.endpoint, source)
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.get_object("dir/example.jpg!none")
    assert (caught.value.status, caught.value.code) == (404, "NoSuchStyle")
    with pytest.raises(oss2.exceptions.NoSuchKey):
        bucket.get_object("dir/none.jpg!small")
