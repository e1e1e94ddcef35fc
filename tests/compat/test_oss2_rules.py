"""The rules of a bucket that change what it does, with oss2 as it is: CORS, website, mirror, referers and so on."""

from __future__ import annotations

import datetime
import json

import oss2
import pytest
import requests
from live_server import Server
from oss2 import models
from support_listener import Listener, listening
from support_oss2 import connector

ORIGIN = "http://shop.example"


def address(server: Server, bucket: oss2.Bucket, key: str) -> str:
    return f"{server.endpoint}/{bucket.bucket_name}/{key}"


def test_cors(bucket: oss2.Bucket, server: Server) -> None:
    with pytest.raises(oss2.exceptions.NoSuchCors):
        bucket.get_bucket_cors()
    rules = [
        models.CorsRule(["http://*.example"], ["GET", "PUT"], ["*"], ["ETag", "x-oss-request-id"], 600),
        models.CorsRule(["http://other.test", "http://more.test"], ["DELETE"]),
    ]
    bucket.put_bucket_cors(models.BucketCors(rules))
    told = bucket.get_bucket_cors().rules
    assert [vars(rule) for rule in told] == [vars(rule) for rule in rules]
    asking = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-oss-a"}
    allowed = requests.options(address(server, bucket, "a"), headers=asking, timeout=10)
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (200, ORIGIN)
    assert (allowed.headers["Access-Control-Max-Age"], "PUT" in allowed.headers["Access-Control-Allow-Methods"]) == (
        "600",
        True,
    )
    refused = requests.options(
        address(server, bucket, "a"), headers={**asking, "Origin": "http://other.test"}, timeout=10
    )
    assert (refused.status_code, "<Code>AccessForbidden</Code>" in refused.text) == (403, True)
    bucket.put_object("a", "x")
    got = bucket.get_object("a", headers={"Origin": ORIGIN})
    assert (got.read(), got.headers["Access-Control-Allow-Origin"]) == (b"x", ORIGIN)
    assert "ETag" in got.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Origin" not in bucket.get_object("a", headers={"Origin": "http://no.test"}).headers
    bucket.delete_bucket_cors()
    with pytest.raises(oss2.exceptions.NoSuchCors):
        bucket.get_bucket_cors()


def test_a_website(bucket: oss2.Bucket, server: Server) -> None:
    with pytest.raises(oss2.exceptions.NoSuchWebsite):
        bucket.get_bucket_website()
    bucket.put_bucket_website(models.BucketWebsite("index.html", "error.html"))
    told = bucket.get_bucket_website()
    assert (told.index_file, told.error_file, told.rules) == ("index.html", "error.html", [])
    bucket.put_bucket_acl("public-read")
    bucket.put_object("index.html", "index")
    bucket.put_object("error.html", "error")
    # The root of a website is where the host names the bucket; urllib3 would ask a resolver for that name.
    host = {"Host": f"{bucket.bucket_name}.localhost"}
    assert requests.get(server.endpoint, headers=host, timeout=10).text == "index"
    missing = requests.get(address(server, bucket, "missing"), timeout=10)
    assert (missing.status_code, missing.text) == (404, "error")
    bucket.delete_bucket_website()
    with pytest.raises(oss2.exceptions.NoSuchWebsite):
        bucket.get_bucket_website()


def test_routing_rules(bucket: oss2.Bucket, server: Server) -> None:
    rules = [
        models.RoutingRule(
            1,
            models.Condition("old/", 404, [models.ConditionInlcudeHeader("host", "shop.example")]),
            models.Redirect("External", True, proto="http", host_name="shop.example", http_redirect_code=302),
        ),
        models.RoutingRule(
            2,
            models.Condition("moved/", 404),
            models.Redirect(
                "External", False, None, "new/", proto="https", host_name="shop.example", http_redirect_code=301
            ),
        ),
        models.RoutingRule(3, models.Condition("inside/", 404), models.Redirect("Internal", replace_key_with="a")),
    ]
    bucket.put_bucket_website(models.BucketWebsite("index.html", "error.html", rules))
    told = bucket.get_bucket_website().rules
    assert [rule.rule_num for rule in told] == [1, 2, 3]
    assert [vars(rule.redirect) for rule in told] == [vars(rule.redirect) for rule in rules]
    assert [(rule.condition.key_prefix_equals, rule.condition.http_err_code_return_equals) for rule in told] == [
        ("old/", 404),
        ("moved/", 404),
        ("inside/", 404),
    ]
    assert vars(told[0].condition.include_header_list[0]) == {"key": "host", "equals": "shop.example"}
    bucket.put_bucket_acl("public-read")
    bucket.put_object("a", "content")
    moved = requests.get(address(server, bucket, "moved/b"), allow_redirects=False, timeout=10)
    assert (moved.status_code, moved.headers["Location"]) == (301, "https://shop.example/new/b")
    assert requests.get(address(server, bucket, "inside/b"), timeout=10).text == "content"


