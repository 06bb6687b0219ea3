// A device with PouchDB and its leveldb.
//
//   ADDRESS STORE BATCH pull|push|both CASES CHANGES   replicates so many documents at a time, until there is nothing more
//   ADDRESS STORE BATCH change FILE                    writes the changes of a file, without a network
//   ADDRESS STORE BATCH check CASES CHANGES            opens the store anew, without a network, and counts
//
// It is told which way to go, and that the server's database is there. Both are in this peer's favour.

import fs from "node:fs";
import http from "node:http";
import PouchDB from "pouchdb";
import { casesOf, done, fails } from "./common.mjs";
import { adds } from "./pouch-cases.mjs";

const [address, store, batch, verb, ...rest] = process.argv.slice(2);
fs.mkdirSync(store, { recursive: true });
const here = new PouchDB(`${store}/cases`);

/// A document's revision begins with the number of its changes, as nobody changes a case at the same time as somebody else here.
async function count() {
  const { rows } = await here.allDocs();
  const changes = rows.reduce((sum, { value }) => sum + Number(value.rev.split("-")[0]), 0);
  return { cases: rows.length, changes };
}

if (verb === "change") {
  await adds(here, casesOf(rest[0]));
  await here.close();
  process.exit(0);
} else if (verb === "check") {
  done(await count(), ...rest);
} else {
  // As a browser does it: connections are kept. By itself PouchDB in Node opens one for every request.
  const agent = new http.Agent({ keepAlive: true });
  // A run ends where the network does. PouchDB itself would take an answer that broke off for a server that cannot give many
  // documents at once, and go on asking for each alone.
  const fetch = async (url, options) => {
    const answer = await PouchDB.fetch(url, { ...options, agent }).catch(fails);
    answer.body.on("error", fails);
    return answer;
  };
  const there = new PouchDB(`${address}/cases`, { skip_setup: true, fetch });
  const options = { batch_size: Number(batch) };
  const ways = {
    pull: () => here.replicate.from(there, options),
    push: () => here.replicate.to(there, options),
    both: () => here.sync(there, options),
  };
  const result = await ways[verb]().catch(fails);
  const parts = verb === "both" ? [result.pull, result.push] : [result];
  if (parts.some((part) => !part.ok || part.doc_write_failures > 0)) fails(JSON.stringify(parts));
  const has = await count();
  await here.close();
  done(has, ...rest);
}
