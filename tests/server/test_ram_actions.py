"""The RAM action of every call, against OSS's table ("Authorization syntax and elements": actions)."""

from __future__ import annotations

import pytest

from pixoss.server.auth.access import Access, Permission
from pixoss.server.routes import ROUTES

# Operations whose action has another name; all others have the action of their own name.
ACTIONS = {
    "AppendObject": "PutObject",
    "AsyncProcessObject": "PostProcessTask",
    "CompleteMultipartUpload": "PutObject",
    "DeleteBucketTags": "DeleteBucketTagging",
    "DeleteMultipleObjects": "DeleteObject",
    "GetBucketTags": "GetBucketTagging",
    "GetLiveChannelInfo": "GetLiveChannel",
    "GetObjectACL": "GetObjectAcl",
    "GetObjectMeta": "GetObject",
    "GetSymlink": "GetObject",
    "HeadBucket": "GetBucketInfo",
    "HeadObject": "GetObject",
    "InitiateMultipartUpload": "PutObject",
    "PostObject": "PutObject",
    "ProcessObject": "PostProcessTask",
    "PutBucketTags": "PutBucketTagging",
    "PutObjectACL": "PutObjectAcl",
    "PutSymlink": "PutObject",
    "UploadPart": "PutObject",
}


def test_every_call_has_the_action_of_the_table() -> None:
    found = {route.operations.split()[0]: route.access.action for route in ROUTES.values()}
    assert found == {operation: ACTIONS.get(operation, operation) for operation in found}


@pytest.mark.parametrize(
    ("action", "of_version"),
    [
        ("GetObject", "GetObjectVersion"),
        ("GetObjectAcl", "GetObjectVersionAcl"),
        ("GetObjectTagging", "GetObjectVersionTagging"),
        ("PutObjectAcl", "PutObjectVersionAcl"),
        ("PutObjectTagging", "PutObjectVersionTagging"),
        ("DeleteObject", "DeleteObjectVersion"),
        ("DeleteObjectTagging", "DeleteObjectVersionTagging"),
        ("RestoreObject", "RestoreObjectVersion"),
        ("PutObject", "PutObject"),
        ("ListObjectVersions", "ListObjectVersions"),
    ],
)
def test_action_on_a_version(action: str, of_version: str) -> None:
    access = Access(action, Permission.READ_OBJECT)
    assert access.of_version == Access(of_version, Permission.READ_OBJECT)
