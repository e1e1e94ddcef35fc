"""Who may do what: the whole table of ACLs for the anonymous, and everything for the owner."""

from __future__ import annotations

import itertools

import pytest

from pixoss.server.auth.access import Permission, authorize, refuse_overrides
from pixoss.server.auth.credentials import ANONYMOUS, Principal
from pixoss.server.errors import OSSError

ACLS = (None, "private", "public-read", "public-read-write", "nonsense", "")
OBJECT_ACLS = (*ACLS, "default")
P = Permission

BUCKET_REFUSES = ("You have no right to access this object because of bucket acl.", "0003-00000001")
NEVER = {
    P.LIST_BUCKETS: ("Anonymous access is forbidden for this operation.", None),
    P.CREATE_BUCKET: ("Anonymous access is forbidden for this operation.", None),
    P.CONFIGURE_BUCKET: ("Anonymous access is forbidden for this operation.", None),
    P.READ_OBJECT_ACL: ("You do not have read acl permission on this object.", "0003-00000007"),
    P.WRITE_OBJECT_ACL: ("You do not have write acl permission on this object.", "0003-00000008"),
}


def refused(permission: Permission, bucket_acl: str | None, object_acl: str | None) -> tuple[str, str | None] | None:
    try:
        authorize(ANONYMOUS, permission, bucket_acl=bucket_acl, object_acl=object_acl)
    except OSSError as error:
        assert (error.status, error.code) == (403, "AccessDenied")
        return error.message, error.ec
    return None


@pytest.mark.parametrize("permission", Permission)
def test_a_signed_request_may_do_everything(permission: Permission) -> None:
    for bucket_acl, object_acl in itertools.product(ACLS, OBJECT_ACLS):
        authorize(Principal("ak"), permission, bucket_acl=bucket_acl, object_acl=object_acl)


@pytest.mark.parametrize(("permission", "answer"), NEVER.items())
def test_what_no_acl_opens(permission: Permission, answer: tuple[str, str | None]) -> None:
    for bucket_acl, object_acl in itertools.product(ACLS, OBJECT_ACLS):
        assert refused(permission, bucket_acl, object_acl) == answer


@pytest.mark.parametrize("object_acl", OBJECT_ACLS)
@pytest.mark.parametrize(
    ("bucket_acl", "is_open"),
    [(None, False), ("private", False), ("public-read", True), ("public-read-write", True), ("nonsense", False)],
)
def test_listing_follows_the_bucket_alone(bucket_acl: str | None, is_open: bool, object_acl: str | None) -> None:
    answer = None if is_open else ("Anonymous user has no right to access this bucket.", None)
    assert refused(P.LIST_OBJECTS, bucket_acl, object_acl) == answer


READ = ("You do not have read permission on this object.", None)
WRITE = ("You do not have write permission on this object.", None)


@pytest.mark.parametrize(
    ("bucket_acl", "object_acl", "reading", "writing"),
    [
        ("private", None, BUCKET_REFUSES, BUCKET_REFUSES),
        ("private", "default", BUCKET_REFUSES, BUCKET_REFUSES),
        ("private", "private", READ, WRITE),
        ("private", "public-read", None, WRITE),
        ("private", "public-read-write", None, None),
        ("public-read", None, None, BUCKET_REFUSES),
        ("public-read", "default", None, BUCKET_REFUSES),
        ("public-read", "private", READ, WRITE),
        ("public-read", "public-read", None, WRITE),
        ("public-read", "public-read-write", None, None),
        ("public-read-write", None, None, None),
        ("public-read-write", "default", None, None),
        ("public-read-write", "private", READ, WRITE),
        ("public-read-write", "public-read", None, WRITE),
        ("public-read-write", "public-read-write", None, None),
        (None, None, BUCKET_REFUSES, BUCKET_REFUSES),
        ("nonsense", "default", BUCKET_REFUSES, BUCKET_REFUSES),
        ("public-read-write", "nonsense", READ, WRITE),
        ("public-read-write", "", READ, WRITE),
    ],
)
def test_an_objects_own_acl_decides_over_the_buckets(
    bucket_acl: str | None,
    object_acl: str | None,
    reading: tuple[str, str | None] | None,
    writing: tuple[str, str | None] | None,
) -> None:
    assert refused(P.READ_OBJECT, bucket_acl, object_acl) == reading
    assert refused(P.WRITE_OBJECT, bucket_acl, object_acl) == writing


def test_response_parameters_are_for_signed_requests() -> None:
    refuse_overrides(Principal("ak"))
    with pytest.raises(OSSError) as caught:
        refuse_overrides(ANONYMOUS)
    assert (caught.value.status, caught.value.code) == (400, "InvalidRequest")
    assert caught.value.message == "Request specific response headers cannot be used for anonymous GET requests."
