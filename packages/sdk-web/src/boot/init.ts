import { type Ack, brandId, KEY_PREFIXES, type Props } from '@tidemark/protocol';
import { bare } from '../browser/bare.js';
import { type Clock, createClock } from '../browser/clock.js';
import { readDevice } from '../browser/device.js';
import { listen } from '../browser/listen.js';
import { createIds } from '../browser/random-uuid.js';
import { openSmallStorage } from '../browser/small-storage.js';
import { openSessions } from '../identity/session.js';
import { openVisitor } from '../identity/visitor.js';
import { cleanUrl } from '../privacy/clean-url.js';
import { deleteDatabase } from '../queue/idb/database.js';
import type { AddOptions, NewEvent } from '../queue/outbox.js';
import { openQueue, type Queue } from '../queue/queue.js';
import { createTokenBucket } from '../reduce/token-bucket.js';
import type { Emit, EmitOptions, EventFields } from '../track/event-fields.js';
import type { FeatureHost, Verdict, ViewEndFields, ViewStartFields } from '../track/feature.js';
import { trackViews, type ViewFields, type Views } from '../track/views.js';
import { connectCollector } from '../transport/collector.js';
import { exclusively } from '../transport/exclusively.js';
import { announcePresence, type Presence } from '../transport/presence.js';
import { createSender } from '../transport/sender.js';
import { cleanFields } from './clean-fields.js';
import type { Client, EventProps, Health, InitOptions } from './client.js';
import { openConsent } from './consent.js';
import { createContext } from './context.js';
import { createCounters } from './counters.js';
import { createNoClient } from './no-client.js';
import { priorityOf } from './priority.js';

const FLUSH_INTERVAL_MS = 5_000;
/** So many new ones make a batch worth sending before its time. */
const FULL_BATCH_EVENTS = 50;
const QUEUE_MAX_BYTES = 5 * 1_048_576;
/** The browser takes the locks of a page that died one after the other. */
const HEIR_WAITS_MS = 1_000;
/** Without a prototype: a page may have given that of all objects an `eventId`. */
const NOTHING: EmitOptions = Object.create(null);
/** Kept in memory until the visitor decides. */
const HELD_MAX = 10_000;
/** A burst of a page at work passes; a loop gone wild does not fill the device. Orders and conversions always pass. */
const BURST_EVENTS = 20_000;
const EVENTS_PER_SECOND = 100;

/**
 * Starts tracking. Without a page (server render, worker) the client does nothing.
 *
 * @param wallMs - epoch milliseconds; @param monotonicMs - never steps. Default: the page's own clocks.
 * @throws nothing: a wrong option shows in `health()` and in the browser's console, once.
 */
export function init<E extends { readonly [N in keyof E]: Props | undefined } = EventProps>(
  options: InitOptions,
  wallMs: () => number = () => Date.now(),
  monotonicMs: () => number = () => performance.now(),
): Client<E> {
  if (typeof window === 'undefined' || typeof document === 'undefined') return createNoClient();
  try {
    return start(options, createClock(wallMs, monotonicMs));
  } catch (error) {
    console.warn('tidemark: tracking is off', error);
    return createNoClient();
  }
}

