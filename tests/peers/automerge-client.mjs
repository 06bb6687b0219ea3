// A device with automerge-repo and its files.
//
//   ADDRESS STORE DOCUMENTS pull|push|both CASES CHANGES   goes on until the server and the store have the same, so much
//   ADDRESS STORE DOCUMENTS change FILE                    writes the changes of a file, without a network
//   ADDRESS STORE DOCUMENTS check CASES CHANGES            opens the store anew, without a network, and counts
//
// automerge-repo has no list of documents to be asked for: the ids come from the file DOCUMENTS, which the server wrote when it
// was filled. That is in this peer's favour: a real device would have to get the list through the network first.

import fs from "node:fs";
import { Repo } from "@automerge/automerge-repo";
import { WebSocketClientAdapter } from "@automerge/automerge-repo-network-websocket";
import { add, Files } from "./automerge-cases.mjs";
import { casesOf, done, each, fails } from "./common.mjs";

const [address, store, file, verb, ...rest] = process.argv.slice(2);
const { storage: server, documents } = JSON.parse(fs.readFileSync(file, "utf8"));
const storage = new Files(store);
// How many documents are opened or asked for at once. A handle gives up on a document that does not come within a minute; with
// all of them at once thousands would be given up while others are being worked on.
const AT_ONCE = 500;

/// Counts what is in the documents.
function count(handles) {
  const changes = handles.reduce((sum, handle) => sum + handle.metrics().numChanges, 0);
  return { cases: handles.length, changes };
}

/// Waits until the server has said, in this session, that it has exactly what we have. That it is on its disk it does not say.
function isInStep(handle) {
  return new Promise((resolve) => {
    const look = () => {
      const theirs = handle.getSyncInfo(server)?.lastHeads;
      if (!handle.isReady() || theirs === undefined || theirs.length === 0) return;
      if ([...theirs].sort().join() === [...handle.heads()].sort().join()) {
        handle.off("remote-heads", later);
        handle.off("heads-changed", later);
        resolve(handle);
      }
    };
    // A handle says that its document has come before it calls itself ready.
    const later = () => setImmediate(look);
    handle.on("remote-heads", later);
    handle.on("heads-changed", later);
    look();
  });
}

if (verb === "change") {
  const repo = new Repo({ storage });
  for (const { case: number, changes } of casesOf(rest[0])) {
    const handle = await repo.find(documents[number]);
    changes.forEach((facts) => handle.change((doc) => add(doc, facts)));
  }
  await storage.keeps(repo);
  process.exit(0);
} else if (verb === "check") {
  const repo = new Repo({ storage });
  done(count(await each(documents, AT_ONCE, (id) => repo.find(id))), ...rest);
} else {
  const socket = new WebSocketClientAdapter(address.replace(/^http/, "ws"));
  const repo = new Repo({ storage, network: [socket] });
  // A device that has lost the network keeps what it has got. A run ends there; the adapter itself would try again after 5 s.
  const lost = async (why) => {
    await storage.keeps(repo);
    fails(why);
  };
  process.once("uncaughtException", lost);
  socket.on("peer-disconnected", () => lost("the connection broke off"));
  const allowableStates = ["ready", "unavailable"];
  const handles = await each(documents, AT_ONCE, async (id) => isInStep(await repo.find(id, { allowableStates })));
  await storage.keeps(repo);
  done(count(handles), ...rest);
}
