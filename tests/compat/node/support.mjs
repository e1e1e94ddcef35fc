// Words that the scripts share.
import { Agent } from "node:http";

// What the service answers to a call that it must refuse: "404 NoSuchKey".
export async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return `${error.status} ${error.code}`;
  }
  throw new Error("the call was not refused");
}

// Options of a client for which every host name is this machine.
const lookedUp = (_, { all }, found) =>
  all ? found(null, [{ address: "127.0.0.1", family: 4 }]) : found(null, "127.0.0.1", 4);
export const here = { agent: new Agent({ lookup: lookedUp }) };
