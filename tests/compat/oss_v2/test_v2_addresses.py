"""The host names that alibabacloud-oss-v2 makes of a region, with the server as the proxy that they are asked of."""

from __future__ import annotations

from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from live_server import Server
from support_oss_v2 import Waiting, settings_of

ADDRESSES: dict[str, dict[str, bool]] = {
    "region": {},
    "internal": {"use_internal_endpoint": True},
    "accelerate": {"use_accelerate_endpoint": True},
    "dualstack": {"use_dualstack_endpoint": True},
    "path": {"use_path_style": True},
    "dualstack-path": {"use_dualstack_endpoint": True, "use_path_style": True},
}


def proxied(server: Server, kind: Any, version: str, **options: Any) -> Any:
    settings = settings_of(server, version)
    settings.endpoint, settings.disable_ssl = None, True
    # The blocking client misreads a plain address.
    settings.proxy_host = {"http": server.endpoint} if kind is oss.Client else server.endpoint
    for name, value in options.items():
        setattr(settings, name, value)
    return kind(settings)


@pytest.mark.parametrize("kind", [oss.Client, Waiting])
@pytest.mark.parametrize("version", ["v4", "v1"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_hosts_of_a_region(server: Server, bucket: str, address: str, version: str, kind: Any) -> None:
    client = proxied(server, kind, version, **ADDRESSES[address])
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="dir/猫 1+2", body=b"content"))
    found = client.get_object(oss.GetObjectRequest(bucket=bucket, key="dir/猫 1+2"))
    assert found.body.content == b"content"
    listed = client.list_objects_v2(oss.ListObjectsV2Request(bucket=bucket))
    assert [one.key for one in listed.contents] == ["dir/猫 1+2"]
    assert bucket in [one.name for one in client.list_buckets(oss.ListBucketsRequest(prefix=bucket)).buckets]


@pytest.mark.parametrize("kind", [oss.Client, Waiting])
@pytest.mark.parametrize("version", ["v4", "v1"])
def test_a_domain_of_ones_own(server: Server, clients: dict[str, Any], bucket: str, version: str, kind: Any) -> None:
    domain = f"{bucket}.example.com"
    configuration = oss.BucketCnameConfiguration(cname=oss.Cname(domain=domain))
    clients["sync-v4"].put_cname(oss.PutCnameRequest(bucket=bucket, bucket_cname_configuration=configuration))
    client = proxied(server, kind, version, endpoint=domain, use_cname=True)
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="猫", body=b"content"))
    assert client.get_object(oss.GetObjectRequest(bucket=bucket, key="猫")).body.content == b"content"
    assert client.presign(oss.GetObjectRequest(bucket=bucket, key="猫")).url.startswith(f"http://{domain}/%E7%8C%AB?")
