// The second tier with ali-oss as it is. Prints what came out as one JSON document; test_tier2_ali_oss.py says what it
// must be. Settings come as JSON in the first argument.
import OSS from "ali-oss";

const { bucket, ...options } = JSON.parse(process.argv[2]);
const client = new OSS({ ...options, bucket });
const results = {};
const refused = async (call) => {
  try {
    await call();
    return null;
  } catch (error) {
    return `${error.status} ${error.code}`;
  }
};

await client.putBucket(bucket);
client.useBucket(bucket);

results.loggingUnset = await client.getBucketLogging(bucket).then((told) => [told.enable, told.prefix]);
await client.putBucketLogging(bucket, "log/");
results.logging = await client.getBucketLogging(bucket).then((told) => [told.enable, told.prefix]);
await client.deleteBucketLogging(bucket);

results.tagsUnset = (await client.getBucketTags(bucket)).tag;
await client.putBucketTags(bucket, { a: "1", b: "2" });
results.tags = (await client.getBucketTags(bucket)).tag;
await client.deleteBucketTags(bucket);

results.encryptionUnset = await refused(() => client.getBucketEncryption(bucket));
await client.putBucketEncryption(bucket, { SSEAlgorithm: "AES256" });
results.encryption = (await client.getBucketEncryption(bucket)).encryption;
await client.deleteBucketEncryption(bucket);

results.payerUnset = (await client.getBucketRequestPayment(bucket)).payer;
await client.putBucketRequestPayment(bucket, "Requester");
results.payer = (await client.getBucketRequestPayment(bucket)).payer;

results.wormUnset = await refused(() => client.getBucketWorm(bucket));
await client.initiateBucketWorm(bucket, "1");
await client.abortBucketWorm(bucket);
const { wormId } = await client.initiateBucketWorm(bucket, "1");
await client.completeBucketWorm(bucket, wormId);
await client.extendBucketWorm(bucket, wormId, "2");
const worm = await client.getBucketWorm(bucket);
results.worm = [worm.wormId === wormId, worm.state, worm.days];

const inventory = {
  id: "i1",
  isEnabled: true,
  prefix: "a/",
  OSSBucketDestination: { format: "CSV", accountId: "1", rolename: "r", bucket, prefix: "p" },
  frequency: "Daily",
  includedObjectVersions: "All",
  optionalFields: { field: ["Size", "ETag"] },
};
results.inventoriesUnset = (await client.listBucketInventory(bucket)).inventoryList;
await client.putBucketInventory(bucket, inventory);
const told = (await client.getBucketInventory(bucket, "i1")).inventory;
results.inventory = [told.id, told.isEnabled, told.optionalFields.field, told.OSSBucketDestination.bucket === bucket];
const listed = await client.listBucketInventory(bucket);
results.inventories = [listed.inventoryList.map((one) => one.id), listed.isTruncated];
await client.deleteBucketInventory(bucket, "i1");
results.inventoryMissing = await refused(() => client.getBucketInventory(bucket, "i1"));

const channel = { Description: "d", Status: "enabled", Target: { Type: "HLS", FragDuration: "10", FragCount: "5" } };
results.channelsUnset = (await client.listChannels({})).channels;
const made = await client.putChannel("c1", channel);
results.channelUrls = [made.publishUrls[0].startsWith("rtmp://"), made.playUrls[0].endsWith(".m3u8")];
results.channel = (await client.getChannel("c1")).data.Target.FragDuration;
await client.putChannelStatus("c1", "disabled");
results.channelStatus = (await client.getChannelStatus("c1")).data.Status;
results.channelHistory = (await client.getChannelHistory("c1")).records;
results.channels = (await client.listChannels({})).channels.map((one) => one.Name);
await client.deleteChannel("c1");

results.fetching = await refused(() => client.postAsyncFetch("a", "http://127.0.0.1/"));
await client.deleteBucket(bucket);
console.log(JSON.stringify(results));
