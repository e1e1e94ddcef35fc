import assert from "node:assert/strict";

export default async function (context) {
  const { client, bucket, token } = context;
  const sts = context.connect({ accessKeyId: `STS.${client.options.accessKeyId}`, stsToken: token });
  for (const [name, maker] of [
    ["v1", v1],
    ["v4", v4],
  ]) {
    for (const [who, one] of [
      ["owner", client],
      ["sts", sts],
    ]) {
      const key = `form/${name} ${who} \${filename}`;
      const conditions = [["content-length-range", 0, 100], ["starts-with", "$key", "form/"], { bucket }];
      const fields = maker(one, conditions);
      const answer = await posted(context, {
        ...fields,
        key,
        success_action_status: "201",
        "x-oss-meta-author": "libai",
      });
      assert.equal(answer.status, 201, await answer.clone().text());
      assert.match(await answer.text(), new RegExp(`<Key>form/${name} ${who} 猫.txt</Key>`));
      const found = await client.get(`form/${name} ${who} 猫.txt`);
      assert.deepEqual([found.content.toString(), found.res.headers["content-type"]], ["miao", "text/plain"]);
      assert.equal((await client.head(`form/${name} ${who} 猫.txt`)).meta.author, "libai");

      assert.equal((await posted(context, { ...fields, key: "elsewhere" })).status, 403);
      assert.equal((await posted(context, { ...fields, key }, "m".repeat(101))).status, 400);
      const page = "http://app.example.com/done?x=1";
      const moved = await posted(context, { ...fields, key, success_action_redirect: page });
      assert.equal(moved.status, 303);
      const target = new URL(moved.headers.get("location"));
      assert.deepEqual([target.host, target.searchParams.get("bucket")], ["app.example.com", bucket]);
    }
  }
}

function posted({ address, bucket }, fields, content = "miao") {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([content], { type: "text/plain" }), "猫.txt");
  return fetch(`${address}/${bucket}`, { method: "POST", body: form, redirect: "manual" });
}

function expiration() {
  return new Date(Date.now() + 60_000).toISOString();
}

function v1(client, conditions) {
  const { accessKeyId, stsToken } = client.options;
  const fields = client.calculatePostSignature({ expiration: expiration(), conditions });
  assert.equal(fields.OSSAccessKeyId, accessKeyId);
  return stsToken ? { ...fields, "x-oss-security-token": stsToken } : fields;
}

// As the SDK's guide fills in a form: the signed fields are conditions of the policy.
function v4(client, conditions) {
  const { accessKeyId, stsToken } = client.options;
  const now = new Date();
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const fields = {
    "x-oss-signature-version": "OSS4-HMAC-SHA256",
    "x-oss-credential": `${accessKeyId}/${time.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`,
    "x-oss-date": time,
    ...(stsToken && { "x-oss-security-token": stsToken }),
  };
  const signed = Object.entries(fields).map(([name, value]) => ({ [name]: value }));
  const policy = { expiration: expiration(), conditions: [...conditions, ...signed] };
  const encoded = Buffer.from(JSON.stringify(policy)).toString("base64");
  return { ...fields, policy: encoded, "x-oss-signature": client.signPostObjectPolicyV4(policy, now) };
}
