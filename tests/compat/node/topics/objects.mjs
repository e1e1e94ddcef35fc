import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { refusal } from "../support.mjs";

const CONTENT = Buffer.from("0123456789");
const PAST = "Thu, 15 Jan 2015 08:30:45 GMT";
const FUTURE = "Thu, 15 Jan 2099 08:30:45 GMT";
const ODD_KEYS = ["a b+c", "猫/+.txt", "%2F", "a//b", "..a/.b", "tail/", "!'()*~", "&<>\"'", "?x=1#y", "é", "a=b&c"];

export default async function ({ client, bucket, other }) {
  await keys(client, other);
  await bodies(client);
  await headers(client);
  await conditions(client);
  await copies(client, bucket, other);
  await kinds(client);
}

async function keys(client, other) {
  for (const key of ODD_KEYS) {
    await client.put(key, CONTENT);
    assert.deepEqual((await client.get(key)).content, CONTENT, key);
    await client.copy(`copy of ${key}`, key);
    await client.copy(`copy of ${key}`, `/${client.options.bucket}/copy of ${key}`, { meta: { author: "libai" } });
    assert.equal((await client.head(`copy of ${key}`)).meta.author, "libai", key);
  }
  const copies = ODD_KEYS.map((key) => `copy of ${key}`);
  const { deleted } = await client.deleteMulti(copies);
  assert.deepEqual(
    deleted.map((found) => found.Key),
    copies,
  );
  await client.deleteMulti(ODD_KEYS, { quiet: true });
  assert.deepEqual((await client.listV2({})).objects, []);
}

async function bodies(client) {
  const path = join(mkdtempSync(join(tmpdir(), "pixoss-")), "a.png");
  writeFileSync(path, CONTENT);
  await client.put("path", path);
  assert.equal((await client.head("path")).res.headers["content-type"], "image/png");
  await client.put("stream", Readable.from([CONTENT]));
  await client.putStream("chunked", Readable.from([CONTENT.subarray(0, 4), CONTENT.subarray(4)]));
  await client.putStream("sized", Readable.from([CONTENT]), { contentLength: CONTENT.length });
  for (const key of ["path", "stream", "chunked", "sized"]) {
    assert.deepEqual((await client.get(key)).content, CONTENT, key);
    assert.deepEqual(await buffer((await client.getStream(key)).stream), CONTENT, key);
  }
  await client.get("path", `${path}.back`);
  assert.deepEqual(readFileSync(`${path}.back`), CONTENT);
  assert.equal(await refusal(client.get("none")), "404 NoSuchKey");
  assert.equal(await refusal(client.getStream("none")), "404 NoSuchKey");
}

async function headers(client) {
  const sent = { "Cache-Control": "no-cache", "Content-Disposition": "attachment", Expires: FUTURE };
  await client.put("a", CONTENT, {
    mime: "text/x-poem",
    meta: { author: "libai" },
    headers: { ...sent, "x-oss-storage-class": "IA" },
  });
  const { res, meta } = await client.head("a");
  assert.deepEqual([meta.author, res.headers["content-type"]], ["libai", "text/x-poem"]);
  for (const [name, value] of Object.entries(sent)) assert.equal(res.headers[name.toLowerCase()], value);
  assert.deepEqual([res.headers["x-oss-object-type"], res.headers["x-oss-storage-class"]], ["Normal", "IA"]);
  await client.putMeta("a", { author: "dufu" });
  assert.equal((await client.head("a")).meta.author, "dufu");
  const short = await client.getObjectMeta("a");
  assert.equal(short.res.headers["content-length"], "10");
  const wrong = { headers: { "Content-MD5": "XrY7u+Ae7tCTyyK7j1rNww==" } };
  assert.equal(await refusal(client.put("b", CONTENT, wrong)), "400 InvalidDigest");
  const forbidding = { headers: { "x-oss-forbid-overwrite": "true" } };
  assert.equal(await refusal(client.put("a", CONTENT, forbidding)), "409 FileAlreadyExists");
}

