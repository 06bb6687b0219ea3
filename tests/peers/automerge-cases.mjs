// A case as an Automerge document: a list of facts, each a flat map of scalars. And the files it lies in.

import { next as Automerge } from "@automerge/automerge";
import { NodeFSStorageAdapter } from "@automerge/automerge-repo-storage-nodefs";

/// A fact's fields. A text that is never edited is one value: as Automerge's text it would be an operation for every letter.
function scalars(fact) {
  const scalar = (value) => (typeof value === "string" ? new Automerge.ImmutableString(value) : value);
  return Object.fromEntries(Object.entries(fact).map(([name, value]) => [name, scalar(value)]));
}

/// The document that a case begins with.
export function document(facts) {
  return { facts: facts.map(scalars) };
}

/// Adds facts, within one change.
export function add(doc, facts) {
  facts.forEach((fact) => doc.facts.push(scalars(fact)));
}

/// The peer's own files, of which one can know when they are written. The repository writes a document also by itself, a little
/// after it has changed; a process that ends just then leaves an empty file.
export class Files extends NodeFSStorageAdapter {
  #writing = new Set();

  async save(key, bytes) {
    const saved = super.save(key, bytes);
    this.#writing.add(saved);
    try {
      await saved;
    } finally {
      this.#writing.delete(saved);
    }
  }

  /// Writes what is ready, and returns when nothing is being written any more. As the peer does it: nobody asks the disk to
  /// hurry.
  async keeps(repo) {
    const ready = Object.values(repo.handles).filter((handle) => handle.isReady());
    await repo.flush(ready.map((handle) => handle.documentId));
    while (this.#writing.size > 0) await Promise.all(this.#writing);
  }
}
