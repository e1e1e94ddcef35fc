// The five scripts of OSS's image guide with ali-oss as it is. Prints what came out as one JSON document; the test
// beside this file says what it must be. Settings come as JSON in the first argument.
import OSS from "ali-oss";

const settings = JSON.parse(process.argv[2]);
const { source, target, picture, ...options } = settings;
const client = new OSS({ ...options, bucket: source });
const encoded = Buffer.from(picture, "base64");
const base64 = (text) => Buffer.from(text).toString("base64url");
const results = {};

async function fetched(url) {
  const answer = await fetch(url);
  return { status: answer.status, content: Buffer.from(await answer.arrayBuffer()).toString("base64") };
}

await client.putBucket(source);
await client.putBucket(target);
client.useBucket(source);
await client.put("example.jpg", encoded);

const got = async (key, process) => (await client.get(key, process ? { process } : {})).content.toString("base64");
results.plain = await got("example.jpg");
results.resized = await got("example.jpg", "image/resize,m_fixed,w_100,h_100");
results.rotated = await got("example.jpg", "image/resize,m_fixed,w_100,h_50/rotate,90");

// ali-oss has no call for styles: its own signed request carries one.
const style = client._objectRequestParams("PUT", "", { subres: { style: "", styleName: "oss-pic-style-w-100" } });
style.content = Buffer.from("<Style><Content>image/resize,w_100</Content></Style>");
style.successStatuses = [200];
await client.request(style);
results.styled = await got("example.jpg", "style/oss-pic-style-w-100");

const saved = await client.processObjectSave("example.jpg", "new/图.jpg", "image/resize,m_fixed,w_100,h_100", target);
results.savedStatus = saved.status;
client.useBucket(target);
results.saved = await got("new/图.jpg");
client.useBucket(source);

// With an IP address ali-oss refuses to sign URLs.
if (new URL(options.endpoint).hostname === "localhost") {
  const process = "image/resize,w_100";
  const url = options.authorizationV4
    ? await client.signatureUrlV4("GET", 600, { queries: { "x-oss-process": process } }, "example.jpg")
    : client.signatureUrl("example.jpg", { expires: 600, process });
  results.signed = await fetched(url);
  results.changed = await fetched(url.replace("w_100", "w_101"));
}

await client.put("dir/猫 1+2.txt", Buffer.from("miao"), { meta: { author: "libai" } });
const head = await client.head("dir/猫 1+2.txt");
results.author = head.meta.author;
results.listed = (await client.listV2({ prefix: "dir/" })).objects.map((found) => found.name);
results.prefixes = (await client.list({ delimiter: "/" })).prefixes;
await client.copy("copy.txt", "dir/猫 1+2.txt");
results.copied = (await client.get("copy.txt")).content.toString();
results.acl = (await client.getBucketACL(source)).acl;
results.location = (await client.getBucketInfo(source)).bucket.Location;
results.buckets = (await client.listBuckets({ prefix: source })).buckets.map((found) => found.name);
results.deleted = (await client.deleteMulti(["copy.txt", "dir/猫 1+2.txt"])).deleted.map((found) => found.Key);
results.missing = await client.head("copy.txt").catch((error) => error.code);

// 250 KiB in parts of 100 KiB, the least that ali-oss cuts.
const large = Buffer.alloc(250 * 1024, "miao");
await client.multipartUpload("large", large, { partSize: 100 * 1024, parallel: 2 });
results.large = (await client.head("large")).res.headers["x-oss-object-type"];
results.isLargeWhole = (await client.get("large")).content.equals(large);
results.uploads = (await client.listUploads({ "max-uploads": 10 })).uploads.length;
console.log(JSON.stringify(results));
