import { type ConsentByPurpose, cutText, keyKind, LIMITS, type QueueId, type Stamp } from '@tidemark/protocol';
import { cleanPurposes, type Fields } from './clean-fields.js';
import { createCounters } from './counters.js';
import { createHostClock } from './host-clock.js';
import type { Host, HostOptions } from './host-options.js';
import { createOwnEvents } from './own-events.js';
import { type Channel, type ChannelHost, createPageChannel } from './page-channel.js';
import { createPerson } from './person.js';
import { createPostBatch } from './post-batch.js';
import { openQueue } from './queue.js';
import { createRandom, randomBytesOfEngine } from './random.js';
import { readJson } from './read-json.js';
import { createScreens, endFields, type OpenView } from './screens.js';
import { createTakeBatch } from './take-batch.js';
import { engineTimers } from './timers.js';
import { createUploader } from './uploader.js';
import { createViewCheckpoints } from './view-checkpoints.js';

/** As much as Android's host holds. */
const EVENTS_MAX = 20_000;
/** Names of the small texts in the storage. */
const PERSON = 'person';
const VIEW = 'view';

/**
 * Opens the native side of the bridge on what an earlier one left in the storage.
 *
 * @example
 * const host = await openHost({ endpoint, writeKey, storage: await openFileStorage(files), origins: ['https://h5.example'] });
 * // React Native; other shells have other ways in and out.
 * const channel = host.connect({
 *   send: (text) => webView.injectJavaScript(`window.tidemarkBridge?.receive(${JSON.stringify(text)}); true`),
 * });
 * const onMessage = ({ nativeEvent: { data, url } }) => channel.receive(data, originOf(url));
 *
 * @throws when the key is no write key, the engine has no randomness, or the storage cannot be read. Nothing throws later.
 */
