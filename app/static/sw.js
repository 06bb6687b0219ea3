// Keeps the whole app on the device, so that it starts without a network. A new version is fetched whole, waits, and takes over when
// the person says so. Nothing of the server's API ever passes through here. A file that somebody shares with the app goes no further than to
// the next page of it, and nothing of it is kept.

const VERSION = '{version}';
const FILES = {files};
// Why this version could not be fetched, for whoever looks.
const WHY = '/app/why';

// What has come stays when the line breaks, and the next attempt fetches the rest.
addEventListener('install', (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => Promise.all(FILES.map((file) => keep(cache, file)))));
});

async function keep(cache, file) {
  if (await cache.match(file)) return;
  let answer;
  // The browser asks whether what it has is still the newest; should that fail, all of it is fetched.
  for (const mode of ['no-cache', 'reload']) {
    try {
      answer = await fetch(file, { cache: mode });
      if (answer.ok) return await cache.put(file, answer);
    } catch (error) {
      answer = error;
    }
  }
  await cache.put(WHY, new Response(`${file}: ${answer.status ?? answer}`));
  throw answer;
}

addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    await (await caches.open(VERSION)).delete(WHY);
    for (const name of await caches.keys()) if (name !== VERSION) await caches.delete(name);
    await clients.claim();
  })());
});

let shared = [];

addEventListener('message', ({ data, source }) => {
  if (data === 'take over') skipWaiting();
  if (data === 'shared') source.postMessage(shared.splice(0));
});

addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method === 'POST' && pathname === '/app/shared') {
    const form = event.request.formData().then((form) => { shared = form.getAll('bundle'); }, () => {});
    return event.respondWith(form.then(() => Response.redirect('/app/', 303)));
  }
  if (event.request.method !== 'GET' || !FILES.includes(pathname)) return;
  event.respondWith(caches.open(VERSION).then(async (cache) => (await cache.match(pathname)) ?? fetch(event.request)));
});