def mirror(origin: Listener) -> models.BucketWebsite:
    """The rule of the guide "Back-to-origin": what is missing is fetched from somewhere else and kept."""
    headers = models.RedirectMirrorHeaders(
        True, ["x-pass"], ["x-remove"], [models.MirrorHeadersSet("x-set", "set by the rule")]
    )
    redirect = models.Redirect(
        "Mirror",
        True,
        mirror_url=f"{origin.url}/",
        mirror_pass_query_string=False,
        mirror_follow_redirect=True,
        mirror_check_md5=False,
        mirror_headers=headers,
    )
    rule = models.RoutingRule(1, models.Condition("mirrored/", 404), redirect)
    return models.BucketWebsite("index.html", "error.html", [rule])


def test_a_mirror(bucket: oss2.Bucket) -> None:
    with listening() as origin:
        wanted = mirror(origin)
        bucket.put_bucket_website(wanted)
        (told,) = bucket.get_bucket_website().rules
        assert vars(told.redirect.mirror_headers.set_list[0]) == {"key": "x-set", "value": "set by the rule"}
        assert (told.redirect.mirror_headers.pass_all, told.redirect.mirror_headers.remove_list) == (True, ["x-remove"])
        assert (told.redirect.mirror_url, told.redirect.mirror_check_md5) == (f"{origin.url}/", False)
        origin.answers["/mirrored/a.txt"] = (200, {"Content-Type": "text/own"}, b"from the origin")
        first = bucket.get_object("mirrored/a.txt", headers={"x-pass": "passed"})
        assert (first.read(), first.headers["Content-Type"]) == (b"from the origin", "text/own")
        ((method, path, headers, _),) = origin.asked
        assert (method, path.partition("?")[0], headers["x-set"]) == ("GET", "/mirrored/a.txt", "set by the rule")
        assert headers["x-pass"] == "passed"
        with pytest.raises(oss2.exceptions.NoSuchKey):
            bucket.get_object("mirrored/missing")
        with pytest.raises(oss2.exceptions.NoSuchKey):
            bucket.get_object("elsewhere/a.txt")
        asked = len(origin.asked)
        assert bucket.get_object("mirrored/a.txt").read() == b"from the origin"
        assert bucket.head_object("mirrored/a.txt").content_length == len(b"from the origin")
        assert len(origin.asked) == asked


def test_referers(bucket: oss2.Bucket, server: Server) -> None:
    told = bucket.get_bucket_referer()
    assert (told.allow_empty_referer, told.referers) == (True, [])
    bucket.put_bucket_referer(
        models.BucketReferer(False, ["http://*.example", "http://猫.test"], True, ["http://bad.example"])
    )
    told = bucket.get_bucket_referer()
    assert (told.allow_empty_referer, told.referers) == (False, ["http://*.example", "http://猫.test"])
    assert (told.allow_truncate_query_string, told.black_referers) == (True, ["http://bad.example"])
    bucket.put_bucket_acl("public-read")
    bucket.put_object("a", "x")
    url = bucket.sign_url("GET", "a", 60)
    for target in (address(server, bucket, "a"), url):
        for referer, status in ((ORIGIN, 200), ("http://bad.example", 403), ("http://no.test", 403), (None, 403)):
            headers = {"Referer": referer} if referer else {}
            answer = requests.get(target, headers=headers, timeout=10)
            assert (answer.status_code, answer.text == "x") == (status, status == 200), (target, referer)
    assert bucket.get_object("a").read() == b"x"


