import type { BatchContext, ConsentByPurpose, Props } from '@tidemark/protocol';
import { browserClock } from '../browser/clock.js';
import { readDevice } from '../browser/device.js';
import { listen } from '../browser/listen.js';
import { newId } from '../browser/random-uuid.js';
import { openSmallStorage } from '../browser/small-storage.js';
import { openSession } from '../identity/session.js';
import { openVisitor } from '../identity/visitor.js';
import { openQueue } from '../queue/queue.js';
import type { Emit, EventFields } from '../track/event-fields.js';
import { trackViews, type Views } from '../track/views.js';
import { exclusively } from '../transport/exclusively.js';
import { postBatch } from '../transport/post-batch.js';
import { createSender } from '../transport/sender.js';
import { cleanFields } from './clean-fields.js';
import type { Client, Health, InitOptions } from './client.js';
import { createNoClient } from './no-client.js';
import { SDK_VERSION } from './version.js';

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
  const clock = browserClock();
  const name = `tidemark-${options.writeKey.slice(-12)}`;
  const storage = openSmallStorage(`${name}.`);
  const visitorId = openVisitor(storage, clock.now);
  const sessionAt = openSession(storage);
  const device = readDevice();
  const dropped: Record<string, number> = {};
  let userId = storage.get('user');
  let consent: ConsentByPurpose | undefined;
  let delivered = 0;
  let rejected = 0;
  let waiting = 0;
  let views: Views | undefined;

  const drop = (reason: string, count: number): void => {
    dropped[reason] = (dropped[reason] ?? 0) + count;
  };
  const queue = openQueue({ name, now: clock.now, onDrop: drop });
  const fetchPage = window.fetch.bind(window);
  const destination = { endpoint: options.endpoint.replace(/\/+$/, ''), writeKey: options.writeKey };
  const sender = createSender({
    outbox: queue.outbox,
    post: (batchId, json, keepalive) => postBatch(fetchPage, destination, batchId, json, keepalive),
    now: clock.now,
    random: Math.random,
    flushIntervalMs: options.flushIntervalMs ?? FLUSH_INTERVAL_MS,
    exclusively: (work) => exclusively(name, work),
    onSettled(settled) {
      delivered += settled.delivered;
      rejected += settled.rejected;
      if (settled.setAside > 0) drop('unsendable', settled.setAside);
      void countWaiting();
    },
  });

  async function countWaiting(): Promise<void> {
    waiting = await (await queue.outbox()).count().catch(() => waiting);
  }

  function contextAt(now: number): Omit<BatchContext, 'queueId'> {
    const session = sessionAt(now);
    return {
      appId: options.appId ?? 'web',
      ...(options.release ? { release: options.release } : {}),
      surface: options.surface ?? 'h5',
      sdk: { name: 'sdk-web', version: SDK_VERSION },
      visitorId,
      ...(userId ? { userId } : {}),
      sessionId: session.sessionId,
      sessionStartedAt: Math.floor(session.startedAt),
      device,
      ...(consent ? { consent } : {}),
    };
  }

  const emit: Emit = (fields, at) => {
    const now = clock.now();
    const view = views?.current();
    const event = {
      eventId: newId(now),
      occurredAt: Math.floor(at?.occurredAt ?? now),
      monotonicMs: Math.round(clock.monotonicMs()),
      ...(view ? { page: view.page, viewId: view.viewId } : {}),
      ...cleanFields(fields, (props) => drop('bad_prop', props)),
    };
    const urgent = event.type === 'order' || event.type === 'conversion';
    queue.add(
      { json: JSON.stringify(event), contextJson: JSON.stringify(contextAt(now)) },
      urgent || event.type === 'view_end' ? 'strict' : 'relaxed',
    );
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

  views = trackViews(guard(emit), clock, {
    automatic: options.automaticViews ?? true,
    describe: options.describeView ?? (() => ({})),
  });
  const trackedViews = views;
  const resume = () => void sender.flush();
  const stops = [
    listen(window, 'online', resume),
    listen(window, 'pageshow', resume),
    listen(document, 'visibilitychange', () => void sender.flush(document.visibilityState === 'hidden')),
    listen(window, 'pagehide', () => void sender.flush(true)),
  ];
  void countWaiting();
  resume(); // what an earlier visit left behind goes first

  return {
    track: (eventName, props) => guardedEmit({ type: 'custom', name: eventName, ...withProps(props) }),
    page: guard((fields) => trackedViews.show(fields)),
    click: (target, props) => guardedEmit({ type: 'click', target, ...withProps(props) }),
    formStart: (form) => guardedEmit({ type: 'form_start', form }),
    exposure: (module, fields) => guardedEmit({ type: 'exposure', module, ...fields }),
    conversion: (goal, fields) => guardedEmit({ type: 'conversion', goal, ...fields }),
    order: (fields) => guardedEmit({ type: 'order', ...fields }),
    identify: guard((id, traits) => {
      userId = id;
      storage.set('user', id);
      emit({ type: 'identify', userId: id, ...(traits ? { traits } : {}) });
    }),
    consent: guard((purposes) => {
      consent = { ...consent, ...purposes };
      emit({ type: 'consent', purposes });
    }),
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
      for (const stop of stops) stop();
      await sender.flush();
      sender.close();
      await queue.close();
    },
  };
}
