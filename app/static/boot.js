// Starts the app, or says that this browser cannot run it.

const supported = typeof WebAssembly === 'object' && 'indexedDB' in self && 'locks' in navigator && 'serviceWorker' in navigator;

// The framework mounts its own templates through innerHTML: inert markup passes, and nothing that could run.
function policy() {
  if (!self.trustedTypes) return;
  const scripts = ['/app/worker.js', '/app/sw.js'].map((path) => new URL(path, location.origin).href);
  trustedTypes.createPolicy('default', {
    createHTML: (html) => (/<\s*(script|iframe|object|embed|link|base)|\son\w+\s*=|javascript:/i.test(html) ? null : html),
    createScriptURL: (url) => (scripts.includes(new URL(url, location.href).href) ? url : null),
  });
}

// A page whose module has trapped answers nothing any more, and would not lock by itself: it says so, and is locked by opening it again,
// at the latest when nobody looks or after the five minutes that an untouched device has.
function stops({ error, reason }) {
  const thrown = error ?? reason;
  const box = document.getElementById('stopped');
  if (!box.hidden || !(thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError)) return;
  const again = () => location.reload();
  box.querySelector('button').onclick = again;
  box.hidden = false;
  addEventListener('visibilitychange', again);
  setTimeout(again, 300000);
}

// Files that were opened with the app, or shared with it: each is chosen, as if by hand, as soon as the device is unlocked and the one before
// has been read.
function receives(files) {
  if (!files.length) return;
  const choose = () => {
    const input = document.getElementById('bundle');
    if (!input || input.value || !files.length) return;
    const chosen = new DataTransfer();
    chosen.items.add(files.shift());
    input.files = chosen.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  };
  new MutationObserver(choose).observe(document.getElementById('app'), { childList: true, subtree: true });
  location.hash = '#/sync';
  choose();
}

async function start() {
  const { default: init, page } = await import('./app.js');
  await init({ module_or_path: '/app/app_bg.wasm' });
  page();
  self.launchQueue?.setConsumer(async ({ files }) => receives(await Promise.all(files.map((file) => file.getFile()))));
  navigator.serviceWorker.addEventListener('message', ({ data }) => receives(data));
  navigator.serviceWorker.controller?.postMessage('shared');
  const registration = await navigator.serviceWorker.register('/app/sw.js', { scope: '/app/' });
  // A look, or the fetching of what was found, may fail on a bad line: it is tried again, less and less often. A page that is
  // never closed looks every hour.
  const hour = 3600000;
  let wait = 5000;
  let timer;
  const again = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(look, delay);
  };
  const later = () => {
    again(wait);
    wait = Math.min(wait * 2, hour);
  };
  const look = () => registration.update().then(() => again(hour), later).then(tell);
  const tell = (event) => {
    if (event?.target.state === 'redundant') later();
    if (registration.waiting && navigator.serviceWorker.controller) dispatchEvent(new CustomEvent('update-waits'));
  };
  const watch = () => registration.installing?.addEventListener('statechange', tell);
  registration.addEventListener('updatefound', watch);
  // One may have been found, and even have come, before anybody listened.
  watch();
  tell();
  look();
  addEventListener('online', look);
  addEventListener('update-take', () => registration.waiting?.postMessage('take over'));
  // The first worker only takes charge of a page that had none; every later one is a newer version.
  let controlled = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (controlled) location.reload();
    controlled = true;
  });
}

if (supported) {
  addEventListener('error', stops);
  addEventListener('unhandledrejection', stops);
  policy();
  start().catch((error) => {
    console.error(error);
    document.getElementById('unsupported').hidden = false;
  });
} else {
  document.getElementById('unsupported').hidden = false;
}