def test_lifecycle(bucket: oss2.Bucket) -> None:
    with pytest.raises(oss2.exceptions.NoSuchLifecycle):
        bucket.get_bucket_lifecycle()
    day = datetime.date(2031, 2, 28)
    tags = models.TaggingRule()
    tags.add("key", "值")
    rules = [
        models.LifecycleRule("days", "log/", expiration=models.LifecycleExpiration(days=3)),
        models.LifecycleRule("date", "old/", "Disabled", models.LifecycleExpiration(created_before_date=day)),
        models.LifecycleRule(
            "classes",
            "data/",
            expiration=models.LifecycleExpiration(days=400),
            storage_transitions=[
                models.StorageTransition(days=30, storage_class="IA"),
                models.StorageTransition(days=180, storage_class="Archive"),
            ],
            tagging=models.Tagging(tags),
        ),
        models.LifecycleRule("parts", "up/", abort_multipart_upload=models.AbortMultipartUpload(days=2)),
        models.LifecycleRule(
            "versions",
            "v/",
            expiration=models.LifecycleExpiration(expired_detete_marker=True),
            noncurrent_version_expiration=models.NoncurrentVersionExpiration(30),
            noncurrent_version_sotrage_transitions=[models.NoncurrentVersionStorageTransition(10, "IA")],
        ),
    ]
    bucket.put_bucket_lifecycle(models.BucketLifecycle(rules))
    told = {rule.id: rule for rule in bucket.get_bucket_lifecycle().rules}
    assert [(rule.prefix, rule.status) for rule in told.values()] == [(rule.prefix, rule.status) for rule in rules]
    assert (told["days"].expiration.days, told["date"].expiration.created_before_date) == (3, day)
    assert told["classes"].tagging.tag_set.tagging_rule == {"key": "值"}
    assert [(one.days, one.storage_class) for one in told["classes"].storage_transitions] == [
        (30, "IA"),
        (180, "Archive"),
    ]
    assert told["parts"].abort_multipart_upload.days == 2
    assert told["versions"].expiration.expired_detete_marker is True
    assert told["versions"].noncurrent_version_expiration.noncurrent_days == 30
    assert told["versions"].noncurrent_version_sotrage_transitions[0].storage_class == "IA"
    bucket.put_object("log/a", "x")
    assert 'rule-id="days"' in bucket.head_object("log/a").headers["x-oss-expiration"]
    bucket.delete_bucket_lifecycle()
    with pytest.raises(oss2.exceptions.NoSuchLifecycle):
        bucket.get_bucket_lifecycle()


def test_a_policy(bucket: oss2.Bucket, server: Server) -> None:
    with pytest.raises(oss2.exceptions.NoSuchBucketPolicy):
        bucket.get_bucket_policy()
    bucket.put_object("public/a", "x")
    bucket.put_object("secret/a", "x")
    policy = {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["oss:GetObject"],
                "Principal": ["*"],
                "Resource": [f"acs:oss:*:*:{bucket.bucket_name}/public/*"],
            }
        ],
    }
    bucket.put_bucket_policy(json.dumps(policy))
    assert json.loads(bucket.get_bucket_policy().policy) == policy
    anonymous = connector(server, oss2.AnonymousAuth())(bucket.bucket_name)
    assert anonymous.get_object("public/a").read() == b"x"
    with pytest.raises(oss2.exceptions.AccessDenied):
        anonymous.get_object("secret/a")
    assert bucket.delete_bucket_policy().status == 204
    with pytest.raises(oss2.exceptions.AccessDenied):
        anonymous.get_object("public/a")


def test_styles(bucket: oss2.Bucket) -> None:
    bucket.put_bucket_style("small.style", "image/resize,p_50")
    told = bucket.get_bucket_style("small.style")
    assert (told.name, told.content) == ("small.style", "image/resize,p_50")
    assert [style.name for style in bucket.list_bucket_style().styles] == ["small.style"]
    bucket.delete_bucket_style("small.style")
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.get_bucket_style("small.style")
    assert (caught.value.status, caught.value.code) == (404, "NoSuchStyle")
