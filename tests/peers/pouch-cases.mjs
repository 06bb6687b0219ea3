// A case as a document of PouchDB: its facts in a list. A change is a new revision of the document.

/// The name of a case.
export function idOf(number) {
  return `case-${String(number).padStart(6, "0")}`;
}

/// Writes changes.
export async function adds(database, cases) {
  const before = await database.allDocs({ keys: cases.map(({ case: number }) => idOf(number)), include_docs: true });
  const after = before.rows.map(({ doc }, index) => ({ ...doc, facts: [...doc.facts, ...cases[index].changes.flat()] }));
  const written = await database.bulkDocs(after);
  const bad = written.find((result) => result.error);
  if (bad) throw new Error(`${bad.id}: ${bad.message}`);
}
