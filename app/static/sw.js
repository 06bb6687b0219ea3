// Keeps the whole app on the device, so that it starts without a network. A new version is fetched whole, waits, and takes over when
// the person says so. Nothing of the server's API ever passes through here.

const VERSION = '{version}';
const FILES = {files};

addEventListener('install', (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })))));
});

addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== VERSION) await caches.delete(name);
    await clients.claim();
  })());
});

addEventListener('message', ({ data }) => { if (data === 'take over') skipWaiting(); });

addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== 'GET' || !FILES.includes(pathname)) return;
  event.respondWith(caches.open(VERSION).then(async (cache) => (await cache.match(pathname)) ?? fetch(event.request)));
});
