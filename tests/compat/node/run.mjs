// The scripts of topics/ with ali-oss as it is, in one way of addressing and one version of signatures. Prints as one
// JSON document which script failed with what: {"objects": null, "forms": "AssertionError …"}. Settings come as JSON in
// the first argument; see test_ali_oss_topics.py.
import OSS from "ali-oss";
import { here } from "./support.mjs";

const { picture, word, token, lookup, topics, ...options } = JSON.parse(process.argv[2]);
const base = lookup ? { ...options, ...here } : options;

class Context {
  constructor(topic) {
    this.bucket = `${topic}-${word}`;
    this.other = `${this.bucket}-2`;
    this.picture = Buffer.from(picture, "base64");
    this.token = token;
    this.isV4 = options.authorizationV4;
    this.isNamed = !/^[0-9.]+$/.test(new URL(options.endpoint).hostname);
    this.address = `http://127.0.0.1:${new URL(options.endpoint).port}`;
    this.client = this.connect();
  }

  connect(more = {}) {
    return new OSS({ ...base, bucket: this.bucket, ...more });
  }

  async prepared() {
    for (const name of [this.bucket, this.other]) await this.client.putBucket(name);
    return this;
  }
}

const report = {};
for (const topic of topics) {
  const { default: script } = await import(`./topics/${topic}.mjs`);
  try {
    await script(await new Context(topic).prepared());
    report[topic] = null;
  } catch (error) {
    report[topic] = `${error.stack}\n${error.code ?? ""} ${error.status ?? ""}`;
  }
}
console.log(JSON.stringify(report));
