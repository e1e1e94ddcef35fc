import assert from "node:assert/strict";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { refusal } from "../support.mjs";

export default async function ({ client }) {
  const told = [];
  let status = 200;
  const shop = createServer(async (request, answer) => {
    told.push(await text(request));
    answer.writeHead(status, { "Content-Type": "application/json", "Content-Length": 14 }).end('{"taken":true}');
  });
  await new Promise((listening) => shop.listen(0, "127.0.0.1", listening));
  const callback = {
    url: `http://127.0.0.1:${shop.address().port}/told`,
    body: '{"object":${object},"size":${size},"mine":${x:mine}}',
    contentType: "application/json",
    customValue: { mine: "1 +猫" },
  };
  try {
    const result = await client.put("dir/a", Buffer.from("12345"), { callback });
    assert.deepEqual(result.data, { taken: true });
    const large = await client.multipartUpload("large", Buffer.alloc(250 * 1024), { partSize: 100 * 1024, callback });
    assert.deepEqual(large.data, { taken: true });
    assert.deepEqual(
      told.map((one) => JSON.parse(one)),
      [
        { object: "dir/a", size: 5, mine: "1 +猫" },
        { object: "large", size: 250 * 1024, mine: "1 +猫" },
      ],
    );
    status = 502;
    assert.equal(await refusal(client.put("failed", Buffer.from("x"), { callback })), "203 CallbackFailed");
    assert.equal((await client.get("failed")).content.toString(), "x");
    assert.equal(
      await refusal(client.put("b", Buffer.from("x"), { headers: { "x-oss-callback": "no base64" } })),
      "400 InvalidArgument",
    );
  } finally {
    shop.close();
  }
}
