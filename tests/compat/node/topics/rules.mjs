import assert from "node:assert/strict";
import { refusal } from "../support.mjs";

export default async function ({ client, bucket, address }) {
  await cors(client, bucket, address);
  await lifecycle(client, bucket);
  await website(client, bucket, address);
  await referers(client, bucket, address);
  await policy(client, bucket, address);
}

async function cors(client, bucket, address) {
  assert.equal(await refusal(client.getBucketCORS(bucket)), "404 NoSuchCORSConfiguration");
  const rule = {
    allowedOrigin: "http://app.example.com",
    allowedMethod: ["GET", "PUT"],
    allowedHeader: "*",
    exposeHeader: ["etag", "x-oss-request-id"],
    maxAgeSeconds: "60",
  };
  await client.putBucketCORS(bucket, [rule]);
  assert.deepEqual((await client.getBucketCORS(bucket)).rules, [rule]);
  const asked = {
    Origin: rule.allowedOrigin,
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "x-oss-date",
  };
  const answer = await fetch(`${address}/${bucket}/a`, { method: "OPTIONS", headers: asked });
  assert.deepEqual([answer.status, answer.headers.get("access-control-allow-origin")], [200, rule.allowedOrigin]);
  await client.deleteBucketCORS(bucket);
  assert.equal(await refusal(client.getBucketCORS(bucket)), "404 NoSuchCORSConfiguration");
}

async function lifecycle(client, bucket) {
  assert.equal(await refusal(client.getBucketLifecycle(bucket)), "404 NoSuchLifecycle");
  await client.putBucketLifecycle(bucket, [
    {
      id: "logs",
      prefix: "logs/",
      status: "Enabled",
      expiration: { days: 30 },
      transition: { days: 7, storageClass: "IA" },
    },
    {
      id: "old",
      prefix: "old/",
      status: "Disabled",
      noncurrentVersionExpiration: { noncurrentDays: 5 },
      tag: [{ key: "k", value: "v" }],
    },
    { id: "parts", prefix: "", status: "Enabled", abortMultipartUpload: { days: 3 } },
    { id: "then", prefix: "then/", status: "Enabled", expiration: { createdBeforeDate: "2020-01-01T00:00:00.000Z" } },
  ]);
  const { rules } = await client.getBucketLifecycle(bucket);
  assert.deepEqual(
    rules.map((one) => one.id),
    ["logs", "old", "parts", "then"],
  );
  assert.deepEqual([rules[0].expiration.days, rules[0].transition.storageClass], ["30", "IA"]);
  assert.deepEqual([rules[1].tag[0].key, rules[2].abortMultipartUpload.days], ["k", "3"]);
  await client.deleteBucketLifecycle(bucket);
}

async function website(client, bucket, address) {
  assert.equal(await refusal(client.getBucketWebsite(bucket)), "404 NoSuchWebsiteConfiguration");
  const routingRules = [
    {
      RuleNumber: "1",
      Condition: { KeyPrefixEquals: "old/", HttpErrorCodeReturnedEquals: "404" },
      Redirect: {
        RedirectType: "External",
        Protocol: "http",
        HostName: "example.com",
        ReplaceKeyPrefixWith: "new/",
        HttpRedirectCode: "302",
      },
    },
  ];
  await client.putBucketWebsite(bucket, {
    index: "index.html",
    supportSubDir: "true",
    type: "0",
    error: "error.html",
    routingRules,
  });
  const told = await client.getBucketWebsite(bucket);
  assert.deepEqual([told.index, told.error, told.supportSubDir, told.type], ["index.html", "error.html", "true", "0"]);
  assert.deepEqual(told.routingRules, routingRules);
  await client.putBucketACL(bucket, "public-read");
  for (const key of ["dir/index.html", "error.html"]) await client.put(key, Buffer.from(key));
  const shown = async (path) => {
    const answer = await fetch(`${address}/${bucket}/${path}`, { redirect: "manual" });
    return [answer.status, answer.headers.get("location") ?? (await answer.text())];
  };
  assert.deepEqual(await shown("dir/"), [200, "dir/index.html"]);
  assert.deepEqual(await shown("none"), [404, "error.html"]);
  assert.deepEqual(await shown("old/a"), [302, "http://example.com/new/a"]);
  await client.deleteBucketWebsite(bucket);
  await client.putBucketACL(bucket, "private");
}

async function referers(client, bucket, address) {
  assert.deepEqual((await client.getBucketReferer(bucket)).referers, null);
  await client.putBucketReferer(bucket, false, ["http://*.example.com", "http://www.?.net"]);
  const told = await client.getBucketReferer(bucket);
  assert.deepEqual([told.allowEmpty, told.referers], [false, ["http://*.example.com", "http://www.?.net"]]);
  await client.put("a", Buffer.from("x"), { headers: { "x-oss-object-acl": "public-read" } });
  for (const [referer, status] of [
    ["http://a.example.com", 200],
    ["http://www.b.net", 200],
    ["http://other.net", 403],
    [null, 403],
  ]) {
    const answer = await fetch(`${address}/${bucket}/a`, { headers: referer ? { Referer: referer } : {} });
    assert.equal(answer.status, status, `${referer}`);
  }
  await client.deleteBucketReferer(bucket);
  assert.equal((await client.getBucketReferer(bucket)).allowEmpty, true);
}

async function policy(client, bucket, address) {
  const unset = await client.getBucketPolicy(bucket);
  assert.deepEqual([unset.status, unset.policy], [404, null]);
  const resource = `acs:oss:*:*:${bucket}/open/*`;
  const document = {
    Version: "1",
    Statement: [{ Effect: "Allow", Action: ["oss:GetObject"], Principal: ["*"], Resource: [resource] }],
  };
  await client.putBucketPolicy(bucket, document);
  assert.deepEqual((await client.getBucketPolicy(bucket)).policy, document);
  for (const key of ["open/a", "closed/a"]) await client.put(key, Buffer.from("x"));
  const status = async (key) => (await fetch(`${address}/${bucket}/${key}`)).status;
  assert.deepEqual([await status("open/a"), await status("closed/a")], [200, 403]);
  await client.deleteBucketPolicy(bucket);
  assert.equal(await status("open/a"), 403);
}
