import type { Client, Health } from './boot/client.js';
import type { Held, Moment, Stub } from './replay-stub.js';

/*
 * For the head of a page, inline or as a file, before `<script async src="tidemark.min.js">`. It stands in for the
 * script until that has come, adds nothing to the page, and works under any content security policy that lets it run.
 */

/** A page that makes more calls before the script has come is one where it will never come. */
const CALLS_MAX = 1_000;
/** A page that waits for `flush` before it goes elsewhere is not held up by a script that never comes. */
const PATIENCE_MS = 10_000;

const METHODS: readonly (keyof Client)[] = [
  'track',
  'page',
  'click',
  'formStart',
  'exposure',
  'conversion',
  'order',
  'identify',
  'alias',
  'reset',
  'consent',
  'flush',
  'health',
  'close',
];

const page = window as { tidemark?: Stub }; // or the script itself, which has an `init`, too

const stub: Stub = {
  held: [],
  init(options) {
    const held: Held = { options, at: moment(), calls: [], dropped: 0 };
    if (stub.start) stub.start(held);
    else stub.held.push(held);
    return Object.fromEntries(
      METHODS.map((method) => [method, (...args: never) => callOrHold(held, method, args)]),
    ) as unknown as Client; // one function for each of its methods
  },
};
page.tidemark ??= stub;

function callOrHold(held: Held, method: keyof Client, args: never): unknown {
  if (held.client) return (held.client[method] as (...args: never) => unknown)(...args);
  if (method === 'health') return health(held);
  return new Promise((settle) => {
    if (held.calls.length < CALLS_MAX) held.calls.push({ method, args, at: moment(), settle });
    else settle(held.dropped++);
    if (method === 'flush' || method === 'close') setTimeout(settle, PATIENCE_MS);
  });
}

function health({ options, calls, dropped }: Held): Health {
  return {
    queued: calls.length,
    delivered: 0,
    rejected: 0,
    dropped: dropped ? { snippet_full: dropped } : {},
    storage: 'memory',
    stopped: false,
    consent: options?.consent ?? 'granted',
    clock: { steps: 0 },
    requests: [],
  };
}

function moment(): Moment {
  return [Date.now(), performance.now()];
}
