import type { Carrier } from '@tidemark/protocol';
import { integerBetween, pick, type Random } from '../../benchmarks/src/load/random.js';
import { createClock } from '../../packages/sdk-web/src/browser/clock.js';
import { newId } from '../../packages/sdk-web/src/browser/random-uuid.js';
import type { Added, Claim, Outbox } from '../../packages/sdk-web/src/queue/outbox.js';
import { openQueue, type Queue } from '../../packages/sdk-web/src/queue/queue.js';
import { connectCollector } from '../../packages/sdk-web/src/transport/collector.js';
import { createSender, type Sender } from '../../packages/sdk-web/src/transport/sender.js';
import { beginLife, endLife, type Life } from './life.js';
import type { Mutation } from './mutations.js';
import type { VirtualTime } from './virtual-time.js';

/** One tracked event, and what the device may promise of it. */
export interface Tracked {
  readonly eventId: string;
  readonly isGood: boolean;
  /** It was in the device's queue for sure. */
  isStored: boolean;
  /** The device has deleted it, because it was acknowledged. */
  isDelivered: boolean;
}

/** A phone with one page at a time: its database outlives its pages. */
export interface VirtualDevice {
  readonly name: string;
  readonly tracked: readonly Tracked[];
  /** What must never be. */
  readonly troubles: readonly string[];
  /** The page tracks some events; they are stored when the moment is over. */
  track(count: number): void;
  /** As `track`, and the page dies after so many turns of its database: some of them may be lost. */
  trackAndDie(count: number, turns: number): Promise<void>;
  /** The page goes: it sends what is at hand. */
  leave(): void;
  kill(): void;
  /** Somebody sets the clock. */
  setClock(offsetMs: number): void;
  resume(): void;
  waiting(): Promise<number>;
  queueId(): Promise<string>;
}

export interface VirtualDeviceOptions {
  readonly name: string;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly epochMs: number;
  readonly fetch: (page: Life) => typeof fetch;
  readonly mutation: Mutation;
  /** Of a database: its transactions under way are aborted, or come to their end without the page. */
  readonly cutDatabase: (name: string) => void;
  readonly trace: (line: string) => void;
}

interface Page {
  readonly life: Life;
  readonly queue: Queue;
  readonly sender: Sender;
}

const FLUSH_MS = 2_000;
const QUEUE_MAX_BYTES = 5_000_000;
const BAD_RATIO = 0.05;
const PAGES = ['/', '/product/P30', '/product/P90', '/orders'];

export function createVirtualDevice(options: VirtualDeviceOptions): VirtualDevice {
  const { name, time, random, epochMs, mutation, trace } = options;
  const tracked: Tracked[] = [];
  const byId = new Map<string, Tracked>();
  const troubles: string[] = [];
  let clockMs = 0;
  let visitor = 0;
  let contextJson = newContext();
  let page = open();

  function wallMs(): number {
    return Math.floor(epochMs + time.now() + clockMs);
  }

  function newContext(): string {
    const id = () => newId<string>(wallMs());
    const sdk = { name: 'simulated', version: '1' };
    const session = { visitorId: id(), sessionId: id(), sessionStartedAt: wallMs() };
    return JSON.stringify({ appId: `app${visitor++ % 2}`, surface: 'h5', sdk, ...session });
  }

  function open(): Page {
    const life = beginLife();
    const note = (reason: string, events: number) => {
      if (life.alive && events > 0) troubles.push(`${name} dropped ${events}: ${reason}`);
    };
    const clock = createClock(wallMs, time.now);
    const queue = openQueue({ ...clock, name, maxBytes: QUEUE_MAX_BYTES, onDrop: note, onLate: () => undefined });
    const real = connectCollector({
      fetch: options.fetch(life),
      endpoint: 'https://collector.example',
      writeKey: 'tm_pk_x',
      withCookie: undefined,
      now: wallMs,
      monotonicMs: time.now,
      onRequest: ({ kind, status }) => life.alive && trace(`${name} ${kind} answered ${status}`),
      onServerTime: () => undefined,
    });
    const carrier: Carrier = mutation.carrier?.(real) ?? real;
    const outboxes = new Map<Outbox, Outbox>();
    const watched = (outbox: Outbox): Outbox => {
      const known = outboxes.get(outbox) ?? { ...outbox, settle: (claim) => settle(outbox, claim) };
      outboxes.set(outbox, known);
      return known;
    };
    const settle = (outbox: Outbox, claim: Claim) => {
      for (const { json } of claim.events) {
        const event = byId.get((JSON.parse(json) as { eventId: string }).eventId);
        if (event && life.alive) event.isDelivered = true;
      }
      return outbox.settle(claim);
    };
    const sender = createSender({
      outbox: async () => watched(await queue.outbox()),
      openOutbox: () => watched(queue.atHand()),
      count: () => queue.count(),
      carrier: () => carrier,
      sentAt: wallMs,
      ...clock,
      random,
      flushIntervalMs: FLUSH_MS,
      exclusively: async (work) => {
        await work();
        return true;
      },
      maySend: () => life.alive,
      onExpired: (events) => note('expired', events),
      era: () => 0,
      onSettled({ setAside }) {
        if (setAside > 0) troubles.push(`${name} set ${setAside} aside`);
      },
      device: () => '{}',
    });
    sender.resume();
    return { life, queue, sender };
  }

  function end({ life, queue, sender }: Page): void {
    if (!life.alive) return;
    options.cutDatabase(name);
    endLife(life);
    sender.close();
    void queue.close(); // what is left of it would open the database once more
  }

  function track(count: number): Tracked[] {
    if (random() < 0.1) contextJson = newContext();
    const fresh = Array.from({ length: count }, () => {
      const isGood = random() >= BAD_RATIO;
      const event: Tracked = { eventId: newId(wallMs()), isGood, isStored: false, isDelivered: false };
      page.queue.add({
        json: eventJson(event),
        contextJson,
        priority: random() < 0.1 ? 'urgent' : 'normal',
      } satisfies Added);
      tracked.push(event);
      byId.set(event.eventId, event);
      return event;
    });
    page.sender.nudge(random() < 0.1);
    return fresh;
  }

  function eventJson({ eventId, isGood }: Tracked): string {
    const base = { eventId, occurredAt: wallMs(), page: pick(random, PAGES) };
    const isView = random() < 0.5;
    if (!isGood) return JSON.stringify({ type: 'view_end', ...base, dwellMs: -integerBetween(random, 1, 9) });
    return JSON.stringify(isView ? { type: 'page_view', ...base } : { type: 'click', target: 'buy', ...base });
  }

  return {
    name,
    tracked,
    troubles,
    track(count) {
      const fresh = track(count);
      const own = page;
      trace(`${name} tracks ${count}`);
      // The database needs no time of this world: when the clock moves, it has them.
      time.after(0.001, () => {
        for (const event of fresh) event.isStored = own.life.alive;
      });
    },
    async trackAndDie(count, turns) {
      track(count);
      trace(`${name} tracks ${count} and dies after ${turns} turns`);
      await time.turns(turns);
      end(page);
      page = open();
    },
    leave() {
      trace(`${name} leaves its page`);
      page.sender.leave();
      end(page);
      page = open();
    },
    kill() {
      trace(`${name} loses its page`);
      end(page);
      page = open();
    },
    setClock(offsetMs) {
      trace(`${name} sets its clock by ${offsetMs} ms`);
      clockMs = offsetMs;
    },
    resume: () => page.sender.resume(),
    waiting: () => page.queue.count(),
    queueId: async () => (await page.queue.outbox()).queueId,
  };
}
