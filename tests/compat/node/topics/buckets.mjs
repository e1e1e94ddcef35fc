import assert from "node:assert/strict";
import { refusal } from "../support.mjs";

export default async function ({ client, bucket }) {
  const names = ["a", "b", "c"].map((letter) => `${bucket}-of-${letter}`);
  const made = await client.putBucket(names[0], { acl: "public-read", storageClass: "IA", dataRedundancyType: "ZRS" });
  assert.equal(made.bucket, names[0]);
  for (const name of names.slice(1)) await client.putBucket(name);

  const { bucket: info } = await client.getBucketInfo(names[0]);
  assert.deepEqual([info.Name, info.StorageClass, info.DataRedundancyType], [names[0], "IA", "ZRS"]);
  assert.equal(info.AccessControlList.Grant, "public-read");
  assert.equal((await client.getBucketLocation(names[0])).location, "oss-cn-hangzhou");

  await client.putBucketACL(names[0], "private");
  const told = await client.getBucketACL(names[0]);
  assert.deepEqual([told.acl, told.owner.id], ["private", told.owner.displayName]);

  const query = { prefix: `${bucket}-of-`, "max-keys": 2 };
  const first = await client.listBuckets(query);
  assert.deepEqual(
    first.buckets.map((found) => found.name),
    names.slice(0, 2),
  );
  assert.deepEqual([first.isTruncated, first.nextMarker], [true, names[1]]);
  const second = await client.listBuckets({ ...query, marker: first.nextMarker });
  assert.deepEqual([second.buckets.map((found) => found.name), second.isTruncated], [names.slice(2), false]);

  client.useBucket(names[0]);
  await client.put("a", Buffer.from("12345"));
  const { stat } = await client.getBucketStat(names[0]);
  assert.deepEqual([stat.ObjectCount, stat.Storage], ["1", "5"]);
  assert.equal(await refusal(client.deleteBucket(names[0])), "409 BucketNotEmpty");
  await client.delete("a");
  for (const name of names) await client.deleteBucket(name);
  assert.equal(await refusal(client.getBucketInfo(names[0])), "404 NoSuchBucket");
  assert.equal(await refusal(client.putBucketACL(bucket, "everyone")), "400 InvalidArgument");
}
