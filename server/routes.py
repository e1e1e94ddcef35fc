"""The table of calls: who answers which operation of OSS's API reference, and what the caller must be allowed to do."""

from __future__ import annotations

from collections.abc import Mapping

from . import configuration_routes
from .address import Level
from .api import (
    acl,
    append,
    bucket,
    cname,
    cors,
    img,
    lifecycle,
    listing,
    multipart,
    object,
    policy,
    post,
    process,
    process_configuration,
    referer,
    restore,
    service,
    style,
    symlink,
    tagging,
    versioning,
    website,
)
from .auth.access import Permission
from .route import Route, State

_SERVICE: Mapping[tuple[str, str], Route] = {
    **configuration_routes.SERVICE,
    ("GET", ""): Route("ListBuckets", service.list_buckets, Permission.LIST_BUCKETS),
}

_CONFIGURE = Permission.CONFIGURE_BUCKET
_BUCKET: Mapping[tuple[str, str], Route] = {
    **configuration_routes.BUCKET,
    ("PUT", ""): Route("PutBucket", bucket.put_bucket, Permission.CREATE_BUCKET),
    ("DELETE", ""): Route("DeleteBucket", bucket.delete_bucket, _CONFIGURE),
    ("GET", ""): Route("ListObjects ListObjectsV2", listing.list_objects, Permission.LIST_OBJECTS),
    ("HEAD", ""): Route("HeadBucket", bucket.head_bucket, Permission.LIST_OBJECTS, "GetBucketInfo"),
    ("POST", "delete"): Route(
        "DeleteMultipleObjects", object.delete_multiple_objects, Permission.JUDGED_LATER, "DeleteObject"
    ),
    ("POST", ""): Route("PostObject", post.post_object, Permission.JUDGED_LATER, "PutObject"),
    ("GET", "bucketInfo"): Route("GetBucketInfo", bucket.get_bucket_info, _CONFIGURE),
    ("GET", "location"): Route("GetBucketLocation", bucket.get_bucket_location, _CONFIGURE),
    ("GET", "stat"): Route("GetBucketStat", bucket.get_bucket_stat, _CONFIGURE),
    ("PUT", "versioning"): Route("PutBucketVersioning", versioning.put_versioning, _CONFIGURE),
    ("GET", "versioning"): Route("GetBucketVersioning", versioning.get_versioning, _CONFIGURE),
    ("GET", "versions"): Route("ListObjectVersions", versioning.list_versions, Permission.LIST_OBJECTS),
    ("PUT", "acl"): Route("PutBucketAcl", acl.put_bucket_acl, _CONFIGURE),
    ("GET", "acl"): Route("GetBucketAcl", acl.get_bucket_acl, _CONFIGURE),
    ("GET", "uploads"): Route("ListMultipartUploads", multipart.list_uploads, Permission.LIST_OBJECTS),
    ("PUT", "cors"): Route("PutBucketCors", cors.put_cors, _CONFIGURE),
    ("GET", "cors"): Route("GetBucketCors", cors.get_cors, _CONFIGURE),
    ("DELETE", "cors"): Route("DeleteBucketCors", cors.delete_cors, _CONFIGURE),
    ("PUT", "policy"): Route("PutBucketPolicy", policy.put_policy, _CONFIGURE),
    ("GET", "policy"): Route("GetBucketPolicy", policy.get_policy, _CONFIGURE),
    ("DELETE", "policy"): Route("DeleteBucketPolicy", policy.delete_policy, _CONFIGURE),
    ("GET", "policyStatus"): Route("GetBucketPolicyStatus", policy.get_policy_status, _CONFIGURE),
    ("OPTIONS", ""): Route("OptionObject", cors.preflight, Permission.JUDGED_LATER),
    ("PUT", "lifecycle"): Route("PutBucketLifecycle", lifecycle.put_lifecycle, _CONFIGURE),
    ("GET", "lifecycle"): Route("GetBucketLifecycle", lifecycle.get_lifecycle, _CONFIGURE),
    ("DELETE", "lifecycle"): Route("DeleteBucketLifecycle", lifecycle.delete_lifecycle, _CONFIGURE),
    ("GET", "cname"): Route("ListCname", cname.list_cnames, _CONFIGURE),
    ("POST", "cname&comp=add"): Route("PutCname", cname.put_cname, _CONFIGURE),
    ("POST", "cname&comp=delete"): Route("DeleteCname", cname.delete_cname, _CONFIGURE),
    ("POST", "cname&comp=token"): Route("CreateCnameToken", cname.create_token, _CONFIGURE),
    ("GET", "cname&comp=token"): Route("GetCnameToken", cname.get_token, _CONFIGURE),
    ("PUT", "website"): Route("PutBucketWebsite", website.put_website, _CONFIGURE),
    ("GET", "website"): Route("GetBucketWebsite", website.get_website, _CONFIGURE),
    ("DELETE", "website"): Route("DeleteBucketWebsite", website.delete_website, _CONFIGURE),
    ("PUT", "referer"): Route("PutBucketReferer", referer.put_referer, _CONFIGURE),
    ("GET", "referer"): Route("GetBucketReferer", referer.get_referer, _CONFIGURE),
    ("PUT", "style"): Route("PutStyle", style.put_style, _CONFIGURE),
    ("GET", "style"): Route("GetStyle ListStyle", style.get_style, _CONFIGURE),
    ("DELETE", "style"): Route("DeleteStyle", style.delete_style, _CONFIGURE),
    ("PUT", "processConfiguration"): Route(
        "PutBucketProcessConfiguration", process_configuration.put_configuration, _CONFIGURE
    ),
    ("GET", "processConfiguration"): Route(
        "GetBucketProcessConfiguration", process_configuration.get_configuration, _CONFIGURE
    ),
    ("PUT", "img"): Route("PutBucketImage", img.put_channel, _CONFIGURE, state=State.STORED),
    ("GET", "img"): Route("GetBucketImage", img.get_channel, _CONFIGURE, state=State.STORED),
    ("DELETE", "img"): Route("DeleteBucketImage", img.delete_channel, _CONFIGURE, state=State.STORED),
}

