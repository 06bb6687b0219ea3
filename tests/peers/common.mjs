// What every peer needs: the cases from the bench's file, the lines that tell the bench how far it is, and an end.

import fs from "node:fs";
import readline from "node:readline";

/// The cases of a file: one line of JSON for each, `{"case": NUMBER, "changes": [[FACT, ...], ...]}`.
export function casesOf(file) {
  const lines = fs.readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/// So many at a time, in their order.
export function* slices(all, length) {
  for (let from = 0; from < all.length; from += length) yield all.slice(from, from + length);
}

/// Does something with each, so many at once, and returns what came of it in their order.
export async function each(all, atOnce, does) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < all.length) {
      const index = next++;
      results[index] = await does(all[index]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/// Says on which port a server listens, and obeys: `change FILE` on a line of its input lets somebody else change cases, and is
/// answered with `changed`. When the input ends, so does the server: nothing outlives the bench.
export function serves(port, change) {
  console.log(`ready ${port}`);
  const lines = readline.createInterface({ input: process.stdin });
  lines.on("close", () => process.exit(0));
  lines.on("line", async (line) => {
    if (line.startsWith("change ")) {
      await change(line.slice("change ".length));
      console.log("changed");
    }
  });
}

/// Ends a client that has all it should have, or says what is missing.
export function done(has, cases, changes) {
  console.log(JSON.stringify(has));
  if (has.cases !== Number(cases) || has.changes !== Number(changes)) {
    fails(`expected ${cases} cases and ${changes} changes`);
  }
  process.exit(0);
}

/// Ends a client that could not do what it should.
export function fails(why) {
  console.error(why instanceof Error ? why.stack : why);
  process.exit(3);
}
