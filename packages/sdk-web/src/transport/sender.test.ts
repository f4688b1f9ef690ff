import {
  BATCH_CUT,
  brandId,
  cutBatch,
  DELIVERY_BACKOFF,
  type DeliveryOutcome,
  type EventBatch,
} from '@tidemark/protocol';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMemoryOutbox } from '../queue/memory-outbox.js';
import type { Claim, Outbox, QueuedEvent } from '../queue/outbox.js';
import type { Collector } from './collector.js';
import { createSender, type SenderOptions, type Settled } from './sender.js';

const T = 1_800_000_000_000;
const DAY_MS = 86_400_000;

/** A queue that remembers its claims, as the one on disk does when its page is gone. */
function createOutbox(queueId = 'q1') {
  let events: QueuedEvent[] = [];
  let claims: Claim[] = [];
  let lastSeq = 0;
  const isFree = ({ seq }: QueuedEvent) => !claims.some((claim) => claim.events.some((event) => event.seq === seq));
  function hold(batchId: string, held: readonly QueuedEvent[]): Claim | undefined {
    if (held.length === 0) return undefined;
    const claim = { batchId, events: held };
    claims.push(claim);
    return claim;
  }
  const outbox: Outbox = {
    queueId,
    storage: 'indexeddb',
    add: (event) => void events.push({ ...event, seq: ++lastSeq, t: T + performance.now() }),
    saveDraft: () => undefined,
    promoteDrafts: async () => 0,
    async claim(batchId, policy) {
      const free = events.filter(isFree).slice(0, policy.maxEvents);
      const sizes = free.map(({ json, contextJson }) => ({
        contextId: contextJson,
        sizeBytes: Buffer.byteLength(json),
      }));
      const claim = hold(batchId, free.slice(0, cutBatch(sizes, policy)));
      return claim && { ...claim, nextAt: events.find(isFree)?.t };
    },
    claimFresh: (batchId) => hold(batchId, events.filter(isFree)),
    openClaims: async () => [...claims],
    async settle({ batchId, events: settled }) {
      claims = claims.filter((claim) => claim.batchId !== batchId);
      events = events.filter((event) => !settled.some(({ seq }) => seq === event.seq));
    },
    async release({ batchId }) {
      claims = claims.filter((claim) => claim.batchId !== batchId);
    },
    lease: async () => true,
    count: async () => events.length,
    close: () => undefined,
  };
  const add = (name: string, context = 'a') =>
    outbox.add({
      json: JSON.stringify({ eventId: name }),
      contextJson: JSON.stringify({ appId: context }),
      priority: 'normal',
    });
  return { outbox, add };
}

interface Post {
  readonly atMs: number;
  readonly batchId: string;
  readonly batch: EventBatch;
  readonly leaving: boolean;
  readonly names: readonly string[];
}

const acked = (batchId: string, rejected: number[] = []): DeliveryOutcome => ({
  kind: 'delivered',
  ack: {
    batchId: brandId(batchId),
    accepted: 1,
    duplicate: 0,
    serverTimeMs: T,
    rejected: rejected.map((index) => ({ index, eventId: brandId(''), reason: 'too_long', field: 'name' })),
  },
});
const retry = (afterMs?: number): DeliveryOutcome => ({ kind: 'retry', afterMs });

type Answer = (post: Post) => DeliveryOutcome | Promise<DeliveryOutcome>;

/** What tests say of the other end. */
interface Other {
  readonly posts: Post[];
  readonly asked: string[][];
  readonly answers: Answer[];
  /** Batches that are durable; undefined where no answer comes. */
  durable: readonly string[] | undefined;
  /** Whether the browser carries more at the end of the page. */
  carries: boolean;
}

