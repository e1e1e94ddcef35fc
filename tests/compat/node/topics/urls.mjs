import assert from "node:assert/strict";
import { here } from "../support.mjs";

const KEY = "dir/猫 1+2.jpg";
const MISMATCH = "403 SignatureDoesNotMatch";

export default async function (context) {
  const { client, picture, token, isNamed } = context;
  await client.put(KEY, picture);
  const sts = context.connect({ accessKeyId: `STS.${client.options.accessKeyId}`, stsToken: token });
  for (const one of [client, sts]) {
    if (isNamed) await first(one, picture);
    await second(one, picture);
  }
}

// A client that knows nothing of OSS.
async function used({ urllib }, url, method = "GET", headers = {}, content = undefined) {
  const { status, data, res } = await urllib.request(url, { method, headers, content, ...here });
  return { status, data, type: res.headers["content-type"] };
}

async function code(...call) {
  const { status, data } = await used(...call);
  return `${status} ${/<Code>(.*?)<\/Code>/.exec(data.toString())?.[1]}`;
}

// V1, whatever the client signs its calls with; not with an IP address, for which the SDK signs none.
async function first(client, picture) {
  for (const url of [client.signatureUrl(KEY), await client.asyncSignatureUrl(KEY, { expires: 60 })]) {
    assert.deepEqual((await used(client, url)).data, picture);
    assert.equal(await code(client, url, "PUT", {}, "x"), MISMATCH);
  }
  const response = { "content-type": "text/x-poem", "content-disposition": "attachment" };
  assert.equal((await used(client, client.signatureUrl(KEY, { response }))).type, "text/x-poem");
  const process = "image/resize,w_100/format,png";
  assert.equal((await used(client, client.signatureUrl(KEY, { process }))).type, "image/png");
  assert.equal((await used(client, client.signatureUrl(KEY, { trafficLimit: 819200 }))).status, 200);

  const putting = client.signatureUrl("put", { method: "PUT", "Content-Type": "text/x-poem" });
  assert.equal((await used(client, putting, "PUT", { "Content-Type": "text/x-poem" }, "x")).status, 200);
  assert.equal((await client.head("put")).res.headers["content-type"], "text/x-poem");
  assert.equal(await code(client, putting, "PUT", { "Content-Type": "text/csv" }, "x"), MISMATCH);
  assert.equal(await code(client, client.signatureUrl(KEY, { expires: -5 })), "403 AccessDenied");
  const beginning = client.signatureUrl(KEY, { subResource: { uploads: "" }, method: "POST" });
  assert.equal((await used(client, beginning, "POST")).status, 200);
}

async function second(client, picture) {
  const signed = (method, request, key, additional) => client.signatureUrlV4(method, 60, request, key, additional);
  assert.deepEqual((await used(client, await signed("GET", {}, KEY))).data, picture);
  const process = { queries: { "x-oss-process": "image/resize,w_100/format,png" } };
  const url = await signed("GET", process, KEY);
  assert.equal((await used(client, url)).type, "image/png");
  assert.equal(await code(client, url.replace("w_100", "w_101")), MISMATCH);

  const headers = { "content-type": "text/x-poem", "cache-control": "no-cache" };
  const putting = await signed("PUT", { headers }, "v4 +猫", ["cache-control"]);
  assert.equal((await used(client, putting, "PUT", headers, "x")).status, 200);
  assert.equal(await code(client, putting, "PUT", { ...headers, "cache-control": "other" }, "x"), MISMATCH);
  const { data } = await used(client, await signed("GET", { queries: { prefix: "v4 +" } }));
  assert.match(data.toString(), /<Key>v4 \+猫<\/Key>/);
}