_READ, _WRITE = Permission.READ_OBJECT, Permission.WRITE_OBJECT
_OBJECT: Mapping[tuple[str, str], Route] = {
    **configuration_routes.OBJECT,
    ("PUT", ""): Route("PutObject CopyObject", object.put_object, _WRITE),
    ("GET", ""): Route("GetObject", website.serving(process.get_named), _READ),
    ("HEAD", ""): Route("HeadObject", process.get_named, _READ, "GetObject"),
    ("DELETE", ""): Route("DeleteObject", object.delete_object, _WRITE),
    ("OPTIONS", ""): Route("OptionObject", cors.preflight, Permission.JUDGED_LATER),
    ("PUT", "acl"): Route("PutObjectACL", acl.put_object_acl, Permission.WRITE_OBJECT_ACL, "PutObjectAcl"),
    ("GET", "acl"): Route("GetObjectACL", acl.get_object_acl, Permission.READ_OBJECT_ACL, "GetObjectAcl"),
    ("HEAD", "objectMeta"): Route("GetObjectMeta", object.get_object_meta, _READ, "GetObject"),
    ("GET", "objectMeta"): Route("GetObjectMeta", object.get_object_meta, _READ, "GetObject"),
    ("POST", "append"): Route("AppendObject", append.append_object, _WRITE, "PutObject"),
    ("POST", "seal"): Route("SealAppendObject", append.seal_object, _WRITE),
    ("PUT", "symlink"): Route("PutSymlink", symlink.put_symlink, _WRITE, "PutObject"),
    ("GET", "symlink"): Route("GetSymlink", symlink.get_symlink, _READ, "GetObject"),
    ("PUT", "tagging"): Route("PutObjectTagging", tagging.put_tagging, _WRITE),
    ("GET", "tagging"): Route("GetObjectTagging", tagging.get_tagging, _WRITE),
    ("DELETE", "tagging"): Route("DeleteObjectTagging", tagging.delete_tagging, _WRITE),
    ("POST", "restore"): Route("RestoreObject", restore.restore_object, _WRITE),
    ("POST", "cleanRestoredObject"): Route("CleanRestoredObject", restore.clean_restored_object, _WRITE),
    ("POST", "uploads"): Route("InitiateMultipartUpload", multipart.initiate, _WRITE, "PutObject"),
    ("PUT", "uploadId"): Route("UploadPart UploadPartCopy", multipart.upload_part, _WRITE, "PutObject"),
    ("GET", "uploadId"): Route("ListParts", multipart.list_parts, _WRITE),
    ("POST", "uploadId"): Route("CompleteMultipartUpload", multipart.complete, _WRITE, "PutObject"),
    ("DELETE", "uploadId"): Route("AbortMultipartUpload", multipart.abort, _WRITE),
    ("GET", "x-oss-process"): Route("GetObject", website.serving(process.get_processed), _READ),
    ("HEAD", "x-oss-process"): Route("HeadObject", process.get_processed, _READ, "GetObject"),
    ("POST", "x-oss-process"): Route("ProcessObject", process.process_object, _WRITE, "PostProcessTask"),
    ("POST", "x-oss-async-process"): Route(
        "AsyncProcessObject", process.async_process_object, _WRITE, "PostProcessTask"
    ),
}

ROUTES: Mapping[tuple[Level, str, str], Route] = {
    (level, method, subresource): route
    for level, table in ((Level.SERVICE, _SERVICE), (Level.BUCKET, _BUCKET), (Level.OBJECT, _OBJECT))
    for (method, subresource), route in table.items()
}