export async function openHost(options: HostOptions): Promise<Host> {
  if (keyKind(options.writeKey) !== 'write') throw new TypeError('openHost takes a write key, tm_pk_...');
  const { storage, wallMs = Date.now, timers = engineTimers(), checkpointMs = 1_000 } = options;
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const random = createRandom(options.randomBytes ?? randomBytesOfEngine);
  const now = (): number => Math.floor(wallMs());
  const newId = <T extends string>(): T => random.id<T>(now());
  const counters = createCounters();
  const clock = createHostClock(wallMs);
  const queue = await openQueue({
    storage,
    wallMs: now,
    newQueueId: () => newId<QueueId>(),
    maxEvents: options.maxEvents ?? EVENTS_MAX,
    onDropped: counters.drop,
  });
  const write = (name: string, text: string): void =>
    void queue.setText(name, text).catch(() => counters.drop('storage_text'));
  const person = createPerson({
    saved: await storage.getText(PERSON),
    consent: options.consent ?? {},
    now: now(),
    newId: random.id,
    save: (text) => write(PERSON, text),
  });
  const uploader = createUploader({
    queue,
    post: createPostBatch({
      fetch: options.fetch ?? ((...request) => fetch(...request)),
      endpoint: options.endpoint.replace(/\/+$/, ''),
      writeKey: options.writeKey,
      timers,
      wallMs,
    }),
    wallMs,
    monotonicMs,
    random,
    timers,
    flushIntervalMs: options.flushIntervalMs ?? 5_000,
    onSettled({ delivered, rejected, setAside, expired }) {
      counters.settle({ delivered, rejected });
      own.giveUp('unsendable', setAside);
      own.giveUp('expired', expired);
    },
  });
  const own = createOwnEvents({
    about: options,
    person,
    clock,
    queue,
    counters,
    now,
    monotonicMs,
    newId,
    isClosed: () => closing !== undefined,
    onActivity: keepSession,
    onQueued: (isUrgent) => uploader.nudge(isUrgent),
  });
  const screens = createScreens({
    monotonicMs,
    newId,
    track: (type, fields, eventId) => own.record(type, fields, eventId === undefined ? {} : { eventId }),
    now: () => ({ at: now(), stamp: clock.tick(), context: own.context() }),
  });
  const checkpoints = createViewCheckpoints({
    everyMs: checkpointMs,
    timers,
    isShown: () => screens.page() !== undefined,
    view: () => (person.isDenied() ? undefined : screens.checkpoint()),
    save: (text) => write(VIEW, text),
    isClosed: () => closing !== undefined,
  });
  const channels = new Set<Channel>();
  let shownPage: Channel | undefined;
  /** The view as it was when the app left the foreground. */
  let away: OpenView | undefined;
  let closing: Promise<void> | undefined;

  // What an earlier process left: a denial that it did not finish, a view that it did not end.
  const savedView = readJson<OpenView>(await storage.getText(VIEW)); // written below
  if (person.isDenied()) await queue.clear();
  else if (savedView) await endSavedView(savedView);
  if (queue.count() > 0) uploader.nudge(false);
  checkpoints.schedule();

  async function endSavedView(view: OpenView): Promise<void> {
    const isTold = await queue.has(view.endId);
    if (!isTold) own.record('view_end', endFields(view), { eventId: view.endId, past: view });
    write(VIEW, '');
  }

  /** Something of the host's own happens: in this session, or in one that begins with it. */
  function keepSession(): void {
    beginSessionIfEnded();
    person.keepAlive(person.identity().sessionId, now());
  }

  /** @param knows - a page that is told of it by a welcome. */
  function beginSessionIfEnded(knows?: Channel): void {
    if (!person.hasEnded(now())) return;
    person.beginSession(now(), clock.tick());
    tellIdentity(knows);
  }

  function tellIdentity(except?: Channel): void {
    for (const channel of channels) if (channel !== except) channel.tell({ type: 'identity', ...person.identity() });
  }

  /** What was said before what holds is left. */
  function decide(purposes: ConsentByPurpose, at: Stamp, from?: Channel): void {
    const wasDenied = person.isDenied();
    if (!person.decide(purposes, at)) return;
    for (const channel of channels) if (channel !== from) channel.tell({ type: 'consent', purposes });
    if (wasDenied && !person.isDenied()) screens.renew(); // what is shown was viewed by nobody until now
    if (wasDenied || !person.isDenied()) return;
    person.replace(now(), from ? clock.tick() : at);
    uploader.forget();
    queue.clear().catch(() => counters.drop('storage_text')); // the next opening clears again: the denial is kept
    write(VIEW, '');
    away = undefined;
    tellIdentity();
  }

  const takeBatch = createTakeBatch({
    person,
    queue,
    now,
    isClosed: () => closing !== undefined,
    onTaken: () => uploader.nudge(false),
  });

  const channelHost: ChannelHost = {
    clock,
    counters,
    wallMs,
    newNonce: random.nonce,
    origins: options.origins,
    maxChars: options.maxChars ?? 0,
    welcome(to) {
      if (!person.isDenied()) beginSessionIfEnded(to);
      const screen = screens.page();
      return { identity: person.identity(), consent: person.consent(), ...(screen === undefined ? {} : { screen }) };
    },
    onBatch: (message, greeting, answer) =>
      void takeBatch(message, greeting).then(answer, () => counters.drop('fault')),
    onIdentity(message, from) {
      const { visitorId, userId, sessionId, sessionStartedAt } = message;
      const identity = { visitorId, ...(userId === undefined ? {} : { userId }), sessionId, sessionStartedAt };
      if (person.adopt(identity, now(), message.at)) tellIdentity(from);
    },
    onConsent: ({ purposes, at }, from) => decide(purposes, at, from),
    onClosed: (channel) => void channels.delete(channel),
  };

  async function flush(): Promise<void> {
    await queue.settled();
    await uploader.flush();
  }

  /** Names and ids as the collector takes them; JavaScript callers give numbers. */
  function named(name: unknown, then: (name: string) => void): void {
    const text = cutText(String(name ?? ''), LIMITS.nameLength);
    if (text === '') counters.drop('unnamed');
    else then(text);
  }

  const here = (): Fields => ({ page: screens.page(), viewId: screens.viewId() });

  function guarded<A extends readonly unknown[]>(call: (...given: A) => void): (...given: A) => void {
    return (...given) => {
      try {
        call(...given);
      } catch {
        counters.drop('fault');
      }
    };
  }

  return {
    screen: guarded((name, { showsPage, ...fields } = {}) => {
      const page = cutText(String(name), LIMITS.urlLength);
      screens.show(page, fields, shownPage?.view());
      shownPage = Array.from(channels).find((channel) => channel === showsPage);
      checkpoints.write();
      const way = fields.way ?? 'push';
      for (const channel of channels) {
        channel.tell({ type: 'screen', screen: page, way, visible: channel === showsPage });
      }
    }),
    foreground: guarded(() => {
      screens.foreground();
      if (away && person.hasEnded(now())) {
        // The session ended with the view; the visitor who comes back is in another one, on the same screen.
        own.record('view_end', endFields(away), { eventId: away.endId, past: away });
        screens.renew();
      }
      away = undefined;
      checkpoints.schedule();
      uploader.resume();
    }),
    background: guarded(() => {
      screens.background();
      away = person.isDenied() ? undefined : screens.checkpoint();
      checkpoints.write();
      checkpoints.stop();
      own.tellTroubles();
      flush().catch(() => counters.drop('fault'));
    }),
    track: guarded((name, props) => named(name, (text) => own.record('custom', { ...here(), name: text, props }))),
    conversion: guarded((goal, fields) =>
      named(goal, (text) => own.record('conversion', { ...here(), ...fields, goal: text })),
    ),
    order: guarded((fields) => own.record('order', { ...here(), ...fields })),
    identify: guarded((userId, traits) =>
      named(userId, (text) => {
        if (!person.isDenied()) beginSessionIfEnded();
        const stamp = clock.tick();
        person.identify(text, stamp);
        own.record('identify', { ...here(), userId: text, traits }, { stamp });
        tellIdentity();
      }),
    ),
    reset: guarded(() => {
      person.replace(now(), clock.tick());
      tellIdentity();
    }),
    consent: guarded((decided) => {
      const purposes = cleanPurposes(decided);
      if (Object.keys(purposes).length === 0) {
        counters.drop('unnamed');
        return;
      }
      const stamp = clock.tick();
      decide(purposes, stamp);
      if (!person.isDenied()) own.record('consent', { purposes }, { stamp });
    }),
    connect(link) {
      const channel = createPageChannel(link, channelHost);
      channels.add(channel);
      return channel;
    },
    flush: () => flush().catch(() => counters.drop('fault')),
    health: () => ({ ...counters.read(), queued: queue.count(), stopped: uploader.stopped() }),
    close() {
      const end = guarded(() => {
        screens.end();
        own.tellTroubles();
        write(VIEW, '');
        checkpoints.stop();
      });
      if (!closing) {
        end();
        closing = flush()
          .catch(() => counters.drop('fault'))
          .then(() => uploader.close());
        for (const channel of channels) channel.tell({ type: 'bye' });
      }
      return closing;
    },
  };
}
