// A domain of the bucket's own, with the client's option `cname`; ali-oss has no call that maps one.
import assert from "node:assert/strict";
import { here } from "../support.mjs";

export default async function (context) {
  const { client, bucket, address, picture } = context;
  const domain = `${bucket}.example.com`;
  const mapping = client._bucketRequestParams("POST", bucket, { cname: "", comp: "add" });
  mapping.content = Buffer.from(
    `<BucketCnameConfiguration><Cname><Domain>${domain}</Domain></Cname></BucketCnameConfiguration>`,
  );
  mapping.successStatuses = [200];
  await client.request(mapping);

  const endpoint = `http://${domain}:${new URL(address).port}`;
  const named = context.connect({ endpoint, cname: true, sldEnable: false, ...here });
  await named.put("dir/猫 1+2.jpg", picture);
  assert.ok((await named.get("dir/猫 1+2.jpg")).content.equals(picture));
  assert.deepEqual(
    (await named.list({ prefix: "dir/" })).objects.map((one) => one.name),
    ["dir/猫 1+2.jpg"],
  );
  const large = Buffer.alloc(250 * 1024, "miao");
  await named.multipartUpload("large", large, { partSize: 100 * 1024 });
  assert.ok((await named.get("large")).content.equals(large));

  const signed = context.isV4
    ? await named.signatureUrlV4("GET", 60, { queries: { "x-oss-process": "image/info" } }, "dir/猫 1+2.jpg")
    : named.signatureUrl("dir/猫 1+2.jpg", { process: "image/info" });
  assert.ok(signed.startsWith(`${endpoint}/dir/`));
  const { data } = await named.urllib.request(signed, { agent: here.agent, dataType: "json" });
  assert.equal(data.ImageWidth.value, "400");
}
