import { type Carrier, type ConsentByPurpose, cleanUrl, KEY_PREFIXES, type Props } from '@tidemark/protocol';
import { bare } from '../browser/bare.js';
import { type Clock, createClock } from '../browser/clock.js';
import { readDevice } from '../browser/device.js';
import { listen } from '../browser/listen.js';
import { createIds } from '../browser/random-uuid.js';
import { openSmallStorage } from '../browser/small-storage.js';
import { openSessions } from '../identity/session.js';
import { openVisitor } from '../identity/visitor.js';
import { deleteDatabase } from '../queue/idb/database.js';
import { createMemoryOutbox } from '../queue/memory-outbox.js';
import type { Added, NewEvent } from '../queue/outbox.js';
import { openQueue, type Queue } from '../queue/queue.js';
import { createTokenBucket } from '../reduce/token-bucket.js';
import type { Emit, EmitOptions, EventFields } from '../track/event-fields.js';
import type { Verdict } from '../track/feature.js';
import { trackViews, type Views } from '../track/views.js';
import { connectCollector } from '../transport/collector.js';
import { exclusively } from '../transport/exclusively.js';
import { announcePresence, type Presence } from '../transport/presence.js';
import { createSender } from '../transport/sender.js';
import { appEvents } from './app-events.js';
import type { Client, EventProps, Health, InitOptions } from './client.js';
import { openConsent } from './consent.js';
import { createContext } from './context.js';
import { createCounters } from './counters.js';
import { createFeatures } from './features.js';
import { fieldsJson } from './fields-json.js';
import { createGuard } from './guard.js';
import { BURST_EVENTS, EVENTS_PER_SECOND, HELD_MAX, QUEUE_MAX_BYTES } from './limits.js';
import { createNoClient } from './no-client.js';
import { priorityOf } from './priority.js';

const FLUSH_INTERVAL_MS = 5_000;
/** So many new ones make a batch worth sending before its time. */
const FULL_BATCH_EVENTS = 50;
/** The browser takes the locks of a page that died one after the other. */
const HEIR_WAITS_MS = 1_000;
/** Without a prototype: a page may have given that of all objects an `eventId`. */
const NOTHING: EmitOptions = /* @__PURE__ */ bare({});

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
  if (typeof document === 'undefined') return createNoClient();
  try {
    return start(options, createClock(wallMs, monotonicMs));
  } catch (error) {
    console.warn('tidemark: tracking is off', error);
    return createNoClient();
  }
}