function start(options: InitOptions, clock: Clock): Client {
  const { writeKey } = options;
  if (!writeKey.startsWith(KEY_PREFIXES.write)) throw new Error('writeKey: a page needs one that begins with tm_pk_');
  const endpoint = options.endpoint.replace(/\/+$/, '');
  const name = `tidemark-${writeKey.slice(-12)}`;
  const counters = createCounters();
  const { drop } = counters;
  const consent = openConsent({
    storage: openSmallStorage(`${name}-`, true),
    initial: options.consent ?? 'granted',
    honourGpc: options.honourGpc ?? true,
    honourDnt: options.honourDnt ?? false,
  });
  const storage = openSmallStorage(`${name}.`, consent.gate() === 'granted');
  if (consent.gate() === 'denied') storage.clear(); // a page that ended with the decision may not have come to it
  const visitor = openVisitor(storage, clock.now);
  if (consent.gate() === 'denied') visitor.renew(); // nobody's cookie is to bring the former id back
  const sessions = openSessions(storage, options.endSessionAtMidnight ?? false);
  const context = createContext(options, { storage, visitor, sessions, clock, purposes: consent.purposes });
  const bucket = createTokenBucket({
    capacity: BURST_EVENTS,
    perSecond: EVENTS_PER_SECOND,
    monotonicMs: clock.monotonicMs,
  });
  const newId = createIds();
  const tabId = newId(clock.now());
  let disabled = false;
  let deviceJson: string | undefined;
  /** What features listen to. */
  const on = {
    view: [] as (() => void)[],
    viewStart: [] as (() => ViewStartFields)[],
    viewEnd: [] as (() => ViewEndFields)[],
    hide: [] as (() => void)[],
    start: [] as (() => void)[],
    judge: [] as ((type: EventFields['type'], name: string | undefined) => Verdict)[],
    ack: [] as ((ack: Ack) => void)[],
  };
  let queue: Queue | undefined;
  let presence: Presence | undefined;
  let held: { readonly event: NewEvent; readonly how: AddOptions }[] = [];
  let waiting = 0;
  /** Of the batch that is filling up; and whether the eldest tab knows that there is one. */
  let fresh = 0;
  let nudged = false;
  let closed = false;
  let closing: Promise<void> | undefined;
  let gone = false;
  let views: Views | undefined;

  const gate = (): Health['consent'] => (disabled ? 'disabled' : consent.gate());

  function openOwnQueue(): Queue {
    const maxBytes = options.maxQueueBytes ?? QUEUE_MAX_BYTES;
    const common = { name, now: clock.now, maxBytes, onDrop: drop };
    return options.encryption ? options.encryption(openQueue(common), common) : openQueue(common);
  }

  /** What pages that died left behind becomes events. */
  async function recoverDrafts(): Promise<void> {
    if (gate() !== 'granted' || !presence) return;
    try {
      const outbox = await needQueue().outbox();
      if ((await outbox.promoteDrafts((await presence.living()) ?? new Set())) > 0) sender.nudge(false);
    } catch {
      // a queue that is lost is recovered by the next page
    }
  }

  const fetchPage = (options.fetch ?? window.fetch).bind(window);
  const collector = connectCollector({
    // Asked last: between a decision to send and the request there is a disk, and gzip.
    fetch: (...request) => (consent.gate() === 'granted' ? fetchPage(...request) : Promise.reject()),
    endpoint,
    writeKey,
    withCookie: options.cookie ?? false,
    now: clock.now,
    monotonicMs: clock.monotonicMs,
    onRequest: (trace) => counters.request({ at: clock.now() - trace.tookMs, ...trace }),
    onServerTime: clock.learn,
  });

  const needQueue = (): Queue => {
    queue ??= openOwnQueue();
    return queue;
  };
  const sender = createSender({
    outbox: () => needQueue().outbox(),
    openOutbox: () => queue?.atHand(),
    collector,
    sentAt(claim) {
      const epoch = context.epochOf(claim.events[0]?.contextJson ?? '');
      return epoch === undefined ? clock.now() : clock.nowIn(epoch);
    },
    now: clock.now,
    monotonicMs: clock.monotonicMs,
    random: Math.random,
    flushIntervalMs: options.flushIntervalMs ?? FLUSH_INTERVAL_MS,
    exclusively: (work) =>
      exclusively(
        {
          name,
          now: clock.now,
          takeLease: async (until) => queue !== undefined && (await queue.outbox()).lease(tabId, until),
        },
        work,
      ).finally(() => {
        nudged = false;
        void countWaiting();
      }), // another tab may have sent what this one tracked
    era: () => queue,
    maySend: () => !closed && gate() === 'granted',
    onSettled(settled) {
      counters.settle(settled);
      waiting = Math.max(0, waiting - settled.delivered - settled.rejected - settled.setAside);
      if (settled.setAside > 0) drop('unsendable', settled.setAside);
      if (settled.ack) for (const listener of on.ack) listener(settled.ack);
    },
    device() {
      deviceJson ??= JSON.stringify(readDevice());
      return deviceJson;
    },
  });

  function announce(): void {
    presence = announcePresence(
      name,
      tabId,
      guard((now) => {
        if (gate() !== 'granted') return;
        sender.nudge(now);
        if (now) setTimeout(recoverDrafts, HEIR_WAITS_MS);
      }),
    );
  }

  async function countWaiting(): Promise<void> {
    const counted = queue;
    const events = await counted?.count().catch(() => undefined);
    if (events !== undefined && queue === counted) waiting = events; // not those of one that was purged meanwhile
  }

  function compose(fields: EventFields, { occurredAt, eventId }: EmitOptions, weight = 1): NewEvent {
    const now = clock.now();
    const view = views?.current();
    const event = bare({
      eventId: eventId ?? newId(now),
      occurredAt: occurredAt ?? now,
      monotonicMs: Math.round(clock.monotonicMs()),
      ...(weight > 1 ? { sampleWeight: weight } : {}),
      ...cleanFields({ ...(view ? { page: view.page, viewId: view.viewId } : {}), ...fields }, cleaning),
    });
    // The end of a view tells of the past: after an idle hour it must not begin a session of its own.
    const contextJson = event.type === 'view_end' && context.last() ? context.last() : context.at(now);
    return { json: JSON.stringify(event), contextJson };
  }
  const cleaning = {
    onDropped: (props: number) => drop('bad_prop', props),
    mask: options.mask ?? ((text: string) => text),
  };

  /** Whether an event is kept, and for how many it stands. */
  function judge(fields: EventFields): Verdict {
    const state = gate();
    if (closed) return 'closed';
    if (state === 'denied') return 'consent';
    if (state === 'disabled') return state;
    if (fields.type === 'sdk_health') return 1; // it tells of what was dropped
    const weight = sample(fields);
    return typeof weight === 'string' || priorityOf(fields.type) === 'urgent' || bucket.take()
      ? weight
      : 'rate_limited';
  }

  function sample(fields: EventFields): Verdict {
    let weight = 1;
    for (const rule of on.judge) {
      const verdict = rule(fields.type, 'name' in fields ? fields.name : undefined);
      if (typeof verdict === 'string') return verdict;
      weight *= verdict;
    }
    return weight;
  }

  const emit: Emit = (fields, given = NOTHING) => {
    const verdict = judge(fields);
    if (typeof verdict === 'string') {
      drop(verdict, 1);
      return;
    }
    const priority = priorityOf(fields.type);
    const how: AddOptions = {
      priority,
      ...(fields.type === 'view_end' ? { strict: true, draftId: tabId } : {}),
    };
    const event = compose(fields, given, verdict);
    if (gate() === 'unknown') {
      if (held.length === HELD_MAX) drop('memory_full', 1);
      else held.push({ event, how });
      return;
    }
    add(event, how);
  };

  function add(event: NewEvent, how: AddOptions): void {
    needQueue().add(event, how);
    waiting++;
    fresh++;
    if (!nudged) presence?.nudge();
    nudged = true;
    const isFull = fresh === FULL_BATCH_EVENTS;
    if (isFull) fresh = 0;
    sender.nudge(how.priority === 'urgent' || isFull);
  }

  /** After a decision: releases what was held back, or deletes what there is. */
  function applyGate(): void {
    const state = consent.gate();
    if (state === 'granted') {
      storage.persist();
      visitor.become(storage.get('visitor') ?? ''); // another tab may have been first
      for (const { event, how } of held.splice(0)) add(event, how);
      begin();
    } else if (state === 'denied') {
      const former = queue;
      queue = undefined;
      if (held.length > 0) drop('consent', held.length);
      held = [];
      waiting = 0;
      storage.clear();
      consent.decide({}); // once more, now that there is room for it
      visitor.renew();
      sessions.reset();
      context.forget();
      context.at(clock.now()); // the view that goes on ends as somebody else's
      void former?.purge().then((events) => events > 0 && drop('consent', events));
    }
  }

  /** Sends what an earlier visit left behind, and asks what the operator wants. */
  function begin(): void {
    needQueue();
    void countWaiting();
    sender.resume();
    void recoverDrafts();
    for (const listener of on.start) guard(listener)();
  }

  function tellTroubles(): void {
    const troubles = gate() === 'granted' && counters.takeTroubles();
    if (troubles) emit({ type: 'sdk_health', queued: waiting, ...troubles });
  }

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
  const guardedEmit = guard(emit);
  const withProps = (props: Props | undefined) => (props ? { props } : {});

  function describeView(path: string): ViewFields {
    try {
      return options.describeView?.(path) ?? {};
    } catch {
      drop('internal_error', 1); // the app's function: the view counts all the same
      return {};
    }
  }

  /** What features add to an event; one that fails adds nothing. */
  function gather<F extends object>(readers: readonly (() => F)[]): F {
    const fields = {} as F; // all fields of F may be absent
    for (const read of readers) guard(() => Object.assign(fields, read()))();
    return fields;
  }

  const flush = (): Promise<void> => (gate() === 'granted' ? sender.flush() : Promise.resolve());
  const onHide = guard(() => {
    for (const listener of on.hide) guard(listener)();
    tellTroubles();
  });
  const whenHidden = (work: () => void) => () => {
    if (document.visibilityState === 'hidden') work();
  };
  const resume = guard(() => sender.resume());

  const reloadConsent = guard(() => {
    const before = consent.gate();
    consent.reload();
    if (consent.gate() !== before) applyGate();
  });
  /** At the start, and out of the back-forward cache. */
  const wake = guard(() => {
    if (closing || gone) return;
    if (presence) presence.resume();
    else announce();
    if (consent.gate() === 'granted') begin();
    // What a page that ended with the decision did not come to.
    if (consent.gate() === 'denied' && !queue) void deleteDatabase(name);
  });

  // Features listen before views end, and views end before the queue is emptied.
  const host: FeatureHost = {
    emit: guardedEmit,
    clock,
    drop,
    storage,
    visitor,
    onView: (listener) => on.view.push(listener),
    atViewStart: (read) => on.viewStart.push(read),
    atViewEnd: (read) => on.viewEnd.push(read),
    onHide: (listener) => on.hide.push(listener),
    onStart: (listener) => on.start.push(listener),
    judge: (rule) => on.judge.push(rule),
    onAck: (listener) => on.ack.push(listener),
    ask: async (kind) => (consent.gate() === 'granted' ? collector.get(kind) : undefined),
    setDisabled(next) {
      disabled = next;
      if (!next) resume();
    },
    newSession: sessions.reset,
  };
  const stops: (() => void)[] = [];
  for (const feature of options.features ?? []) guard(() => stops.push(guard(feature(host))))();
  stops.push(
    listen(document, 'visibilitychange', whenHidden(onHide)),
    listen(window, 'pagehide', onHide),
    // Before views look: while it lay in the back-forward cache the visitor may have decided elsewhere.
    listen(window, 'pageshow', reloadConsent),
  );
  const trackedViews = trackViews({
    emit: guardedEmit,
    saveDraft: guard((fields, given) => {
      if (gate() === 'granted' && typeof sample(fields) === 'number') queue?.saveDraft(tabId, compose(fields, given));
    }),
    guard,
    clock,
    automatic: options.automaticViews ?? true,
    describe: describeView,
    cleanUrl: (url) => cleanUrl(url, options.keepQuery ?? []),
    startFields() {
      for (const listener of on.view) guard(listener)();
      return gather(on.viewStart);
    },
    endFields: () => gather(on.viewEnd),
  });
  views = trackedViews;
  const leave = guard(() => sender.leave());
  stops.push(
    listen(window, 'online', resume),
    listen(window, 'pageshow', (event) => {
      gone = false;
      if ((event as PageTransitionEvent).persisted) wake();
    }),
    listen(window, 'storage', (event) => {
      if ((event as StorageEvent).key === `${name}-consent`) reloadConsent();
    }),
    // Shown: what waited is sent; hidden: while there is still time. A page that is being left must not begin anything: the
    // browser would not keep it.
    listen(document, 'visibilitychange', () => gone || resume()),
    listen(document, 'freeze', leave),
    listen(window, 'pagehide', () => {
      gone = true;
      leave();
      presence?.pause();
    }),
  );
  // What the page is about to do goes first; an event of this very task opens the queue by itself.
  setTimeout(wake);

  async function endAll(): Promise<void> {
    trackedViews.stop();
    for (const stop of stops) stop();
    tellTroubles();
    if (held.length > 0) drop('closed', held.length);
    held = [];
    await flush();
    closed = true;
    sender.close();
    presence?.pause();
    await queue?.close();
  }

  // Each field by its name: the app's own object may hold more, a `type` or a `seq` among them.
  return {
    track: (eventName, props?: Props) => guardedEmit({ type: 'custom', name: eventName, ...withProps(props) }),
    page: guard((fields) => {
      if (!closing) trackedViews.show(fields);
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
    alias: guard((previousVisitorId) => emit({ type: 'alias', previousVisitorId: brandId(String(previousVisitorId)) })),
    reset: guard(() => {
      const { page } = trackedViews.current() ?? {};
      context.forget();
      visitor.renew();
      sessions.reset();
      if (page !== undefined && !closing) trackedViews.show();
    }),
    consent: guard((purposes) => {
      const before = consent.gate();
      const decided = consent.decide(purposes);
      if (consent.gate() !== before) applyGate();
      if (consent.gate() === 'granted') emit({ type: 'consent', purposes: decided });
    }),
    flush,
    health: (): Health => ({
      queued: waiting + held.length,
      ...counters.read(),
      storage: queue?.storage() ?? 'memory',
      stopped: sender.stopped(),
      consent: gate(),
      clock: { ...clock.offset(), steps: clock.steps() },
    }),
    close() {
      closing ??= endAll();
      return closing;
    },
  };
}
