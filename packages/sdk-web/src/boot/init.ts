import { KEY_PREFIXES, type Props } from '@tidemark/protocol';
import { browserClock } from '../browser/clock.js';
import { listen } from '../browser/listen.js';
import { newId } from '../browser/random-uuid.js';
import { openSmallStorage } from '../browser/small-storage.js';
import { openSession } from '../identity/session.js';
import { openVisitor } from '../identity/visitor.js';
import { openQueue } from '../queue/queue.js';
import type { Emit, EventFields } from '../track/event-fields.js';
import { trackViews, type ViewFields, type Views } from '../track/views.js';
import { exclusively } from '../transport/exclusively.js';
import { postBatch } from '../transport/post-batch.js';
import { createSender } from '../transport/sender.js';
import { cleanFields } from './clean-fields.js';
import type { Client, Health, InitOptions } from './client.js';
import { createContext } from './context.js';
import { createNoClient } from './no-client.js';

const FLUSH_INTERVAL_MS = 5_000;
/** So many waiting make a batch worth sending before its time. */
const FULL_BATCH_EVENTS = 50;

/**
 * Starts tracking. Never throws; without a page (server render, worker) the client does nothing.
 *
 * @throws nothing: a wrong option shows in `health()` and in the browser's console, once.
 */
export function init(options: InitOptions): Client {
  if (typeof window === 'undefined' || typeof document === 'undefined') return createNoClient();
  try {
    return start(options);
  } catch (error) {
    console.warn('tidemark: tracking is off', error);
    return createNoClient();
  }
}

function start(options: InitOptions): Client {
  const { writeKey } = options;
  if (!writeKey.startsWith(KEY_PREFIXES.write)) throw new Error('a page needs a write key, tm_pk_..., and no other');
  const destination = { endpoint: options.endpoint.replace(/\/+$/, ''), writeKey };
  const fetchPage = window.fetch.bind(window);
  const clock = browserClock();
  const name = `tidemark-${writeKey.slice(-12)}`;
  const storage = openSmallStorage(`${name}.`);
  const context = createContext(options, {
    storage,
    visitorId: openVisitor(storage, clock.now),
    sessionAt: openSession(storage),
  });
  const dropped: Record<string, number> = {};
  let delivered = 0;
  let rejected = 0;
  let waiting = 0;
  let closed = false;
  let views: Views | undefined;

  const drop = (reason: string, count: number): void => {
    dropped[reason] = (dropped[reason] ?? 0) + count;
  };
  const queue = openQueue({ name, now: clock.now, onDrop: drop });
  const sender = createSender({
    outbox: queue.outbox,
    post: (batchId, json, keepalive) => postBatch(fetchPage, destination, batchId, json, keepalive, clock.now),
    now: clock.now,
    monotonicMs: clock.monotonicMs,
    random: Math.random,
    flushIntervalMs: options.flushIntervalMs ?? FLUSH_INTERVAL_MS,
    // Counted after each attempt: another tab may have sent what this one tracked.
    exclusively: (work) => exclusively(name, work).finally(() => void countWaiting()),
    onSettled(settled) {
      delivered += settled.delivered;
      rejected += settled.rejected;
      if (settled.setAside > 0) drop('unsendable', settled.setAside);
      void countWaiting();
    },
  });

  async function countWaiting(): Promise<void> {
    waiting = await queue.count().catch(() => waiting);
  }

  let contextJson = JSON.stringify(context.at(clock.now()));
  const emit: Emit = (fields, at) => {
    if (closed) {
      drop('closed', 1);
      return;
    }
    const now = clock.now();
    const view = views?.current();
    const event = {
      eventId: newId(now),
      occurredAt: at?.occurredAt ?? now,
      monotonicMs: Math.round(clock.monotonicMs()),
      ...cleanFields({ ...(view ? { page: view.page, viewId: view.viewId } : {}), ...fields }, (props) =>
        drop('bad_prop', props),
      ),
    };
    const urgent = event.type === 'order' || event.type === 'conversion';
    // The end of a view tells of the past: after an idle hour it must not begin a session of its own.
    if (event.type !== 'view_end') contextJson = JSON.stringify(context.at(now));
    queue.add({ json: JSON.stringify(event), contextJson }, urgent || event.type === 'view_end' ? 'strict' : 'relaxed');
    waiting++;
    sender.nudge(urgent || waiting >= FULL_BATCH_EVENTS);
  };

  /** Nothing of ours may surface in the page. */
  function guard<A extends readonly unknown[]>(work: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      try {
        work(...args);
      } catch {
        drop('internal_error', 1);
      }
    };
  }
  const guardedEmit = guard((fields: EventFields) => emit(fields));
  const withProps = (props: Props | undefined) => (props ? { props } : {});

  function describeView(path: string): ViewFields {
    try {
      return options.describeView?.(path) ?? {};
    } catch {
      drop('internal_error', 1); // the app's function: the view counts all the same
      return {};
    }
  }

  const trackedViews = trackViews(guard(emit), clock, {
    automatic: options.automaticViews ?? true,
    describe: describeView,
  });
  views = trackedViews;
  const resume = () => void sender.flush();
  const stops = [
    listen(window, 'online', resume),
    listen(window, 'pageshow', resume),
    listen(document, 'visibilitychange', () => void sender.flush(document.visibilityState === 'hidden')),
    listen(window, 'pagehide', () => void sender.flush(true)),
  ];
  void countWaiting();
  resume(); // what an earlier visit left behind goes first

  // Each field by its name: the app's own object may hold more, a `type` or a `seq` among them.
  return {
    track: (eventName, props) => guardedEmit({ type: 'custom', name: eventName, ...withProps(props) }),
    page: guard((fields) => {
      if (!closed) trackedViews.show(fields);
    }),
    click: (target, props) => guardedEmit({ type: 'click', target, ...withProps(props) }),
    formStart: (form) => guardedEmit({ type: 'form_start', form }),
    exposure: guard((module, { visibleRatio, visibleMs } = {}) =>
      emit({ type: 'exposure', module, visibleRatio, visibleMs }),
    ),
    conversion: guard((goal, { amount, currency } = {}) => emit({ type: 'conversion', goal, amount, currency })),
    order: guard(({ orderId, productId, side, phase, shares, price, currency }) =>
      emit({ type: 'order', orderId, productId, side, phase, shares, price, currency }),
    ),
    identify: guard((id, traits) => {
      emit({ type: 'identify', userId: context.identify(id), ...(traits ? { traits } : {}) });
    }),
    consent: guard((purposes) => emit({ type: 'consent', purposes: context.consent(purposes) })),
    flush: () => sender.flush(),
    health: (): Health => ({
      queued: waiting,
      delivered,
      rejected,
      dropped: { ...dropped },
      storage: queue.storage(),
      stopped: sender.stopped(),
    }),
    async close() {
      trackedViews.stop();
      closed = true;
      for (const stop of stops) stop();
      await sender.flush();
      sender.close();
      await queue.close();
    },
  };
}