function start(options: InitOptions, clock: Clock): Client {
  const { writeKey } = options;
  if (!writeKey.startsWith(KEY_PREFIXES.write)) throw new Error('a writeKey begins with tm_pk_');
  const endpoint = options.endpoint.replace(/\/+$/, '');
  const name = `tidemark-${writeKey.slice(-12)}`;
  const counters = createCounters();
  const { drop } = counters;
  const guard = createGuard(() => drop('internal_error', 1));
  const features = createFeatures(guard);
  const consent = openConsent(openSmallStorage(`${name}-`, true), options, applyGate);
  const storage = openSmallStorage(`${name}.`, consent.gate() === 'granted');
  if (consent.gate() === 'denied') storage.clear(); // a page that ended with the decision may not have come to it
  const visitor = openVisitor(storage, clock.now);
  if (consent.gate() === 'denied') visitor.renew(); // nobody's cookie is to bring the former id back
  const sessions = openSessions(storage, options.endSessionAtMidnight);
  const context = createContext(options, { storage, visitor, sessions, clock, purposes: consent.purposes });
  const bucket = createTokenBucket(BURST_EVENTS, EVENTS_PER_SECOND, clock.monotonicMs);
  let newId = createIds();
  const tabId = newId(clock.now());
  let disabled = false;
  let deviceJson: string | undefined;
  let queue: Queue | undefined;
  let presence: Presence | undefined;
  let held: Added[] = [];
  let waiting = 0;
  /** Events so far that were not urgent; and whether the eldest tab knows that there are any. */
  let fresh = 0;
  let nudged = false;
  let closed = false;
  let closing: Promise<void> | undefined;
  let gone = false;
  let views: Views | undefined;

  const gate = (): Health['consent'] => (disabled ? 'disabled' : consent.gate());

  /** Opened with the first need of it: before consent there is none. */
  function needQueue(): Queue {
    if (!queue) {
      const maxBytes = options.maxQueueBytes ?? QUEUE_MAX_BYTES;
      const common = { ...clock, name, maxBytes, onDrop: drop, onLate: sendLeft };
      queue = options.encryption?.(openQueue(common), createMemoryOutbox(common), drop) ?? openQueue(common);
    }
    return queue;
  }

  /** What pages that died left behind becomes events. */
  async function recoverDrafts(): Promise<void> {
    if (gate() !== 'granted' || !presence) return;
    const { living } = presence;
    try {
      const outbox = await needQueue().outbox();
      if (await outbox.promoteDrafts(living)) sender.nudge(false);
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
    withCookie: options.cookie,
    ...clock,
    onRequest: (trace) => counters.request({ at: clock.now() - trace.tookMs, ...trace }),
    onServerTime: clock.learn,
  });

  let carrier: Carrier = collector;
  const sender = createSender({
    outbox: () => needQueue().outbox(),
    openOutbox: () => queue?.atHand(),
    carrier: () => carrier,
    sentAt: (claim) => clock.nowIn(context.epochOf(claim.events[0]?.contextJson)),
    ...clock,
    random: Math.random,
    flushIntervalMs: options.flushIntervalMs ?? FLUSH_INTERVAL_MS,
    exclusively: (work) =>
      exclusively(
        {
          ...clock,
          name,
          takeLease: async (until) => (await queue?.outbox())?.lease(tabId, until),
        },
        work,
      ),
    count: countWaiting,
    era: () => queue,
    maySend: () => !closed && gate() === 'granted',
    onSettled(settled) {
      counters.settle(settled);
      waiting = Math.max(0, waiting - settled.delivered - settled.rejected - settled.setAside);
      drop('unsendable', settled.setAside);
      if (settled.ack) features.tell('onAck', settled.ack);
    },
    onExpired: (events) => drop('expired', events),
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

  /** Another tab may have sent what this one tracked. */
  async function countWaiting(known?: number): Promise<number> {
    const counted = queue; // none is opened for it: consent may have ended meanwhile
    const events = known ?? (await counted?.count()) ?? 0;
    if (queue === counted) waiting = events; // not those of one that was purged meanwhile
    nudged = false;
    return events;
  }

  function compose(fields: EventFields, { occurredAt, eventId }: EmitOptions, weight = 1): NewEvent {
    const now = clock.now();
    const view = views?.current();
    const json = fieldsJson(
      {
        eventId: eventId ?? newId(now),
        occurredAt: occurredAt ?? now,
        monotonicMs: Math.round(clock.monotonicMs()),
        sampleWeight: weight > 1 ? weight : undefined,
        page: view?.page,
        viewId: view?.viewId,
        ...features.tell('atEvent', fields),
        ...fields,
      },
      cleaning,
    );
    // The end of a view tells of the past: after an idle hour it must not begin a session of its own.
    const contextJson = (fields.type === 'view_end' && context.last()) || context.at(now);
    return { json, contextJson };
  }
  const cleaning = {
    onDropped: (props: number) => drop('bad_prop', props),
    mask: options.mask ?? ((text: string) => text),
  };

  /** Whether an event is kept, and for how many it stands. */
  function judge(fields: EventFields): Verdict {
    const state = gate();
    if (closing) return 'closed';
    if (state === 'denied') return 'consent';
    if (state === 'disabled') return state;
    if (fields.type === 'sdk_health') return 1; // it tells of what was dropped
    const weight = features.judge(fields);
    return typeof weight === 'string' || priorityOf(fields.type) === 'urgent' || bucket.take()
      ? weight
      : 'rate_limited';
  }

  const emit: Emit = guard((fields: EventFields, given: EmitOptions = NOTHING) => {
    const verdict = judge(fields);
    if (typeof verdict === 'string') {
      drop(verdict, 1);
      return;
    }
    const isEnd = fields.type === 'view_end';
    const care = { priority: priorityOf(fields.type), strict: isEnd, draftId: isEnd ? tabId : undefined };
    const event = { ...compose(fields, given, verdict), ...care };
    if (gate() === 'unknown') {
      if (held.length === HELD_MAX) drop('memory_full', 1);
      else held.push(event);
      return;
    }
    add(event);
  });

  function add(event: Added): void {
    needQueue().add(event);
    waiting++;
    if (!nudged) presence?.nudge();
    nudged = true;
    sender.nudge(event.priority === 'urgent' || ++fresh % FULL_BATCH_EVENTS === 0);
  }

  /** Nothing that is tracked from here on tells whose the events before were. */
  function beAnother(): void {
    context.forget();
    visitor.renew();
    sessions.reset();
    newId = createIds(); // whose ids share their random bits
  }

  /** After a decision: releases what was held back, or deletes what there is. */
  function applyGate(): void {
    const state = consent.gate();
    if (state === 'granted') {
      const former = visitor.id();
      visitor.become(openSmallStorage(`${name}.`, true).get('visitor') ?? ''); // another tab may have been first
      storage.persist();
      for (const event of held.splice(0))
        add({ ...event, contextJson: event.contextJson.replace(former, visitor.id()) });
      begin();
    } else if (state === 'denied') {
      const former = queue;
      queue = undefined;
      drop('consent', held.length);
      held = [];
      waiting = 0;
      storage.clear();
      beAnother();
      context.at(clock.now()); // the view that goes on ends as somebody else's
      void former?.purge().then((events) => drop('consent', events));
    }
  }

  function decide(purposes: ConsentByPurpose): void {
    const decided = consent.decide(purposes);
    features.tell('onConsent');
    if (consent.gate() === 'granted') emit({ type: 'consent', purposes: decided });
  }

  /** Sends what an earlier visit left behind, and asks what the operator wants. */
  function begin(): void {
    needQueue();
    sendLeft();
    features.tell('onStart');
  }

  function sendLeft(): void {
    void countWaiting().then(sender.resume, sender.resume); // in turn: what is settled meanwhile would be counted out twice
    void recoverDrafts();
  }

  function tellTroubles(): void {
    const troubles = gate() === 'granted' && counters.takeTroubles();
    if (troubles) emit({ type: 'sdk_health', queued: waiting, ...troubles });
  }

  const onHide = guard(() => {
    features.tell('onHide');
    tellTroubles();
  });
  const resume = guard(sender.resume);

  const reloadConsent = guard(consent.reload);
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
  const stops = features.start(options.features ?? [], {
    emit,
    clock,
    drop,
    storage,
    visitor,
    ask: async (kind) => (consent.gate() === 'granted' ? collector.get(kind) : undefined),
    setDisabled(next) {
      disabled = next;
      if (!next) resume();
    },
    sessions,
    user: context,
    consent: { purposes: consent.purposes, decide },
    carry(wrap) {
      carrier = wrap(carrier);
    },
    send: resume,
  });
  stops.push(
    listen(document, 'visibilitychange', () => document.hidden && onHide()),
    listen(window, 'pagehide', onHide),
    // Before views look: while it lay in the back-forward cache the visitor may have decided elsewhere.
    listen(window, 'pageshow', reloadConsent),
  );
  const shown = trackViews({
    emit,
    saveDraft(fields, given) {
      const weight = features.judge(fields);
      if (gate() === 'granted' && typeof weight === 'number') queue?.saveDraft(tabId, compose(fields, given, weight));
    },
    guard,
    clock,
    automatic: options.automaticViews ?? true,
    describe: guard((path) => options.describeView?.(path)), // the app's function: where it fails, the view counts all the same
    cleanUrl: (url) => cleanUrl(url, options.keepQuery ?? []),
    startFields() {
      features.tell('onView');
      return features.tell('atViewStart');
    },
    endFields: () => features.tell('atViewEnd'),
  });
  views = shown;
  const leave = guard(sender.leave);
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
    shown.stop();
    for (const stop of stops) stop();
    tellTroubles();
    drop('closed', held.length);
    held = [];
    await sender.flush();
    closed = true;
    sender.close();
    presence?.pause();
    await queue?.close();
  }

  return {
    ...appEvents(emit, guard),
    page: guard((fields) => {
      if (!closing) shown.show(fields);
    }),
    identify: guard((id, traits) => {
      emit({ type: 'identify', userId: context.identify(id), traits });
    }),
    reset: guard(() => {
      const { page } = shown.current() ?? {};
      beAnother();
      if (page !== undefined && !closing) shown.show();
    }),
    consent: guard(decide),
    flush: sender.flush,
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
