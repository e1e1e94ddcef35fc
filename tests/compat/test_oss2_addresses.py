"""The addresses that oss2 can be given: this machine's, and by way of a proxy those of OSS and of ones own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import oss2
import pytest
from live_server import REGION, Server
from support_oss2 import AUTHS

KEY = "dir/猫 1+2%//.jpg"


def used(bucket: oss2.Bucket) -> None:
    """A little of everything: service, bucket, object, and an address that is told."""
    bucket.create_bucket()
    bucket.put_object(KEY, "content", headers={"x-oss-meta-author": "libai"})
    assert bucket.get_object(KEY, byte_range=(0, 2)).read() == b"con"
    assert bucket.head_object(KEY).headers["x-oss-meta-author"] == "libai"
    assert [found.key for found in oss2.ObjectIteratorV2(bucket, prefix="dir/猫 1+2%")] == [KEY]
    assert bucket.copy_object(bucket.bucket_name, KEY, "copy").etag
    bucket.append_object("log", 0, "x")
    upload_id = bucket.init_multipart_upload("parts").upload_id
    part = bucket.upload_part("parts", upload_id, 1, "content")
    done = bucket.complete_multipart_upload("parts", upload_id, [oss2.models.PartInfo(1, part.etag)])
    assert bucket.get_bucket_acl().acl == "private"
    location = done.resp.read().decode().partition("<Location>")[2].partition("</Location>")[0]
    assert urlsplit(location).netloc == urlsplit(bucket.sign_url("GET", "parts", 60)).netloc
    bucket.batch_delete_objects([KEY, "copy", "log", "parts"])
    with pytest.raises(oss2.exceptions.NoSuchKey):
        bucket.get_object(KEY)
    bucket.delete_bucket()


@pytest.mark.parametrize("version", ["V1", "V2", "V4"])
@pytest.mark.parametrize(
    ("host", "options"),
    [
        ("127.0.0.1", {}),
        ("localhost", {}),
        ("localhost", {"is_path_style": True}),
    ],
    ids=["number", "name", "name, path style"],
)
def test_this_machine(server: Server, names: tuple[str, str], version: str, host: str, options: dict[str, Any]) -> None:
    endpoint = f"http://{host}:{server.port}"
    used(oss2.Bucket(AUTHS[version](), endpoint, names[0], region=REGION, **options))
    service = oss2.Service(AUTHS[version](), endpoint, region=REGION)
    assert service.list_buckets(max_keys=1).owner.id


@pytest.mark.parametrize("version", ["V1", "V2", "V4"])
@pytest.mark.parametrize(
    "endpoint",
    [
        f"http://oss-{REGION}.aliyuncs.com",
        f"http://oss-{REGION}-internal.aliyuncs.com",
        "http://oss-accelerate.aliyuncs.com",
        "http://localhost",
    ],
)
def test_the_addresses_of_oss_through_a_proxy(
    server: Server, names: tuple[str, str], version: str, endpoint: str
) -> None:
    """An application with its production settings, sent here by `proxies` alone."""
    proxies = {"http": server.endpoint}
    used(oss2.Bucket(AUTHS[version](), endpoint, names[0], region=REGION, proxies=proxies))
    service = oss2.Service(AUTHS[version](), endpoint, region=REGION, proxies=proxies)
    assert service.list_buckets(max_keys=1).owner.id


@pytest.mark.parametrize("version", ["V1", "V2", "V4"])
def test_a_domain_of_ones_own(server: Server, names: tuple[str, str], version: str) -> None:
    auth, domain = AUTHS[version](), f"{names[0]}.shop.example"
    bucket = oss2.Bucket(auth, server.endpoint, names[0], region=REGION)
    bucket.create_bucket()
    token = bucket.create_bucket_cname_token(domain)
    assert (token.cname, bucket.get_bucket_cname_token(domain).token) == (domain, token.token)
    bucket.put_bucket_cname(oss2.models.PutBucketCnameRequest(domain))
    assert [found.domain for found in bucket.list_bucket_cname().cname] == [domain]
    proxies = {"http": server.endpoint}
    own = oss2.Bucket(auth, f"http://{domain}", names[0], is_cname=True, region=REGION, proxies=proxies)
    own.put_object(KEY, "content")
    assert bucket.get_object(KEY).read() == b"content"
    assert [found.key for found in oss2.ObjectIterator(own)] == [KEY]
    bucket.delete_bucket_cname(domain)
    assert bucket.list_bucket_cname().cname == []


@pytest.mark.parametrize("version", ["V1", "V2", "V4"])
def test_who_pays_and_how_fast(server: Server, names: tuple[str, str], version: str) -> None:
    bucket = oss2.Bucket(AUTHS[version](), server.endpoint, names[0], region=REGION)
    bucket.create_bucket()
    headers = {"x-oss-request-payer": "requester", "x-oss-traffic-limit": str(819_200)}
    bucket.put_object(KEY, "content", headers=dict(headers))
    assert bucket.get_object(KEY, headers=dict(headers)).read() == b"content"
    url = bucket.sign_url("GET", KEY, 60, params=dict(headers))
    assert bucket.get_object_with_url(url).read() == b"content"
    with pytest.raises(oss2.exceptions.InvalidArgument):
        bucket.get_object(KEY, headers={"x-oss-traffic-limit": "1"})
