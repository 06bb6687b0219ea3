// The worker's entrance. It says when it can hear, and when it has died.

import init, { answer } from './app.js';

const died = () => postMessage('died');
addEventListener('error', died);
addEventListener('unhandledrejection', died);
await init({ module_or_path: '/app/app_bg.wasm' });
addEventListener('message', ({ data }) => { answer(data).catch(died); });
postMessage('ready');
