"""The rules of a bucket with alibabacloud-oss-v2, as they are kept and as they work."""

from __future__ import annotations

from typing import Any

import alibabacloud_oss_v2 as oss
import httpx
from live_server import Server
from support_oss_v2 import refusal


def test_cors(server: Server, sync: oss.Client, bucket: str) -> None:
    unset = oss.GetBucketCorsRequest(bucket=bucket)
    assert refusal(lambda: sync.get_bucket_cors(unset)) == (404, "NoSuchCORSConfiguration")
    rule = oss.CORSRule(
        allowed_origins=["http://*.example.com"],
        allowed_methods=["PUT", "GET"],
        allowed_headers=["x-oss-*", "content-type"],
        expose_headers=["ETag"],
        max_age_seconds=60,
    )
    configuration = oss.CORSConfiguration(cors_rules=[rule], response_vary=True)
    sync.put_bucket_cors(oss.PutBucketCorsRequest(bucket=bucket, cors_configuration=configuration))
    found = sync.get_bucket_cors(unset).cors_configuration
    assert found is not None and found.cors_rules is not None
    (told,) = found.cors_rules
    assert (told.allowed_origins, told.allowed_methods, told.max_age_seconds) == (
        rule.allowed_origins,
        rule.allowed_methods,
        60,
    )
    asked = {"origin": "http://a.example.com", "access_control_request_method": "PUT"}
    answer = sync.option_object(
        oss.OptionObjectRequest(bucket=bucket, key="a", **asked, access_control_request_headers="x-oss-date")
    )
    assert (answer.access_control_allow_origin, answer.access_control_max_age) == (asked["origin"], 60)
    other = oss.OptionObjectRequest(bucket=bucket, key="a", **{**asked, "origin": "http://other.net"})
    assert refusal(lambda: sync.option_object(other)) == (403, "AccessForbidden")
    sync.delete_bucket_cors(oss.DeleteBucketCorsRequest(bucket=bucket))
    assert refusal(lambda: sync.get_bucket_cors(unset)) == (404, "NoSuchCORSConfiguration")


def test_lifecycle(sync: oss.Client, bucket: str) -> None:
    unset = oss.GetBucketLifecycleRequest(bucket=bucket)
    assert refusal(lambda: sync.get_bucket_lifecycle(unset)) == (404, "NoSuchLifecycle")
    rules = [
        oss.LifecycleRule(
            id="logs",
            prefix="logs/",
            status="Enabled",
            expiration=oss.LifecycleRuleExpiration(days=30),
            transitions=[oss.LifecycleRuleTransition(days=7, storage_class="IA")],
            abort_multipart_upload=oss.LifecycleRuleAbortMultipartUpload(days=3),
        ),
        oss.LifecycleRule(
            id="old",
            prefix="old/",
            status="Enabled",
            tags=[oss.Tag(key="k", value="v")],
            noncurrent_version_expiration=oss.NoncurrentVersionExpiration(noncurrent_days=5),
        ),
    ]
    sync.put_bucket_lifecycle(
        oss.PutBucketLifecycleRequest(bucket=bucket, lifecycle_configuration=oss.LifecycleConfiguration(rules=rules))
    )
    configuration = sync.get_bucket_lifecycle(unset).lifecycle_configuration
    assert configuration is not None and configuration.rules is not None
    first, second = configuration.rules
    assert (first.id, first.prefix, first.status, first.expiration.days) == ("logs", "logs/", "Enabled", 30)
    assert (first.transitions[0].storage_class, first.abort_multipart_upload.days) == ("IA", 3)
    assert (second.tags[0].key, second.noncurrent_version_expiration.noncurrent_days) == ("k", 5)
    sync.delete_bucket_lifecycle(oss.DeleteBucketLifecycleRequest(bucket=bucket))
    assert refusal(lambda: sync.get_bucket_lifecycle(unset)) == (404, "NoSuchLifecycle")


