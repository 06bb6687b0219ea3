// express-pouchdb as a server, with no more of it than PouchDB needs to replicate.
//
//   fill DATA CASES     writes the cases of a file into an empty store
//   serve PORT DATA     serves them on the loopback; port 0 is any

import crypto from "node:crypto";
import fs from "node:fs";
import expressPouch from "express-pouchdb";
import PouchDB from "pouchdb";
import { casesOf, serves, slices } from "./common.mjs";
import { adds, idOf } from "./pouch-cases.mjs";

const [verb, ...rest] = process.argv.slice(2);

/// The server's program, and its database of cases.
function opens(data) {
  const Kept = PouchDB.defaults({ prefix: `${data}/` });
  const app = expressPouch(Kept, { mode: "minimumForPouchDB" });
  return { app, cases: new Kept("cases") };
}

if (verb === "fill") {
  const [data, file] = rest;
  fs.mkdirSync(data, { recursive: true });
  const { cases } = opens(data);
  // Every change is a revision, but only the last one is kept, as in a server that has been compacted: it is all that goes over
  // the network, with the names of those before it. Those names are made up here; they are as long and as random as real ones.
  const name = (number, change) => crypto.createHash("md5").update(`${number} ${change}`).digest("hex");
  for (const slice of slices(casesOf(file), 500)) {
    const all = slice.map(({ case: number, changes }) => {
      const ids = changes.map((_, change) => name(number, change)).reverse();
      const revisions = { start: ids.length, ids };
      return { _id: idOf(number), _rev: `${ids.length}-${ids[0]}`, _revisions: revisions, facts: changes.flat() };
    });
    await cases.bulkDocs(all, { new_edits: false });
  }
  await cases.close();
  process.exit(0);
} else {
  const [port, data] = rest;
  const { app, cases } = opens(data);
  const server = app.listen(Number(port), "127.0.0.1", () => serves(server.address().port, (file) => adds(cases, casesOf(file))));
}
