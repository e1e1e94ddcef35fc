import pytest

from pixoss.server.address import Hosts, Level, Resource, require_bucket_name, resolve
from pixoss.server.errors import OSSError

HOSTS = Hosts(frozenset({"localhost", "oss.local"}), {"img.example.com": "pictures"})


@pytest.mark.parametrize(
    ("host", "path", "bucket", "key"),
    [
        ("127.0.0.1:8880", "/", "", ""),
        ("127.0.0.1:8880", "//", "", ""),
        ("127.0.0.1:8880", "/pictures", "pictures", ""),
        ("127.0.0.1:8880", "/pictures/", "pictures", ""),
        ("[::1]:8880", "/pictures/a.jpg", "pictures", "a.jpg"),
        ("localhost", "/pictures/a/b.jpg", "pictures", "a/b.jpg"),
        ("localhost:8880", "/pictures/a%2Fb.jpg", "pictures", "a/b.jpg"),
        ("LOCALHOST", "/pictures/a+b%2Bc", "pictures", "a b+c"),
        ("localhost", "/pictures/a//b", "pictures", "a//b"),
        ("localhost", "/pictures/../x", "pictures", "../x"),
        ("localhost", "/pictures/%E4%B8%AD/.", "pictures", "中/."),
        ("localhost", "/pictures/a%0Ab", "pictures", "a\nb"),
        ("pictures.localhost:8880", "/a.jpg", "pictures", "a.jpg"),
        ("pictures.oss.local", "/", "pictures", ""),
        ("img.example.com", "/a.jpg", "pictures", "a.jpg"),
        ("pictures.oss-cn-hangzhou.aliyuncs.com", "/a.jpg", "pictures", "a.jpg"),
        ("pictures.oss-cn-hangzhou-internal.aliyuncs.com", "/a.jpg", "pictures", "a.jpg"),
        ("pictures.cn-hangzhou.oss.aliyuncs.com", "/a.jpg", "pictures", "a.jpg"),
        ("pictures.oss-accelerate-overseas.aliyuncs.com", "/a.jpg", "pictures", "a.jpg"),
        ("pictures.cb-123.cn-hangzhou.oss-cloudbox.aliyuncs.com", "/a.jpg", "pictures", "a.jpg"),
        ("oss-cn-hangzhou.aliyuncs.com", "/", "", ""),
        (".oss-cn-hangzhou.aliyuncs.com", "/", "", ""),
        ("oss-cn-hangzhou.aliyuncs.com", "/pictures/a.jpg", "pictures", "a.jpg"),
        ("unknown.example.com", "/pictures/a.jpg", "pictures", "a.jpg"),
        ("", "/pictures/a.jpg", "pictures", "a.jpg"),
    ],
)
def test_resolve(host: str, path: str, bucket: str, key: str) -> None:
    assert resolve(host, path, HOSTS)[0] == Resource(bucket, key)


@pytest.mark.parametrize(
    ("host", "path", "meanings"),
    [
        ("pictures.oss-cn-hangzhou.aliyuncs.com", "/pictures/a", [("pictures", "pictures/a"), ("pictures", "a")]),
        ("pictures.oss-cn-hangzhou.aliyuncs.com", "/pictures//a", [("pictures", "pictures//a")]),
        ("cn-hangzhou.oss.aliyuncs.com", "/", [("cn-hangzhou", ""), ("", "")]),
        ("cn-hangzhou.oss.aliyuncs.com", "/pictures/a", [("cn-hangzhou", "pictures/a"), ("pictures", "a")]),
        ("cn-hangzhou.oss.aliyuncs.com", "/A/b", [("cn-hangzhou", "A/b")]),
        ("pictures.cn-hangzhou.oss.aliyuncs.com", "/other/a", [("pictures", "other/a")]),
    ],
)
def test_hosts_with_two_meanings(host: str, path: str, meanings: list[tuple[str, str]]) -> None:
    assert list(resolve(host, path, HOSTS)) == [Resource(*meaning) for meaning in meanings]


@pytest.mark.parametrize(
    ("path", "code", "ec"),
    [
        ("/ab", "InvalidBucketName", "0015-00000001"),
        ("/Pictures/a", "InvalidBucketName", "0015-00000001"),
        ("/-pictures/a", "InvalidBucketName", "0015-00000001"),
        ("/pictures-/a", "InvalidBucketName", "0015-00000001"),
        ("/" + "p" * 64 + "/a", "InvalidBucketName", "0015-00000001"),
        ("/..%2F..%2Fetc/a", "InvalidBucketName", "0015-00000001"),
        ("/pict%zzures/a", "InvalidBucketName", "0015-00000001"),
        ("//a", "InvalidBucketName", "0015-00000001"),
        ("/pictures/" + "k" * 1024, "InvalidObjectName", "0016-00000002"),
        ("/pictures/" + "%E4%B8%AD" * 342, "InvalidObjectName", "0016-00000002"),
        ("/pictures//a", "InvalidObjectName", "0016-00000005"),
        ("/pictures/%5Ca", "InvalidObjectName", "0016-00000005"),
        ("/pictures/a%2", "InvalidObjectName", "0016-00000002"),
        ("/pictures/a%zz", "InvalidObjectName", "0016-00000002"),
        ("/pictures/%FF", "InvalidObjectName", "0016-00000002"),
        ("/pictures/%ED%A0%80", "InvalidObjectName", "0016-00000002"),
    ],
)
def test_bad_names_are_refused(path: str, code: str, ec: str) -> None:
    with pytest.raises(OSSError) as caught:
        resolve("127.0.0.1", path, HOSTS)
    assert (caught.value.code, caught.value.ec, caught.value.status) == (code, ec, 400)


@pytest.mark.parametrize("name", ["abc", "a-b", "0" * 63, "1a2", "p" * 3])
def test_good_bucket_names(name: str) -> None:
    require_bucket_name(name)


def test_levels_and_canonical_form() -> None:
    assert [Resource().level, Resource("abc").level, Resource("abc", "k").level] == list(Level)
    assert [Resource().canonical, Resource("abc").canonical, Resource("abc", "k").canonical] == ["/", "/abc/", "/abc/k"]
