import assert from "node:assert/strict";
import OSS from "ali-oss";
import { refusal } from "../support.mjs";

export default async function (context) {
  const { client, token } = context;
  await client.put("a", Buffer.from("content"));
  const { accessKeyId, accessKeySecret } = client.options;
  const temporary = { accessKeyId: `STS.${accessKeyId}`, stsToken: token };
  assert.equal((await context.connect(temporary).get("a")).content.toString(), "content");
  assert.equal(
    await refusal(context.connect({ ...temporary, stsToken: "other" }).get("a")),
    "403 InvalidSecurityToken",
  );
  assert.equal(await refusal(context.connect({ accessKeyId: "nobody" }).get("a")), "403 InvalidAccessKeyId");
  assert.equal(await refusal(context.connect({ accessKeySecret: "wrong" }).list()), "403 SignatureDoesNotMatch");
  assert.equal(await refusal(context.connect({ accessKeySecret: "wrong" }).head("a")), "403 SignatureDoesNotMatch");

  // A token that is renewed when it is too old.
  const renewing = context.connect({
    ...temporary,
    stsToken: "too old",
    refreshSTSToken: async () => ({ accessKeyId: temporary.accessKeyId, accessKeySecret, stsToken: token }),
    refreshSTSTokenInterval: 0,
  });
  renewing.stsTokenFreshTime = new Date(0);
  assert.equal((await renewing.get("a")).content.toString(), "content");

  const error = await client.get("none").catch((found) => found);
  assert.deepEqual(
    [error.name, error.code, error.status, error.ecCode],
    ["NoSuchKeyError", "NoSuchKey", 404, "0026-00000001"],
  );
  assert.match(error.requestId, /^[0-9A-F]{24}$/);
  assert.equal(error.message, "The specified key does not exist.");
}