def test_website(server: Server, sync: oss.Client, bucket: str) -> None:
    unset = oss.GetBucketWebsiteRequest(bucket=bucket)
    assert refusal(lambda: sync.get_bucket_website(unset)) == (404, "NoSuchWebsiteConfiguration")
    moved = oss.RoutingRule(
        rule_number=1,
        condition=oss.RoutingRuleCondition(key_prefix_equals="old/", http_error_code_returned_equals=404),
        redirect=oss.RoutingRuleRedirect(
            redirect_type="External",
            protocol="http",
            host_name="example.com",
            http_redirect_code=302,
            replace_key_prefix_with="new/",
        ),
    )
    configuration = oss.WebsiteConfiguration(
        index_document=oss.IndexDocument(suffix="index.html"),
        error_document=oss.ErrorDocument(key="error.html", http_status=404),
        routing_rules=oss.RoutingRules(routing_rules=[moved]),
    )
    sync.put_bucket_website(oss.PutBucketWebsiteRequest(bucket=bucket, website_configuration=configuration))
    told = sync.get_bucket_website(unset).website_configuration
    assert told is not None and told.routing_rules is not None and told.routing_rules.routing_rules is not None
    assert (told.index_document.suffix, told.error_document.key) == ("index.html", "error.html")
    assert told.routing_rules.routing_rules[0].redirect.replace_key_prefix_with == "new/"
    sync.put_bucket_acl(oss.PutBucketAclRequest(bucket=bucket, acl="public-read"))
    for key in ("index.html", "error.html"):
        sync.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=key))
    host = {"Host": f"{bucket}.localhost"}
    pages = {path: httpx.get(f"{server.endpoint}/{path}", headers=host) for path in ("", "none", "old/a")}
    assert [(answer.status_code, answer.text) for answer in (pages[""], pages["none"])] == [
        (200, "index.html"),
        (404, "error.html"),
    ]
    assert pages["old/a"].headers["location"] == "http://example.com/new/a"
    sync.delete_bucket_website(oss.DeleteBucketWebsiteRequest(bucket=bucket))


def test_referers(server: Server, sync: oss.Client, bucket: str) -> None:
    asked = oss.GetBucketRefererRequest(bucket=bucket)
    unset = sync.get_bucket_referer(asked).referer_configuration
    assert unset is not None and unset.allow_empty_referer is True
    configuration = oss.RefererConfiguration(
        allow_empty_referer=False,
        referer_list=oss.RefererList(referers=["http://*.example.com"]),
        referer_blacklist=oss.RefererBlacklist(referers=["http://bad.example.com"]),
    )
    sync.put_bucket_referer(oss.PutBucketRefererRequest(bucket=bucket, referer_configuration=configuration))
    told = sync.get_bucket_referer(asked).referer_configuration
    assert told is not None
    assert (told.referer_list.referers, told.allow_empty_referer) == (["http://*.example.com"], False)
    sync.put_object(oss.PutObjectRequest(bucket=bucket, key="a", body=b"content", acl="public-read"))

    def status(referer: str | None) -> int:
        headers = {"Referer": referer} if referer else {}
        return httpx.get(f"{server.endpoint}/{bucket}/a", headers=headers).status_code

    referers = ["http://a.example.com", "http://bad.example.com", "http://other.net", None]
    assert [status(referer) for referer in referers] == [200, 403, 403, 403]


def test_a_domain_of_ones_own(server: Server, sync: oss.Client, bucket: str) -> None:
    domain = f"{bucket}.example.com"
    configuration = oss.BucketCnameConfiguration(cname=oss.Cname(domain=domain))
    named: dict[str, Any] = {"bucket": bucket, "bucket_cname_configuration": configuration}
    token = sync.create_cname_token(oss.CreateCnameTokenRequest(**named)).cname_token
    again = sync.get_cname_token(oss.GetCnameTokenRequest(bucket=bucket, cname=domain)).cname_token
    assert token is not None and again is not None
    assert (token.bucket, token.cname, token.token) == (bucket, domain, again.token)
    sync.put_cname(oss.PutCnameRequest(**named))
    listed = sync.list_cname(oss.ListCnameRequest(bucket=bucket))
    assert listed.cnames is not None
    assert [(one.domain, one.status) for one in listed.cnames] == [(domain, "Enabled")]
    sync.put_object(oss.PutObjectRequest(bucket=bucket, key="a", body=b"content", acl="public-read"))
    answer = httpx.get(f"{server.endpoint}/a", headers={"Host": domain})
    assert (answer.status_code, answer.content) == (200, b"content")
    sync.delete_cname(oss.DeleteCnameRequest(**named))
    assert not sync.list_cname(oss.ListCnameRequest(bucket=bucket)).cnames