async function conditions(client) {
  const { res } = await client.put("a", CONTENT);
  const got = (headers) => client.get("a", { headers });
  const part = await got({ Range: "bytes=2-4" });
  assert.deepEqual([part.res.status, part.content.toString()], [206, "234"]);
  assert.equal((await got({ Range: "bytes=5-100" })).content.length, 10);
  const clipped = await got({ Range: "bytes=5-100", "x-oss-range-behavior": "standard" });
  assert.deepEqual([clipped.res.status, clipped.content.toString()], [206, "56789"]);
  for (const [name, value] of [
    ["If-None-Match", res.headers.etag],
    ["If-Modified-Since", FUTURE],
  ]) {
    assert.equal((await got({ [name]: value })).res.status, 304, name);
    assert.equal((await client.head("a", { headers: { [name]: value } })).status, 304, name);
    assert.equal((await client.copy("b", "a", { headers: { [name]: value } })).res.status, 304, name);
  }
  for (const [name, value] of [
    ["If-Match", '"0"'],
    ["If-Unmodified-Since", PAST],
  ]) {
    assert.equal(await refusal(got({ [name]: value })), "412 PreconditionFailed", name);
    assert.equal(await refusal(client.head("a", { headers: { [name]: value } })), "412 PreconditionFailed", name);
    assert.equal(await refusal(client.copy("b", "a", { headers: { [name]: value } })), "412 PreconditionFailed", name);
  }
}

async function copies(client, bucket, other) {
  await client.put("dir/猫 1+2", CONTENT, { meta: { author: "libai" } });
  const target = client;
  target.useBucket(other);
  const { data } = await target.copy("new", "dir/猫 1+2", bucket);
  assert.match(data.etag, /^"[0-9A-F]{32}"$/);
  assert.equal((await target.head("new")).meta.author, "libai");
  await target.copy("new", "dir/猫 1+2", bucket, { headers: { "Content-Type": "text/x-poem" } });
  const { res, meta } = await target.head("new");
  assert.deepEqual([res.headers["content-type"], meta], ["text/x-poem", null]);
  client.useBucket(bucket);
}

async function kinds(client) {
  const first = await client.append("log", Buffer.from("one,"), { meta: { author: "libai" } });
  const second = await client.append("log", Buffer.from("two"), { position: first.nextAppendPosition });
  assert.deepEqual([first.nextAppendPosition, second.nextAppendPosition], ["4", "7"]);
  assert.equal((await client.get("log")).content.toString(), "one,two");
  assert.equal(await refusal(client.append("log", CONTENT, { position: 3 })), "409 PositionNotEqualToLength");

  await client.putSymlink("link", "dir/猫 1+2", { storageClass: "IA", meta: { author: "dufu" } });
  assert.equal((await client.getSymlink("link")).targetName, "dir/猫 1+2");
  assert.deepEqual((await client.get("link")).content, CONTENT);

  await client.putACL("log", "public-read");
  assert.equal((await client.getACL("log")).acl, "public-read");
  await client.putObjectTagging("log", { a: "1", "b+c": "d:/e" });
  assert.deepEqual((await client.getObjectTagging("log")).tag, { a: "1", "b+c": "d:/e" });
  await client.deleteObjectTagging("log");
  assert.deepEqual((await client.getObjectTagging("log")).tag, {});

  for (const type of ["Archive", "ColdArchive", "DeepColdArchive"]) {
    await client.put(type, CONTENT, { headers: { "x-oss-storage-class": type } });
    assert.equal(await refusal(client.get(type)), "403 InvalidObjectState");
    assert.equal((await client.restore(type, { type, Days: 2 })).res.status, 202);
    assert.match((await client.head(type)).res.headers["x-oss-restore"], /^ongoing-request="false"/);
    assert.deepEqual((await client.get(type)).content, CONTENT);
  }
  assert.equal(await refusal(client.restore("log")), "400 OperationNotSupported");
}
