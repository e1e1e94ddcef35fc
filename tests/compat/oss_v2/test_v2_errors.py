"""How alibabacloud-oss-v2 reads refusals: status, code, EC, request id, of requests with and without a body."""

from __future__ import annotations

import re
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from live_server import KEY, SECRET, Server
from support_oss_v2 import Waiting, failure, settings_of


def test_an_error_with_a_body(client: Any, bucket: str) -> None:
    error = failure(lambda: client.get_object(oss.GetObjectRequest(bucket=bucket, key="none")))
    assert (error.status_code, error.code, error.ec) == (404, "NoSuchKey", "0026-00000001")
    assert error.message == "The specified key does not exist."
    assert re.fullmatch("[0-9A-F]{24}", error.request_id)
    assert error.headers["x-oss-request-id"] == error.request_id


@pytest.mark.parametrize("operation", ["head_object", "get_object_meta"])
@pytest.mark.parametrize(
    ("name", "expected"), [(None, (404, "NoSuchKey")), ("nothing-of-this-name", (404, "NoSuchBucket"))]
)
def test_an_error_of_head(
    client: Any, bucket: str, operation: str, name: str | None, expected: tuple[int, str]
) -> None:
    """Told in the header x-oss-err; without it the SDK says BadErrorResponse."""
    requests = {"head_object": oss.HeadObjectRequest, "get_object_meta": oss.GetObjectMetaRequest}
    request = requests[operation](bucket=name or bucket, key="none")
    error = failure(lambda: getattr(client, operation)(request))
    assert (error.status_code, error.code) == expected
    assert error.ec and error.message


@pytest.mark.parametrize("version", ["v4", "v1"])
@pytest.mark.parametrize("kind", [oss.Client, Waiting])
@pytest.mark.parametrize(
    ("key", "secret", "code"), [(KEY, "wrong", "SignatureDoesNotMatch"), ("nobody", SECRET, "InvalidAccessKeyId")]
)
def test_wrong_keys(server: Server, version: str, kind: Any, key: str, secret: str, code: str) -> None:
    client = kind(settings_of(server, version, oss.credentials.StaticCredentialsProvider(key, secret)))
    for call in (
        lambda: client.list_buckets(oss.ListBucketsRequest()),
        lambda: client.put_object(oss.PutObjectRequest(bucket="anything", key="a", body=b"")),
    ):
        error = failure(call)
        assert (error.status_code, error.code, bool(error.ec)) == (403, code, True)
    error = failure(lambda: client.head_object(oss.HeadObjectRequest(bucket="anything", key="a")))
    assert (error.status_code, error.code) == (403, code)


def test_a_wrong_region_is_not_refused_by_default(server: Server, bucket: str) -> None:
    settings = settings_of(server)
    settings.region = "cn-beijing"
    assert oss.Client(settings).is_bucket_exist(bucket)
