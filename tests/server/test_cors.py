import pytest
from oss_client import Answer, Client

pytestmark = pytest.mark.anyio

ORIGIN = "https://shop.example"

RULES = b"""<?xml version="1.0"?>
<CORSConfiguration xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">
  <CORSRule>
    <AllowedOrigin>https://*.example</AllowedOrigin><AllowedOrigin>http://localhost:3000</AllowedOrigin>
    <AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>
    <AllowedHeader>Content-Type</AllowedHeader><AllowedHeader>x-oss-*</AllowedHeader>
    <ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-oss-request-id</ExposeHeader>
    <MaxAgeSeconds>100</MaxAgeSeconds>
  </CORSRule>
  <CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>
</CORSConfiguration>"""


def configuration(rule: str, rest: str = "") -> bytes:
    return f"<CORSConfiguration>{rule}{rest}</CORSConfiguration>".encode()


def rule(
    origin: str = "<AllowedOrigin>*</AllowedOrigin>", method: str = "<AllowedMethod>GET</AllowedMethod>", more: str = ""
) -> str:
    return f"<CORSRule>{origin}{method}{more}</CORSRule>"


@pytest.fixture
async def shared(client: Client, bucket: str) -> str:
    assert (await client.put(f"/{bucket}?cors", RULES)).status == 200
    return bucket


def granted(answer: Answer) -> dict[str, str]:
    return {
        name.removeprefix("access-control-"): value
        for name, value in answer.headers.items()
        if name.startswith("access-control-")
    }


async def preflight(
    client: Client, target: str, origin: str = ORIGIN, method: str = "PUT", headers: str | None = None
) -> Answer:
    given = {"Origin": origin, "Access-Control-Request-Method": method}
    if headers is not None:
        given["Access-Control-Request-Headers"] = headers
    return await client.request("OPTIONS", target, headers=given, sign=False)


async def test_life_of_the_rules(client: Client, bucket: str) -> None:
    missing = await client.get(f"/{bucket}?cors")
    assert (missing.status, missing.code) == (404, "NoSuchCORSConfiguration")
    assert (await client.put(f"/{bucket}?cors", RULES)).status == 200
    found = await client.get(f"/{bucket}?cors")
    assert found.xml.tag == "CORSConfiguration"
    assert [element.text for element in found.xml.findall("CORSRule/AllowedMethod")] == ["PUT", "GET", "GET"]
    assert found.field("CORSRule/MaxAgeSeconds") == "100"
    for _ in range(2):
        assert (await client.delete(f"/{bucket}?cors")).status == 204
    assert (await client.get(f"/{bucket}?cors")).status == 404


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        (configuration(""), "MalformedXML", None),
        (configuration(rule(origin="")), "MalformedXML", None),
        (configuration(rule(method="")), "MalformedXML", None),
        (configuration(rule(more="<MaxAgeSeconds>1</MaxAgeSeconds>" * 2)), "MalformedXML", None),
        (configuration(rule() * 21), "CORSRuleBeyondLimit", None),
        (configuration(rule(origin="<AllowedOrigin>*.*</AllowedOrigin>")), "InvalidArgument", "AllowedOrigin"),
        (configuration(rule(origin="<AllowedOrigin/>")), "InvalidArgument", "AllowedOrigin"),
        (configuration(rule(method="<AllowedMethod>PATCH</AllowedMethod>")), "InvalidArgument", "AllowedMethod"),
        (configuration(rule(more="<AllowedHeader>*-*</AllowedHeader>")), "InvalidArgument", "AllowedHeader"),
        (configuration(rule(more="<AllowedHeader>a'b</AllowedHeader>")), "InvalidArgument", "AllowedHeader"),
        (configuration(rule(more="<ExposeHeader>x-oss-*</ExposeHeader>")), "InvalidArgument", "ExposeHeader"),
        (configuration(rule(more="<ExposeHeader>a&#10;b</ExposeHeader>")), "InvalidArgument", "ExposeHeader"),
        (configuration(rule(more="<MaxAgeSeconds>1000000000</MaxAgeSeconds>")), "InvalidArgument", "MaxAgeSeconds"),
        (configuration(rule(more="<MaxAgeSeconds>-1</MaxAgeSeconds>")), "InvalidArgument", "MaxAgeSeconds"),
        (configuration(rule(), "<ResponseVary>maybe</ResponseVary>"), "InvalidArgument", "ResponseVary"),
        (configuration(rule(more=f"<AllowedHeader>{'a' * (16 << 10)}</AllowedHeader>")), "MalformedXML", None),
        (b"<!DOCTYPE a><CORSConfiguration/>", "MalformedXML", None),
        (b"", "MalformedXML", None),
    ],
)
async def test_bad_rules_are_refused_and_change_nothing(
    client: Client, shared: str, body: bytes, code: str, named: str | None
) -> None:
    answer = await client.put(f"/{shared}?cors", body)
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, code, named)
    assert (await preflight(client, f"/{shared}/a")).status == 200


async def test_twenty_rules_are_not_too_many(client: Client, bucket: str) -> None:
    assert (await client.put(f"/{bucket}?cors", configuration(rule() * 20))).status == 200


@pytest.mark.parametrize("target", ["/pictures/missing.jpg", "/pictures", "/pictures/a?uploads", "/pictures/a?acl"])
async def test_preflight_of_buckets_objects_and_sub_resources(client: Client, shared: str, target: str) -> None:
    answer = await preflight(client, target, headers="content-type, X-OSS-Date")
    assert (answer.status, answer.body, answer.headers["vary"]) == (200, b"", "Origin")
    assert granted(answer) == {
        "allow-origin": ORIGIN,
        "allow-methods": "PUT, GET",
        "allow-headers": "content-type, X-OSS-Date",
        "expose-headers": "ETag, x-oss-request-id",
        "max-age": "100",
    }


