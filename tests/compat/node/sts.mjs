// The credential flow of ali-oss's guide: the STS class asks for a role, and a client works with what it gets. Prints
// what came out as one JSON document. Settings come as JSON in the first argument.
import OSS from "ali-oss";

const { endpoint, accessKeyId, accessKeySecret, role, policy, ...options } = JSON.parse(process.argv[2]);
const sts = new OSS.STS({ endpoint, accessKeyId, accessKeySecret });
const refusal = (call) => call.then(() => "allowed", (error) => `${error.code}: ${error.message.replace(/^.*?: /, "")}`);

const { credentials } = await sts.assumeRole(role, policy, 900, "session");
const client = new OSS({
  ...options,
  endpoint,
  accessKeyId: credentials.AccessKeyId,
  accessKeySecret: credentials.AccessKeySecret,
  stsToken: credentials.SecurityToken,
});
const results = {
  content: (await client.get("public/a")).content.toString(),
  refused: await refusal(client.get("private/a")),
  deleting: await refusal(client.deleteMulti(["public/a"])),
  wrongRole: await refusal(sts.assumeRole("uploader", "", 900, "session")),
};
console.log(JSON.stringify(results));
