// What only the browser can do: IndexedDB, a Web Lock, a request. Everything else is in Rust. Keys and texts never pass through
// here in the clear but for what goes to the server.

const NAME = 'notes';

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export async function openStore() {
  const request = indexedDB.open(NAME, 2);
  request.onupgradeneeded = () => {
    const there = request.result.objectStoreNames;
    for (const name of ['header', 'records', 'pieces']) {
      if (!there.contains(name)) request.result.createObjectStore(name);
    }
  };
  const db = await done(request);
  // Another tab that wipes everything must not wait for this one.
  db.onversionchange = () => db.close();
  return db;
}

// The header, and every sealed record as [slot, version, bytes].
export async function readStore(db) {
  const reading = db.transaction(['header', 'records'], 'readonly');
  const records = reading.objectStore('records');
  const [header, slots, values] = await Promise.all([
    done(reading.objectStore('header').get('header')),
    done(records.getAllKeys()),
    done(records.getAll()),
  ]);
  return [header, slots.map((slot, index) => [new Uint8Array(slot), values[index].version, values[index].bytes])];
}

// All of it or none; resolves once it would survive the power going out.
export function writeStore(db, header, rows, forget) {
  return new Promise((resolve, reject) => {
    const writing = db.transaction(['header', 'records', 'pieces'], 'readwrite', { durability: 'strict' });
    writing.oncomplete = () => resolve();
    // An error aborts the transaction, and only then is it known what it was.
    writing.onabort = () => reject(writing.error);
    if (header) writing.objectStore('header').put(header, 'header');
    const records = writing.objectStore('records');
    // In the same transaction: it is gone and the rest is there, or nothing has happened.
    if (forget) {
      records.clear();
      writing.objectStore('pieces').clear();
    }
    for (const [slot, version, bytes] of rows) bytes ? records.put({ version, bytes }, slot) : records.delete(slot);
  });
}

// Pieces of attachments, sealed, by name and number.
export function putPieces(db, id, first, pieces) {
  return new Promise((resolve, reject) => {
    const writing = db.transaction('pieces', 'readwrite', { durability: 'strict' });
    writing.oncomplete = () => resolve();
    writing.onabort = () => reject(writing.error);
    pieces.forEach((piece, index) => writing.objectStore('pieces').put(piece, [id, first + index]));
  });
}

const ofName = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

export function readPieces(db, id) {
  return done(db.transaction('pieces', 'readonly').objectStore('pieces').getAll(ofName(id)));
}

export function forgetPieces(db, id) {
  return done(db.transaction('pieces', 'readwrite').objectStore('pieces').delete(ofName(id)));
}

// Those that are neither held nor coming.
export async function tidyPieces(db, held) {
  const writing = db.transaction('pieces', 'readwrite', { durability: 'strict' });
  const pieces = writing.objectStore('pieces');
  for (const [id, number] of await done(pieces.getAllKeys())) {
    if (!id.endsWith('.part') && !held.includes(id)) pieces.delete([id, number]);
  }
}

export function wipeStore(db) {
  if (db) db.close();
  return done(indexedDB.deleteDatabase(NAME));
}

// Whether this worker alone may write. Held as long as the worker lives. It waits a moment: a worker that has just been ended
// gives its lock back a little later.
export function holdLock() {
  return new Promise((resolve) => {
    const options = { signal: AbortSignal.timeout(5000) };
    navigator.locks.request(NAME, options, () => {
      resolve(true);
      return new Promise(() => {});
    }).catch(() => resolve(false));
  });
}

// Hands a file on: by whatever the phone shares with, or else as a download.
export function giveFile(name, bytes) {
  const file = new File([bytes], name, { type: 'application/octet-stream' });
  if (navigator.canShare?.({ files: [file] })) {
    navigator.share({ files: [file] }).catch(() => save(file));
  } else {
    save(file);
  }
}

function save(file) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// The bytes of the file that was chosen; the same one can be chosen again.
export async function readFile(input) {
  const file = input.files[0];
  if (!file || file.size > 67108864) throw new Error('no file, or one that is too large');
  const bytes = new Uint8Array(await file.arrayBuffer());
  input.value = '';
  return bytes;
}

// The status, what has come of the body of an answer, by how many seconds this clock is ahead of its date, and what broke the body off;
// rejects where the server cannot be reached. A network is given up after a minute of silence; while a body goes up nothing is heard, so it has
// as long as it takes at 64 kbit/s besides.
export async function send(method, path, authorization, contentType, body) {
  const headers = {}, parts = [], silence = new AbortController();
  if (authorization) headers.authorization = authorization;
  if (contentType) headers['content-type'] = contentType;
  let timer, size = 0, broken;
  const heard = (bytes) => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), 60000 + bytes / 8);
  };
  heard(body?.length ?? 0);
  try {
    const answer = await fetch(path, {
      method, headers, body, cache: 'no-store', credentials: 'omit', redirect: 'error', signal: silence.signal,
    });
    const reader = answer.body?.getReader();
    try {
      while (reader) {
        heard(0);
        const { done, value } = await reader.read();
        if (done) break;
        if ((size += value.length) > 16777216) throw new Error(`> ${size} B`);
        parts.push(value);
      }
    } catch (error) {
      broken = error;
    }
    const ahead = (Date.now() - Date.parse(answer.headers.get('date'))) / 1000;
    return [answer.status, new Uint8Array(await new Blob(parts).arrayBuffer()), ahead, broken];
  } finally {
    clearTimeout(timer);
  }
}
