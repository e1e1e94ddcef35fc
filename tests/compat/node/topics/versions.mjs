import assert from "node:assert/strict";
import { refusal } from "../support.mjs";

export default async function ({ client, bucket }) {
  assert.equal((await client.getBucketVersioning(bucket)).versionStatus, undefined);
  await client.putBucketVersioning(bucket, "Enabled");
  assert.equal((await client.getBucketVersioning(bucket)).versionStatus, "Enabled");

  const put = async (key, text) => (await client.put(key, Buffer.from(text))).res.headers["x-oss-version-id"];
  const versions = [await put("a b+猫", "1"), await put("a b+猫", "22")];
  const old = { versionId: versions[0] };
  const text = async (key, options) => (await client.get(key, options)).content.toString();
  assert.deepEqual([await text("a b+猫"), await text("a b+猫", { ...old })], ["22", "1"]);
  assert.equal((await client.head("a b+猫", { ...old })).res.headers["content-length"], "1");
  assert.equal((await client.getObjectMeta("a b+猫", { ...old })).res.headers["content-length"], "1");
  await client.copy("copy", "a b+猫", { ...old });
  assert.equal(await text("copy"), "1");
  await client.putACL("a b+猫", "public-read", { ...old });
  assert.equal((await client.getACL("a b+猫", { ...old })).acl, "public-read");
  assert.equal((await client.getACL("a b+猫")).acl, "default");
  await client.putObjectTagging("a b+猫", { k: "v" }, { ...old });
  assert.deepEqual((await client.getObjectTagging("a b+猫", { ...old })).tag, { k: "v" });
  assert.deepEqual((await client.getObjectTagging("a b+猫")).tag, {});
  await client.deleteObjectTagging("a b+猫", { ...old });

  const { res } = await client.delete("a b+猫");
  const marker = res.headers["x-oss-version-id"];
  assert.equal(res.headers["x-oss-delete-marker"], "true");
  assert.equal(await refusal(client.get("a b+猫")), "404 NoSuchKey");
  assert.equal(await refusal(client.get("a b+猫", { versionId: marker })), "405 MethodNotAllowed");
  const listed = await client.getBucketVersions({});
  assert.deepEqual(
    listed.objects.map((one) => [one.name, one.size]),
    [
      ["a b+猫", 2],
      ["a b+猫", 1],
      ["copy", 1],
    ],
  );
  assert.deepEqual(
    listed.deleteMarker.map((one) => [one.name, one.versionId]),
    [["a b+猫", marker]],
  );
  assert.deepEqual(await paged(client), [marker, versions[1], versions[0], listed.objects[2].versionId]);

  await client.delete("a b+猫", { versionId: marker });
  assert.equal(await text("a b+猫"), "22");
  const { deleted } = await client.deleteMulti([{ key: "a b+猫", versionId: versions[1] }, { key: "copy" }]);
  assert.deepEqual([deleted[0].VersionId, deleted[1].DeleteMarker], [versions[1], "true"]);
  assert.equal(await text("a b+猫"), "1");

  await client.putSymlink("link", "a b+猫");
  assert.equal((await client.getSymlink("link")).targetName, "a b+猫");
  await client.putBucketVersioning(bucket, "Suspended");
  assert.equal(await put("copy", "3"), "null");
  const sourced = { sourceKey: "large", sourceBucketName: bucket };
  const large = await client.put("large", Buffer.alloc(200 * 1024, "1"));
  await client.multipartUploadCopy("large copy", sourced, { versionId: large.res.headers["x-oss-version-id"] });
  assert.equal((await client.get("large copy")).content.length, 200 * 1024);
}

async function paged(client) {
  const found = [];
  for (let query = {}; ;) {
    const page = await client.getBucketVersions({ "max-keys": 1, ...query });
    found.push(...[...page.deleteMarker, ...page.objects].map((one) => one.versionId));
    if (!page.isTruncated) return found;
    query = { keyMarker: page.nextKeyMarker, versionIdMarker: page.nextVersionIdMarker };
  }
}
