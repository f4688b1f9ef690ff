import { createHybridTransport } from '@tidemark/sdk-hybrid-bridge';
import { init } from '@tidemark/sdk-web';
import type { BridgedWindow, ShellWindow } from './web-view.js';

/*
 * The page in the frame: what a page with a bundler does, and a few windows into it for who plays with it.
 */

const page: BridgedWindow = window;
const { webView } = window.parent as ShellWindow; // the shell is its parent, and of its origin
if (!webView) throw new Error('the page is made for the shell around it');
const options = webView.enter(page);
const { add } = IDBObjectStore.prototype;
IDBObjectStore.prototype.add = function (stored: { readonly j: string }, key) {
  const { props } = JSON.parse(stored.j) as { readonly props?: { readonly n: number } };
  if (props) this.transaction.addEventListener('complete', () => webView.written(props.n));
  return add.call(this, stored, key);
};
const transport = createHybridTransport();
page.bridgeHealth = transport.health;
page.initAt = performance.now();
page.client = init({
  ...options,
  fetch(input, request) {
    if (request?.method === 'POST') {
      page.firstHttpAt ??= performance.now();
      page.httpPosts = (page.httpPosts ?? 0) + 1;
    }
    return fetch(input, request);
  },
  features: [
    transport,
    (host) => {
      host.carry((carrier) => {
        page.carrier = carrier;
        return carrier;
      });
      return () => undefined;
    },
  ],
});
