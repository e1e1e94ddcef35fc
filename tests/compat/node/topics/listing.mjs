import assert from "node:assert/strict";

const KEYS = ["&<>\"'", "a b+c", "dir/%2F", "dir/sub/1", "dir/sub/2", "dir/猫", "z", "~", "猫/"];

export default async function ({ client }) {
  for (const key of KEYS) await client.put(key, Buffer.from(key));
  for (const limit of [1, 4, 100]) {
    assert.deepEqual(await first(client, limit), KEYS);
    assert.deepEqual(await second(client, limit), KEYS);
  }
  for (const list of [(query) => client.list(query), (query) => client.listV2(query)]) {
    const root = await list({ delimiter: "/" });
    assert.deepEqual(
      root.objects.map((found) => found.name),
      KEYS.filter((key) => !key.includes("/")),
    );
    assert.deepEqual(root.prefixes, ["dir/", "猫/"]);
    const folder = await list({ prefix: "dir/", delimiter: "/" });
    assert.deepEqual([folder.objects.length, folder.prefixes], [2, ["dir/sub/"]]);
    const nothing = await list({ prefix: "nothing" });
    assert.deepEqual([nothing.objects, nothing.prefixes, nothing.isTruncated], [[], null, false]);
    const encoded = await list({ "encoding-type": "url", prefix: "a b+" });
    assert.equal(decodeURIComponent(encoded.objects[0].name), "a b+c");
  }
  const [one] = (await client.list({ "max-keys": 1 })).objects;
  assert.deepEqual([one.size, one.type, one.storageClass], [5, "Normal", "Standard"]);
  assert.ok(one.owner.id);
  const owned = await client.listV2({ "fetch-owner": "true", "max-keys": 1, "start-after": "dir/" });
  assert.deepEqual([owned.objects[0].name, owned.objects[0].owner.id, owned.keyCount], ["dir/%2F", one.owner.id, 1]);
}

async function first(client, limit) {
  const found = [];
  for (let marker = null; ;) {
    const page = await client.list({ "max-keys": limit, ...(marker && { marker }) });
    found.push(...page.objects.map((one) => one.name));
    if (!page.isTruncated) return found;
    marker = page.nextMarker;
  }
}

async function second(client, limit) {
  const found = [];
  for (let token = null; ;) {
    const page = await client.listV2({ "max-keys": limit, ...(token && { "continuation-token": token }) });
    found.push(...page.objects.map((one) => one.name));
    if (!page.isTruncated) return found;
    token = page.nextContinuationToken;
  }
}
