// automerge-repo as a server of documents, as its own sync server sets it up: it announces nothing, and gives what is asked for.
//
//   fill DATA CASES     writes the cases of a file into an empty store, and the documents' ids into DATA/documents.json
//   serve PORT DATA     serves them on the loopback; port 0 is any

import fs from "node:fs";
import { Repo } from "@automerge/automerge-repo";
import { next as Automerge } from "@automerge/automerge";
import { WebSocketServerAdapter } from "@automerge/automerge-repo-network-websocket";
import { WebSocketServer } from "ws";
import { casesOf, serves, slices } from "./common.mjs";
import { add, document, Files } from "./automerge-cases.mjs";

const [verb, ...rest] = process.argv.slice(2);
if (verb === "fill") {
  await fill(...rest);
} else {
  serve(...rest);
}

async function fill(data, file) {
  const storage = new Files(`${data}/store`);
  const repo = new Repo({ storage });
  const ids = [];
  // In slices, and each forgotten when it is on the disk: the bench fills a store, it does not measure how.
  for (const slice of slices(casesOf(file), 100)) {
    const handles = slice.map(({ changes }) => {
      const handle = repo.create(document(changes[0]));
      changes.slice(1).forEach((facts, index) => {
        // The second half is somebody else's: a copy of the document writes under a name of its own.
        if (index + 1 === Math.floor(changes.length / 2)) handle.update((doc) => Automerge.clone(doc));
        handle.change((doc) => add(doc, facts));
      });
      return handle;
    });
    await storage.keeps(repo);
    const those = handles.map((handle) => handle.documentId);
    ids.push(...those);
    for (const id of those) await repo.removeFromCache(id);
  }
  fs.writeFileSync(`${data}/documents.json`, JSON.stringify({ storage: await repo.storageId(), documents: ids }));
  process.exit(0);
}

function serve(port, data) {
  const ids = JSON.parse(fs.readFileSync(`${data}/documents.json`, "utf8")).documents;
  const sockets = new WebSocketServer({ host: "127.0.0.1", port: Number(port) });
  const storage = new Files(`${data}/store`);
  // By itself the server takes a device for dead that is silent for 5 s. One that has thousands of documents to work on is.
  const network = [new WebSocketServerAdapter(sockets, 60_000)];
  const repo = new Repo({ network, storage, sharePolicy: async () => false });
  const change = async (file) => {
    for (const { case: number, changes } of casesOf(file)) {
      const handle = await repo.find(ids[number]);
      changes.forEach((facts) => handle.change((doc) => add(doc, facts)));
    }
    await storage.keeps(repo);
  };
  sockets.on("listening", () => serves(sockets.address().port, change));
}
