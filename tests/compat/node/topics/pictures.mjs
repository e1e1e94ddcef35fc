import assert from "node:assert/strict";
import { refusal } from "../support.mjs";

export default async function ({ client, picture, other, bucket }) {
  await client.put("dir/图 1+2.jpg", picture);
  const info = async (key) => JSON.parse((await client.get(key, { process: "image/info" })).content);
  assert.equal((await info("dir/图 1+2.jpg")).ImageWidth.value, "400");
  const { content, res } = await client.get("dir/图 1+2.jpg", { process: "image/resize,w_100/format,png" });
  assert.deepEqual(
    [res.headers["content-type"], content.readUInt32BE(16), content.readUInt32BE(20)],
    ["image/png", 100, 67],
  );
  const { stream } = await client.getStream("dir/图 1+2.jpg", { process: "image/resize,w_50" });
  let size = 0;
  for await (const piece of stream) size += piece.length;
  assert.ok(size > 100 && size < picture.length);

  assert.equal((await client.processObjectSave("dir/图 1+2.jpg", "新/图.jpg", "image/resize,w_50")).status, 200);
  assert.equal((await info("新/图.jpg")).ImageWidth.value, "50");
  await client.processObjectSave("dir/图 1+2.jpg", "far.jpg", "image/resize,w_60", other);
  client.useBucket(other);
  assert.equal((await info("far.jpg")).ImageWidth.value, "60");
  client.useBucket(bucket);
  assert.equal(await refusal(client.get("dir/图 1+2.jpg", { process: "image/resize,w_0" })), "400 InvalidArgument");
  // ali-oss takes any answer to this call for a good one.
  assert.equal((await client.processObjectSave("none", "a", "image/resize,w_50")).status, 404);
}