async def test_preflight_ignores_the_signature_of_the_request_to_come(client: Client, shared: str) -> None:
    target = f"/{shared}/a?OSSAccessKeyId=pixoss&Expires=1&Signature=nonsense"
    assert (await preflight(client, target)).status == 200


async def test_the_first_rule_that_admits_counts(client: Client, shared: str) -> None:
    answer = await preflight(client, f"/{shared}/a", origin="https://elsewhere.test", method="GET")
    assert granted(answer) == {"allow-origin": "*", "allow-methods": "GET"}


@pytest.mark.parametrize(
    ("origin", "method", "headers"),
    [
        (ORIGIN, "DELETE", None),
        (ORIGIN, "PUT", "content-type,x-forbidden"),
        ("https://example", "PUT", None),
        ("http://localhost:3001", "PUT", None),
        ("https://shop.example.evil.test", "PUT", None),
    ],
)
async def test_preflight_that_no_rule_admits(
    client: Client, shared: str, origin: str, method: str, headers: str | None
) -> None:
    answer = await preflight(client, f"/{shared}/a", origin, method, headers)
    assert (answer.status, answer.code) == (403, "AccessForbidden")
    assert (answer.field("Message") or "").startswith("CORSResponse: This CORS request is not allowed.")
    assert granted(answer) == {}


async def test_preflight_without_rules_or_bucket(client: Client, bucket: str) -> None:
    answer = await preflight(client, f"/{bucket}/a")
    assert (answer.status, answer.code) == (403, "AccessForbidden")
    assert answer.field("Message") == "CORSResponse: CORS is not enabled for this bucket."
    assert (await preflight(client, "/nowhere/a")).code == "NoSuchBucket"
    assert (await preflight(client, "/")).status == 405


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "Insufficient information. Origin request header needed."),
        ({"Origin": ORIGIN}, "Insufficient information. Request Access-Control-Request-Method header needed."),
    ],
)
async def test_what_is_no_preflight(client: Client, shared: str, headers: dict[str, str], message: str) -> None:
    answer = await client.request("OPTIONS", f"/{shared}/a", headers=headers, sign=False)
    assert (answer.status, answer.code, answer.field("Message")) == (400, "BadRequest", message)


async def test_actual_answers_carry_the_headers_errors_included(client: Client, shared: str) -> None:
    origin = {"Origin": ORIGIN}
    wanted = {
        "allow-origin": ORIGIN,
        "allow-methods": "PUT, GET",
        "expose-headers": "ETag, x-oss-request-id",
        "max-age": "100",
    }
    stored = await client.put(f"/{shared}/a", b"x" * 100_000, headers=origin)
    assert (stored.status, granted(stored), stored.headers["vary"]) == (200, wanted, "Origin")
    for target, sign, status in (("a", True, 200), ("missing", True, 404), ("a", False, 403)):
        answer = await client.get(f"/{shared}/{target}", headers=origin, sign=sign)
        assert (answer.status, granted(answer), answer.headers["vary"]) == (status, wanted, "Origin")
    wrong = await client.send(
        "GET", f"/{shared}/a", b"", {"host": client.host, "origin": ORIGIN, "authorization": "OSS pixoss:wrong"}
    )
    assert (wrong.status, granted(wrong)) == (403, wanted)


async def test_actual_answers_without_origin_or_rule_have_none(client: Client, shared: str) -> None:
    for method, headers in (("PUT", {}), ("DELETE", {"Origin": ORIGIN}), ("HEAD", {"Origin": "http://a.test"})):
        answer = await client.request(method, f"/{shared}/a", headers=headers)
        assert granted(answer) == {}
        assert "vary" not in answer.headers
    assert granted(await client.get("/", headers={"Origin": ORIGIN})) == {}
    assert granted(await client.get("/nowhere", headers={"Origin": ORIGIN})) == {}
    assert granted(await client.get("/Bad_Name", headers={"Origin": ORIGIN})) == {}


async def test_response_vary(client: Client, bucket: str) -> None:
    body = configuration(rule("<AllowedOrigin>http://a.test</AllowedOrigin>"), "<ResponseVary>true</ResponseVary>")
    await client.put(f"/{bucket}?cors", body)
    for answer in (
        await client.get(f"/{bucket}/a", headers={"Origin": ORIGIN}),
        await preflight(client, f"/{bucket}/a", method="GET"),
    ):
        assert (answer.headers["vary"], granted(answer)) == ("Origin", {})


class TestOpen:
    @pytest.fixture
    def extra_settings(self) -> dict[str, str]:
        return {"cors": "open"}

    async def test_a_bucket_without_rules_is_open_to_every_origin(self, client: Client, bucket: str) -> None:
        answer = await preflight(client, f"/{bucket}/a", method="DELETE", headers="authorization,x-any")
        assert (answer.status, granted(answer)["allow-headers"]) == (200, "authorization,x-any")
        stored = await client.put(f"/{bucket}/a", b"1", headers={"Origin": ORIGIN})
        assert granted(stored)["allow-origin"] == "*"
        assert {"ETag", "x-oss-request-id"} <= set(granted(stored)["expose-headers"].split(", "))

    async def test_rules_of_a_bucket_count_over_the_setting(self, client: Client, shared: str) -> None:
        assert (await preflight(client, f"/{shared}/a", method="DELETE")).status == 403
