import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusal } from "../support.mjs";

const PART = 100 * 1024;
const CONTENT = Buffer.alloc(4.5 * PART, "miao");
const KEY = "dir/猫 1+2.png";

export default async function ({ client, bucket }) {
  const path = join(mkdtempSync(join(tmpdir(), "pixoss-")), "large.png");
  writeFileSync(path, CONTENT);

  const seen = [];
  const progress = (done) => seen.push(done);
  await client.multipartUpload(KEY, path, { partSize: PART, parallel: 2, progress, meta: { author: "libai" } });
  const { res, meta } = await client.head(KEY);
  assert.deepEqual(
    [res.headers["x-oss-object-type"], res.headers["content-type"], meta.author],
    ["Multipart", "image/png", "libai"],
  );
  assert.deepEqual((await client.get(KEY)).content, CONTENT);
  assert.deepEqual([seen[0], seen.at(-1)], [0, 1]);
  await client.multipartUpload("small", Buffer.from("small"));
  assert.equal((await client.head("small")).res.headers["x-oss-object-type"], "Normal");

  await resumed(client, path);
  await copied(client, bucket);
  await step(client, bucket);
}

async function resumed(client, path) {
  let kept;
  const stopping = async (_, checkpoint) => {
    kept = checkpoint;
    if (checkpoint?.doneParts.length === 2) client.cancel();
  };
  const attempt = client.multipartUpload("resumed", path, { partSize: PART, parallel: 1, progress: stopping });
  await assert.rejects(attempt, { name: "cancel" });
  const parts = await client.listParts("resumed", kept.uploadId, {});
  assert.deepEqual([parts.parts.map((one) => one.PartNumber), parts.isTruncated], [["1", "2"], "false"]);
  const sent = [];
  const watching = async (_, checkpoint) => checkpoint && sent.push(checkpoint.doneParts.length);
  await client.multipartUpload("resumed", path, { checkpoint: kept, parallel: 1, progress: watching });
  assert.deepEqual([sent[0], (await client.get("resumed")).content.equals(CONTENT)], [3, true]);
}

async function copied(client, bucket) {
  const source = { sourceKey: KEY, sourceBucketName: bucket };
  await client.multipartUploadCopy("copied", source, { partSize: 2 * PART, parallel: 2 });
  assert.ok((await client.get("copied")).content.equals(CONTENT));
  await client.multipartUploadCopy("cut", { ...source, startOffset: 10, endOffset: 10 + PART });
  assert.ok((await client.get("cut")).content.equals(CONTENT.subarray(10, 10 + PART)));
}

async function step(client, bucket) {
  const { uploadId, name } = await client.initMultipartUpload("steps", { mime: "text/x-poem" });
  assert.equal(name, "steps");
  const first = await client.uploadPart("steps", uploadId, 1, CONTENT, 0, PART);
  const source = { sourceKey: KEY, sourceBucketName: bucket };
  const second = await client.uploadPartCopy("steps", uploadId, 2, "0-9", source, {});
  await client.uploadPart("steps", uploadId, 3, CONTENT, 0, 5);
  const page = await client.listParts("steps", uploadId, { "max-parts": 2 });
  assert.deepEqual([page.isTruncated, page.nextPartNumberMarker], ["true", "2"]);
  const other = await client.initMultipartUpload("other");
  const uploads = await client.listUploads({ "max-uploads": 1 });
  assert.deepEqual([uploads.uploads[0].uploadId, uploads.isTruncated], [other.uploadId, true]);
  const rest = await client.listUploads({
    "max-uploads": 5,
    "key-marker": uploads.nextKeyMarker,
    "upload-id-marker": uploads.nextUploadIdMarker,
  });
  assert.deepEqual(
    rest.uploads.map((one) => one.uploadId),
    [uploadId],
  );
  const parts = [
    { number: 1, etag: first.etag },
    { number: 2, etag: second.etag },
  ];
  assert.equal(
    await refusal(client.completeMultipartUpload("steps", uploadId, [{ number: 1, etag: '"0"' }])),
    "400 InvalidPart",
  );
  const done = await client.completeMultipartUpload("steps", uploadId, parts);
  assert.match(done.etag, /^"[0-9A-F]{32}-2"$/);
  const { content, res } = await client.get("steps");
  assert.deepEqual([content.length, res.headers["content-type"]], [PART + 10, "text/x-poem"]);
  await client.abortMultipartUpload("other", other.uploadId);
  assert.equal(await refusal(client.abortMultipartUpload("other", other.uploadId)), "404 NoSuchUpload");
}