function createCollector(): Other & { readonly collector: Collector } {
  let underway = 0;
  async function post(batchId: string, json: string, leaving: boolean): Promise<DeliveryOutcome> {
    if (!leaving) expect(++underway).toBe(1); // nothing is sent twice at a time
    const batch = JSON.parse(json) as EventBatch;
    const names = batch.events.map(({ eventId }) => eventId as string);
    const given = { atMs: performance.now(), batchId, batch, leaving, names };
    other.posts.push(given);
    const outcome = await (other.answers.shift() ?? (() => acked(batchId)))(given);
    if (!leaving) underway--;
    return outcome;
  }
  const other: Other & { readonly collector: Collector } = {
    posts: [],
    asked: [],
    answers: [],
    durable: [],
    carries: true,
    collector: {
      post: (batchId, json) => post(batchId, json, false),
      roomLeaving: () => 64_000,
      postLeaving: (batchId, json) => (other.carries ? post(batchId, json, true) : undefined),
      async ask(batchIds) {
        other.asked.push([...batchIds]);
        return other.durable?.filter((id) => batchIds.includes(id));
      },
      get: async () => undefined,
    },
  };
  return other;
}

/** A sender on a fake clock; each post is answered by the next of the given answers, then delivered. */
function start(options: Partial<SenderOptions> = {}, queue = createOutbox()) {
  const { outbox, add } = queue;
  const settled: Settled[] = [];
  const other = createCollector();
  const { posts, answers, asked, collector } = other;
  const expired: number[] = [];
  /** `former`: what the clock was before it was set. */
  const clock = { wall: T, former: T };
  const now = () => clock.wall + performance.now();
  const sender = createSender({
    outbox: async () => outbox,
    openOutbox: () => outbox,
    count: async () => (await (options.outbox?.() ?? outbox)).count(),
    carrier: () => collector,
    sentAt: now,
    now,
    nowBy: (pick) => pick(clock.wall, clock.former) + performance.now(),
    monotonicMs: () => performance.now(),
    random: () => 0.999,
    flushIntervalMs: 5_000,
    exclusively: async (work) => {
      await work();
      return true;
    },
    maySend: () => true,
    era: () => 0,
    onSettled: (each) => settled.push(each),
    onExpired: (events) => expired.push(events),
    device: () => '{"locale":"zh-CN"}',
    ...options,
  });
  onTestFinished(() => sender.close());
  return { sender, outbox, add, posts, settled, expired, answers, clock, asked, other };
}

