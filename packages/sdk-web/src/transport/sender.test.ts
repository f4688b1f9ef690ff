import { BATCH_CUT, brandId, DELIVERY_BACKOFF, type DeliveryOutcome, type EventBatch } from '@tidemark/protocol';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Outbox, QueuedEvent } from '../queue/outbox.js';
import { createSender, type SenderOptions, type Settled } from './sender.js';

const T = 1_800_000_000_000;

function createOutbox(queueId = 'q1') {
  let events: QueuedEvent[] = [];
  let lastSeq = 0;
  const outbox: Outbox = {
    queueId,
    storage: 'memory',
    add: (event) => void events.push({ ...event, seq: ++lastSeq }),
    peek: async (count) => events.slice(0, count),
    delete: async (seqs) => {
      events = events.filter((event) => !seqs.includes(event.seq));
    },
    count: async () => events.length,
    close: () => undefined,
  };
  const add = (name: string, context = 'a') =>
    outbox.add({ json: JSON.stringify({ eventId: name }), contextJson: JSON.stringify({ appId: context }) }, 'relaxed');
  return { outbox, add };
}

interface Post {
  readonly atMs: number;
  readonly batchId: string;
  readonly batch: EventBatch;
  readonly keepalive: boolean;
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

/** A sender on a fake clock; each post is answered by the next of the given answers, then delivered. */
function start(options: Partial<SenderOptions> = {}) {
  const { outbox, add } = createOutbox();
  const posts: Post[] = [];
  const settled: Settled[] = [];
  const answers: Answer[] = [];
  let underway = 0;
  const clock = { wall: T };
  const sender = createSender({
    outbox: async () => outbox,
    async post(batchId, json, keepalive) {
      expect(++underway).toBe(1); // nothing is sent twice at a time
      const batch = JSON.parse(json) as EventBatch;
      const names = batch.events.map(({ eventId }) => eventId as string);
      const post = { atMs: performance.now(), batchId, batch, keepalive, names };
      posts.push(post);
      const outcome = await (answers.shift() ?? (() => acked(batchId)))(post);
      underway--;
      return outcome;
    },
    now: () => clock.wall + performance.now(),
    monotonicMs: () => performance.now(),
    random: () => 0.999,
    flushIntervalMs: 5_000,
    exclusively: (work) => work(),
    onSettled: (now) => settled.push(now),
    ...options,
  });
  onTestFinished(() => sender.close());
  return { sender, outbox, add, posts, settled, answers, clock };
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
    expect(posts.map(({ batch }) => batch.context)).toEqual(['a', 'b', 'a'].map((appId) => ({ queueId: 'q1', appId })));
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
      outbox.add({ json: `{"eventId":"${'币'.repeat(12_000)}"}`, contextJson: '{"appId":"a"}' }, 'relaxed');
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
    await sender.flush(true);
    expect(posts.map(({ keepalive }) => keepalive)).toEqual([false, true]);
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
      const sum = (key: keyof Settled) => settled.reduce((total, each) => total + each[key], 0);
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
    expect(settled).toEqual([{ delivered: 2, rejected: 1, setAside: 0 }]);
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

  it('sends what came while it looked for the last time', async () => {
    const { outbox, add } = createOutbox();
    const posts: string[] = [];
    let lookedInto: () => void = () => undefined;
    const sender = createSender({
      outbox: async () => ({
        ...outbox,
        async peek(count) {
          const found = await outbox.peek(count);
          lookedInto();
          await new Promise((done) => setTimeout(done, 5)); // a disk takes its time
          return found;
        },
      }),
      async post(batchId, json) {
        posts.push(json);
        return acked(batchId);
      },
      now: () => T,
      monotonicMs: () => performance.now(),
      random: () => 0.5,
      flushIntervalMs: 5_000,
      exclusively: (work) => work(),
      onSettled: () => undefined,
    });
    lookedInto = () => {
      lookedInto = () => undefined;
      add('order');
      sender.nudge(true);
    };
    void sender.flush();
    await vi.advanceTimersByTimeAsync(100);
    expect(posts).toHaveLength(1);
  });

  it('goes on after its queue died and was opened anew', async () => {
    const old = createOutbox('old');
    const fresh = createOutbox('new');
    let current = old;
    const posts: Post[] = [];
    const { sender } = start({
      outbox: async () => current.outbox,
      async post(batchId, json, keepalive) {
        const batch = JSON.parse(json) as EventBatch;
        posts.push({ atMs: 0, batchId, batch, keepalive, names: batch.events.map(({ eventId }) => eventId as string) });
        return acked(batchId);
      },
    });
    old.add('e1');
    Object.assign(old.outbox, { delete: () => Promise.reject(new Error('closed')) });
    await sender.flush();
    current = fresh;
    fresh.add('e2');
    await vi.advanceTimersByTimeAsync(1_100);
    expect(posts.map(({ batch, names }) => [batch.context.queueId, ...names])).toEqual([
      ['old', 'e1'],
      ['new', 'e2'],
    ]);
  });

  it('survives a post that throws', async () => {
    const { sender, add, posts, answers, outbox } = start();
    answers.push(() => retry());
    add('e1');
    const broken = start({ post: () => Promise.reject(new Error('no')) });
    broken.add('e1');
    await broken.sender.flush();
    expect(await broken.outbox.count()).toBe(1);
    await sender.flush();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(posts).toHaveLength(2);
    expect(await outbox.count()).toBe(0);
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