describe('createSender', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
  });

  it('sends one batch a context, in order, numbered by the queue', async () => {
    const { sender, add, posts, settled, outbox } = start();
    add('e1', 'a');
    add('e2', 'a');
    add('e3', 'b');
    add('e4', 'a');
    await sender.flush();
    expect(posts.map((post) => post.names)).toEqual([['e1', 'e2'], ['e3'], ['e4']]);
    expect(posts.map(({ batch }) => batch.context)).toEqual(
      ['a', 'b', 'a'].map((appId) => ({ queueId: 'q1', device: { locale: 'zh-CN' }, appId })),
    );
    expect(posts.flatMap(({ batch }) => batch.events.map(({ seq }) => seq))).toEqual([1, 2, 3, 4]);
    expect(new Set(posts.map((post) => post.batchId)).size).toBe(3);
    expect(posts.map(({ batch }) => batch.batchId)).toEqual(posts.map((post) => post.batchId));
    expect(settled.map(({ delivered }) => delivered)).toEqual([2, 1, 1]);
    expect(await outbox.count()).toBe(0);
  });

  it('holds a batch to its number of events and to its size in bytes, not in characters', async () => {
    const { sender, add, posts, outbox } = start();
    for (let i = 0; i < BATCH_CUT.maxEvents + 1; i++) add(`e${i}`);
    await sender.flush();
    expect(posts.map(({ names }) => names.length)).toEqual([BATCH_CUT.maxEvents, 1]);
    posts.length = 0;
    for (let i = 0; i < 3; i++)
      outbox.add({
        json: `{"eventId":"${'币'.repeat(12_000)}"}`,
        contextJson: '{"appId":"a"}',
        priority: 'normal',
      });
    await sender.flush();
    expect(posts.map(({ names }) => names.length)).toEqual([1, 1, 1]); // 36 kB each
  });

  it('waits for company, and does not wait with what is urgent', async () => {
    const { sender, add, posts } = start();
    add('e1');
    sender.nudge(false);
    await vi.advanceTimersByTimeAsync(4_000);
    add('e2');
    sender.nudge(false); // does not put it off
    expect(posts).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(posts.map((post) => post.names)).toEqual([['e1', 'e2']]);
    add('e3');
    sender.nudge(false);
    sender.nudge(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(posts[1]?.names).toEqual(['e3']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts).toHaveLength(2);
  });

  it('repeats a batch without an answer as it was: its id and its bytes, but for the time it left', async () => {
    const { sender, add, posts, answers } = start();
    answers.push(
      () => retry(),
      () => retry(),
    );
    add('e1');
    await sender.flush();
    add('e2'); // comes too late for this batch
    await vi.advanceTimersByTimeAsync(10_000);
    expect(posts.map((post) => post.names)).toEqual([['e1'], ['e1'], ['e1'], ['e2']]);
    const [first, second, third, last] = posts.map(({ batch }) => batch);
    expect({ ...second, sentAt: 0 }).toEqual({ ...first, sentAt: 0 });
    expect({ ...third, sentAt: 0 }).toEqual({ ...first, sentAt: 0 });
    expect(second?.sentAt).toBeGreaterThan(first?.sentAt ?? Number.POSITIVE_INFINITY);
    expect(last?.batchId).not.toBe(first?.batchId);
  });

  it('waits longer after each failure, up to a bound, and begins anew after a success', async () => {
    const { sender, add, posts, answers } = start();
    for (let i = 0; i < 12; i++) answers.push(() => retry());
    add('e1');
    void sender.flush();
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    const waits = posts.slice(1).map((post, index) => post.atMs - (posts[index]?.atMs ?? 0));
    const expected = waits.map((_, index) => 0.999 * Math.min(DELIVERY_BACKOFF.maxMs, 1_000 * 2 ** index));
    for (const [index, wait] of waits.entries()) expect(Math.abs(wait - (expected[index] ?? 0))).toBeLessThan(3);
    expect(posts).toHaveLength(13);
    answers.push(() => retry());
    add('e2');
    await sender.flush();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(posts.at(-1)?.names).toEqual(['e2']);
    expect(posts).toHaveLength(15);
  });

  it('obeys Retry-After, also for events that come meanwhile, urgent ones included', async () => {
    const { sender, add, posts, answers } = start();
    answers.push(() => {
      add('while it was sent');
      sender.nudge(false); // makes a timer that is due long before
      return retry(60_000);
    });
    add('e1');
    await sender.flush();
    add('order');
    sender.nudge(true);
    await vi.advanceTimersByTimeAsync(59_900);
    expect(posts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(posts.map((post) => post.names)).toEqual([['e1'], ['e1'], ['while it was sent', 'order']]);
  });

  it('does not hammer a collector that asks for more time than a timer can hold', async () => {
    const { sender, add, posts, answers } = start();
    for (let i = 0; i < 9; i++) answers.push(() => retry(Number.POSITIVE_INFINITY));
    add('e1');
    await sender.flush();
    await vi.advanceTimersByTimeAsync(23 * 3_600_000);
    expect(posts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2 * 3_600_000);
    expect(posts).toHaveLength(2);
  });

  it('is not held up by a clock that is set back', async () => {
    const { sender, add, posts, answers, clock } = start();
    answers.push(() => retry(10_000));
    add('e1');
    await sender.flush();
    clock.wall -= 86_400_000;
    await vi.advanceTimersByTimeAsync(10_100);
    expect(posts).toHaveLength(2);
  });

  it('tries at once when it is told to, whatever it waits for', async () => {
    const { sender, add, posts, answers } = start();
    answers.push(() => retry(3_600_000));
    add('e1');
    await sender.flush();
    await sender.flush();
    expect(posts).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(posts).toHaveLength(2);
  });

  it.each(['too_large', 'unreadable'] as const)(
    'halves a batch that is %s, and sets only the event at fault aside',
    async (kind) => {
      const answer = ({ names, batchId }: Post): DeliveryOutcome => (names.includes('bad') ? { kind } : acked(batchId));
      const { sender, add, posts, settled, answers, outbox } = start();
      for (let i = 0; i < 40; i++) answers.push(answer);
      for (let i = 0; i < 20; i++) add(i === 13 ? 'bad' : `e${i}`);
      await sender.flush();
      expect(await outbox.count()).toBe(0);
      const sum = (key: 'delivered' | 'rejected' | 'setAside') => settled.reduce((total, each) => total + each[key], 0);
      expect([sum('delivered'), sum('rejected'), sum('setAside')]).toEqual([19, 0, 1]);
      expect(posts.length).toBeLessThan(15);
      const refused = posts.filter((post) => post.names.includes('bad'));
      expect(refused.at(-1)?.names).toEqual(['bad']);
      expect(new Set(refused.map((post) => post.batchId)).size).toBe(refused.length); // other events, another batch
    },
  );

  it('counts what the collector rejects, and does not send it again', async () => {
    const { sender, add, settled, answers, outbox } = start();
    answers.push(({ batchId }) => acked(batchId, [1]));
    for (const name of ['e1', 'e2', 'e3']) add(name);
    await sender.flush();
    expect(settled).toMatchObject([{ delivered: 2, rejected: 1, setAside: 0, ack: { rejected: [{ index: 1 }] } }]);
    expect(await outbox.count()).toBe(0);
  });

  it.each([401, 403] as const)('stops for good at a %d and keeps the events', async (status) => {
    const { sender, add, posts, answers, outbox } = start();
    answers.push(() => ({ kind: 'stopped', status }));
    add('e1');
    await sender.flush();
    expect(sender.stopped()).toBe(true);
    sender.nudge(true);
    await sender.flush();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(posts).toHaveLength(1);
    expect(await outbox.count()).toBe(1);
  });

  it('sends what was there when it began, and has what comes meanwhile wait for company', async () => {
    const { sender, add, posts, answers } = start();
    answers.push(({ batchId }) => {
      add('late');
      sender.nudge(false);
      return acked(batchId);
    });
    add('e1');
    await sender.flush();
    expect(posts.map(({ names }) => names)).toEqual([['e1']]);
    await vi.advanceTimersByTimeAsync(5_100);
    expect(posts.map(({ names }) => names)).toEqual([['e1'], ['late']]);
  });

  it('has what came behind a full batch wait for company, too', async () => {
    const queue = createOutbox();
    const slow = {
      ...queue.outbox,
      async claim(...given: Parameters<Outbox['claim']>) {
        await new Promise((done) => setTimeout(done, 5)); // as a disk is
        if ((await queue.outbox.count()) === 50) queue.add('late');
        return queue.outbox.claim(...given);
      },
    };
    const { sender, posts } = start({ outbox: async () => slow }, queue);
    const sizes = () => posts.map(({ names }) => names.length);
    for (let n = 0; n < 50; n++) queue.add(`e${n}`);
    void sender.flush();
    await vi.advanceTimersByTimeAsync(100);
    expect(sizes()).toEqual([50]);
    queue.add('later');
    void sender.flush();
    await vi.advanceTimersByTimeAsync(100);
    expect(sizes()).toEqual([50, 2]);
  });

  it('has what comes wait for company where the queue is in memory, too, and goes on to the disk', async () => {
    const memory = createMemoryOutbox({ now: () => T + performance.now(), onDrop: () => undefined });
    const disk = createOutbox();
    const { sender, posts, answers } = start(
      { outbox: async () => ((await memory.count()) > 0 ? memory : disk.outbox) },
      disk,
    );
    const add = (name: string) =>
      memory.add({ json: JSON.stringify({ eventId: name }), contextJson: '{"appId":"a"}', priority: 'normal' });
    add('e1');
    disk.add('e2');
    for (let n = 0; n < 9; n++)
      answers.push(async ({ batchId }) => {
        await new Promise((done) => setTimeout(done, 5)); // a network takes its time
        if (n === 0) disk.add('later');
        else add(`late ${n}`);
        return acked(batchId);
      });
    void sender.flush();
    await vi.advanceTimersByTimeAsync(100);
    expect(posts.map(({ names }) => names)).toEqual([['e1'], ['e2', 'later'], ['late 1']]);
  });

  it.each([
    ['that lies in memory alone', false],
    ['behind a batch that was too large', true],
  ])('ends although events come faster than it sends, %s', async (_, isRefused) => {
    const memory = createMemoryOutbox({ now: () => T + performance.now(), onDrop: () => undefined });
    const disk = createOutbox();
    const { outbox } = isRefused ? disk : { outbox: memory };
    const { sender, posts, answers } = start({ outbox: async () => outbox });
    const add = (name: string) =>
      outbox.add({ json: JSON.stringify({ eventId: name }), contextJson: '{"appId":"a"}', priority: 'normal' });
    for (const name of ['e1', 'e2']) add(name);
    for (let n = 0; n < 50; n++)
      answers.push(async ({ batchId }) => {
        await new Promise((done) => setTimeout(done, 5));
        add(`late ${n}`);
        return isRefused && n === 0 ? { kind: 'too_large' } : acked(batchId);
      });
    void sender.flush();
    await vi.advanceTimersByTimeAsync(200);
    expect(posts.length).toBeLessThan(5);
  });

  it.each([
    ['was set back since they were stored', T - 3_600_000, 0],
    ['is right, and they come from memory when the queue is open', T, 30],
  ])('sends all there is where the clock %s', async (_, wall, opensAfterMs) => {
    const queue = createOutbox();
    const add = () => ['a', 'b', 'c'].forEach((context) => void queue.add(context, context));
    if (!opensAfterMs) add();
    let isOpen = !opensAfterMs;
    const { sender, posts, clock } = start(
      {
        async outbox() {
          if (!isOpen) await new Promise((done) => setTimeout(done, opensAfterMs));
          if (!isOpen) add();
          isOpen = true;
          return queue.outbox;
        },
      },
      queue,
    );
    clock.wall = wall;
    void sender.flush();
    await vi.advanceTimersByTimeAsync(100);
    expect(posts.flatMap(({ names }) => names)).toEqual(['a', 'b', 'c']);
  });

  it('sends at once what is urgent and came while it was sending', async () => {
    const { sender, add, posts, answers } = start();
    answers.push(async ({ batchId }) => {
      await new Promise((done) => setTimeout(done, 5)); // a network takes its time
      add('order');
      sender.nudge(true);
      await new Promise((done) => setTimeout(done, 5));
      return acked(batchId);
    });
    add('e1');
    void sender.flush();
    await vi.advanceTimersByTimeAsync(100);
    expect(posts.map(({ names }) => names)).toEqual([['e1'], ['order']]);
  });

  it('knows what waits from a batch that leaves nothing behind, and counts where there was none or it was not delivered', async () => {
    const counts: (number | undefined)[] = [];
    const { sender, add, answers } = start({
      async count(known) {
        counts.push(known);
        return 0;
      },
    });
    add('e1', 'a');
    add('e2', 'b');
    add('e3', 'b');
    await sender.flush();
    expect(counts).toEqual([2]);
    await sender.flush();
    expect(counts).toEqual([2, undefined]);
    answers.push(() => retry());
    add('e4');
    await sender.flush();
    expect(counts).toEqual([2, undefined, 1, undefined]);
  });

  it('goes on after its queue died and was opened anew', async () => {
    const old = createOutbox('old');
    const fresh = createOutbox('new');
    let current = old;
    const { sender, posts } = start({ outbox: async () => current.outbox });
    old.add('e1');
    Object.assign(old.outbox, { settle: () => Promise.reject(new Error('closed')) });
    await sender.flush();
    current = fresh;
    fresh.add('e2');
    await vi.advanceTimersByTimeAsync(1_100);
    expect(posts.map(({ batch, names }) => [batch.context.queueId, ...names])).toEqual([
      ['old', 'e1'],
      ['new', 'e2'],
    ]);
  });

  it.each([
    ['a queue that cannot be opened', { outbox: () => Promise.reject(new Error('no')) }],
    ['a lock that fails', { exclusively: () => Promise.reject(new Error('no')) }],
  ])('tries again after %s', async (_, fault: Partial<SenderOptions>) => {
    let isWell = false;
    const { outbox, add } = createOutbox();
    const { sender, posts } = start({
      outbox: () => (isWell || !fault.outbox ? Promise.resolve(outbox) : fault.outbox()),
      exclusively: (work) => (isWell || !fault.exclusively ? work().then(() => true) : fault.exclusively(work)),
    });
    add('e1');
    await sender.flush();
    isWell = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(posts).toHaveLength(1);
  });

  describe('a batch of which nobody knows the end', () => {
    it('is asked after, and not sent again when it is there', async () => {
      const { sender, add, posts, answers, asked, other, settled, outbox } = start();
      answers.push(({ batchId }) => {
        other.durable = [batchId];
        return retry();
      });
      add('e1');
      await sender.flush();
      add('e2');
      await vi.advanceTimersByTimeAsync(1_000);
      expect(asked).toEqual([[posts[0]?.batchId]]);
      expect(posts.map(({ names }) => names)).toEqual([['e1'], ['e2']]);
      expect(settled.map(({ delivered, ack }) => [delivered, ack === undefined])).toEqual([
        [1, true],
        [1, false],
      ]);
      expect(await outbox.count()).toBe(0);
    });

    it('is sent again under its own id when it is not there, or when nobody knows of acks', async () => {
      const { sender, add, posts, answers, asked } = start();
      answers.push(() => retry());
      add('e1');
      await sender.flush();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(asked).toHaveLength(1);
      expect(posts.map(({ batchId }) => batchId)).toEqual([posts[0]?.batchId, posts[0]?.batchId]);
    });

    it.each([
      ['a week has passed', T + 7 * DAY_MS, T],
      ['the clock was put right by more, or the device slept', T + 30 * DAY_MS, T],
      ['the clock was ahead, and a week has passed', T - 23 * DAY_MS, T + 7 * DAY_MS],
      ['an earlier page had a clock that was ahead', T - 8 * DAY_MS, T - 8 * DAY_MS],
    ])('is given up, counted, where the collector does not say that it is there and %s', async (_, wall, former) => {
      const { sender, add, answers, posts, settled, expired, clock, other } = start();
      add('e1');
      answers.push(() => retry());
      await sender.flush();
      add('e2');
      Object.assign(clock, { wall: T + 7 * DAY_MS - 1_000 });
      answers.push(() => retry());
      await sender.flush();
      expect(posts.map(({ names }) => names)).toEqual([['e1'], ['e1']]); // while it may be recognised
      Object.assign(clock, { wall, former });
      vi.advanceTimersByTime(1_000);
      other.durable = undefined;
      await sender.flush();
      expect(expired).toEqual([]); // it may still be said to be there
      other.durable = [];
      await sender.flush();
      expect(expired).toEqual([1]);
      expect(posts.at(-1)?.names).toEqual(['e2']);
      expect(settled).toMatchObject([{ delivered: 1 }]);
    });

    it('is not sent while nobody answers', async () => {
      const { sender, add, posts, answers, asked, other } = start();
      answers.push(() => retry());
      other.durable = undefined;
      add('e1');
      await sender.flush();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(posts).toHaveLength(1);
      expect(asked.length).toBeGreaterThan(2);
      other.durable = [];
      await vi.advanceTimersByTimeAsync(20_000);
      expect(posts).toHaveLength(2);
    });

    it('is asked after even when the collector refused it: the browser may have sent it before, by itself', async () => {
      const { sender, add, posts, answers, asked } = start();
      answers.push(() => retry(1_000));
      add('e1');
      await sender.flush();
      await vi.advanceTimersByTimeAsync(1_000);
      expect([posts.length, asked]).toEqual([2, [[posts[0]?.batchId]]]);
    });

    it('may be of an earlier page, one of many: all are asked after, fifty at a time, before anything new', async () => {
      const queue = createOutbox();
      for (let i = 0; i < 60; i++) {
        queue.add(`e${i}`);
        await queue.outbox.claim(`left${i}`, BATCH_CUT);
      }
      queue.add('new');
      const { sender, posts, asked, other } = start({}, queue);
      other.durable = Array.from({ length: 58 }, (_, i) => `left${i}`);
      await sender.flush();
      expect(asked.map((ids) => ids.length)).toEqual([50, 10]);
      expect(posts.map(({ batchId, names }) => [batchId, ...names]).slice(0, 2)).toEqual([
        ['left58', 'e58'],
        ['left59', 'e59'],
      ]);
      expect(posts.slice(2).map(({ names }) => names)).toEqual([['new']]);
    });
  });

  describe('at the end of the page', () => {
    it('sends within the call what is at hand, and settles it by its answer', async () => {
      const { sender, add, posts, outbox, settled } = start();
      add('e1');
      sender.leave();
      expect(posts.map(({ names, leaving }) => [leaving, ...names])).toEqual([[true, 'e1']]);
      sender.leave();
      expect(posts).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(0);
      expect([await outbox.count(), settled.length]).toEqual([0, 1]);
    });

    it.each([
      ['has no answer', () => retry()],
      [
        'fails',
        () => {
          throw new Error('gone');
        },
      ],
    ])('leaves it to be asked after when it %s', async (_, answer) => {
      const { sender, add, posts, answers, asked, outbox } = start();
      answers.push(answer);
      add('e1');
      sender.leave();
      await sender.flush(); // the page lives after all
      expect(asked).toEqual([[posts[0]?.batchId]]);
      expect(posts.map(({ leaving }) => leaving)).toEqual([true, false]);
      expect(await outbox.count()).toBe(0);
    });

    it('waits for that answer before it sends anything else', async () => {
      const { sender, add, posts, answers, asked } = start();
      let tell: (outcome: DeliveryOutcome) => void = () => undefined;
      answers.push(() => new Promise((resolve) => (tell = resolve)));
      add('e1');
      sender.leave();
      const flushed = sender.flush();
      await vi.advanceTimersByTimeAsync(1_000);
      expect([posts.length, asked]).toEqual([1, []]);
      tell(acked(posts[0]?.batchId ?? ''));
      await flushed;
      expect([posts.length, asked]).toEqual([1, []]);
    });

    it('leaves it to the next page when the browser carries no more', async () => {
      const { sender, add, posts, other, outbox } = start();
      other.carries = false;
      add('e1');
      sender.leave();
      expect(posts).toEqual([]);
      const next = start({}, { outbox, add });
      await next.sender.flush();
      expect(next.posts.map(({ names }) => names)).toEqual([['e1']]);
    });

    it('tries once more though the last batch came to nothing: a browser ends what is on its way before it tells the page', async () => {
      const { sender, add, posts, answers } = start();
      answers.push(() => retry());
      add('e1', 'a');
      await sender.flush();
      add('e2', 'b');
      sender.leave();
      expect(posts.map(({ names, leaving }) => [leaving, ...names])).toEqual([
        [false, 'e1'],
        [true, 'e2'],
      ]);
    });

    it('does nothing while the collector is to be left alone, the queue is not open, or nothing may be sent', async () => {
      const waiting = start();
      waiting.answers.push(() => retry(60_000));
      waiting.add('e0');
      await waiting.sender.flush();
      waiting.posts.length = 0;
      const unopened = start({ openOutbox: () => undefined });
      const silent = start({ maySend: () => false });
      for (const { sender, add, posts } of [waiting, unopened, silent]) {
        add('e1');
        sender.leave();
        expect(posts).toEqual([]);
      }
    });
  });

  describe('beside other tabs', () => {
    it('follows a dead holder of the lease within 4.5 seconds', async () => {
      const { outbox, add } = createOutbox();
      const deadUntil = 4_000;
      const { sender, posts } = start(
        {
          exclusively: async (work) => {
            if (performance.now() <= deadUntil) return false;
            await work();
            return true;
          },
        },
        { outbox, add },
      );
      add('e1');
      await sender.flush();
      expect(posts).toEqual([]);
      await vi.advanceTimersByTimeAsync(4_500);
      expect(posts).toHaveLength(1);
    });
  });

  it('touches neither lock nor queue while nothing may be sent', async () => {
    const exclusively = vi.fn(async () => true);
    const { sender } = start({ maySend: () => false, exclusively });
    sender.nudge(true);
    await sender.flush();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(exclusively).not.toHaveBeenCalled();
  });

  it('sends nothing after close', async () => {
    const { sender, add, posts } = start();
    add('e1');
    sender.nudge(false);
    sender.close();
    sender.nudge(true);
    await sender.flush();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts).toEqual([]);
  });
});
