import fc from 'fast-check';
import { deleteDB, openDB } from 'idb';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { installFaultyIndexedDb } from '../../../../test/fixtures/faulty-indexed-db.js';
import type { NewEvent } from './outbox.js';
import { openQueue, type Queue } from './queue.js';

const now = () => 1_800_000_000_000;
const event = (name: string): NewEvent => ({ json: JSON.stringify({ eventId: name }), contextJson: '{"c":1}' });
const nameOf = ({ json }: NewEvent) => JSON.parse(json).eventId as string;
const soon = () => new Promise((done) => setTimeout(done, 1));

/** Takes events as the collector does: a copy is what has the same queue and number. */
function createIntake() {
  const seen = new Set<string>();
  const taken: string[] = [];
  return {
    taken,
    async takeFrom(queue: Queue, count = 1_000): Promise<number> {
      const outbox = await queue.outbox();
      const events = await outbox.peek(count);
      for (const queued of events) {
        const id = `${outbox.queueId} ${queued.seq}`;
        if (!seen.has(id)) taken.push(nameOf(queued));
        seen.add(id);
      }
      await outbox.delete(events.map(({ seq }) => seq));
      return events.length;
    },
  };
}

describe('openQueue', () => {
  let database: ReturnType<typeof installFaultyIndexedDb>;
  beforeEach(() => {
    database = installFaultyIndexedDb();
    return () => database.restore();
  });

  function openTab() {
    const dropped: Record<string, number> = {};
    const queue = openQueue({
      name: 'q',
      now,
      onDrop: (reason, count) => {
        dropped[reason] = (dropped[reason] ?? 0) + count;
      },
    });
    onTestFinished(() => queue.close());
    return { queue, dropped };
  }

  it('keeps events that come before it is open, in their order', async () => {
    const { queue } = openTab();
    for (let i = 0; i < 5; i++) queue.add(event(`e${i}`), i === 2 ? 'strict' : 'relaxed');
    expect(queue.storage()).toBe('memory');
    const outbox = await queue.outbox();
    expect(queue.storage()).toBe('indexeddb');
    queue.add(event('e5'), 'relaxed');
    expect((await outbox.peek(9)).map(nameOf)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5']);
    expect(await queue.count()).toBe(6);
  });

  it.each([
    ['is missing', undefined],
    [
      'throws',
      {
        open() {
          throw new DOMException('not here', 'SecurityError');
        },
      },
    ],
  ])('works in memory where IndexedDB %s', async (_, indexedDB) => {
    vi.stubGlobal('indexedDB', indexedDB);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { queue, dropped } = openTab();
    queue.add(event('a'), 'strict');
    const outbox = await queue.outbox();
    expect(outbox.storage).toBe('memory');
    expect((await outbox.peek(9)).map(nameOf)).toEqual(['a']);
    await queue.close();
    expect(dropped).toEqual({ closed: 1 });
  });

  it('goes on in memory within a second when the database never answers', async () => {
    database.hang();
    const { queue } = openTab();
    queue.add(event('a'), 'relaxed');
    const begun = performance.now();
    const outbox = await queue.outbox();
    expect(performance.now() - begun).toBeLessThan(1_300);
    expect((await outbox.peek(9)).map(nameOf)).toEqual(['a']);
  });

  it('moves to the disk when that opens late, with all that was not sent meanwhile', async () => {
    const earlier = openTab().queue;
    earlier.add(event('left behind'), 'strict');
    await earlier.outbox();
    await earlier.close();

    database.hang();
    const intake = createIntake();
    const { queue } = openTab();
    queue.add(event('a'), 'relaxed');
    queue.add(event('b'), 'relaxed');
    const memory = await queue.outbox();
    const underway = await memory.peek(1);
    database.answer();
    await expect.poll(() => queue.storage()).toBe('indexeddb');
    queue.add(event('c'), 'relaxed');
    expect(await queue.count()).toBe(4);
    expect(await queue.outbox()).toBe(memory); // what is on its way is finished where it lies
    await memory.delete(underway.map(({ seq }) => seq));
    await intake.takeFrom(queue);
    expect(intake.taken).toEqual(['left behind', 'b', 'c']);
    // The late connection is the one in use: it too tells when it is lost.
    database.closeAll();
    queue.add(event('d'), 'relaxed');
    await intake.takeFrom(queue);
    expect(intake.taken.at(-1)).toBe('d');
  });

  it('closes a connection that opens after the queue was closed', async () => {
    await openTab().queue.close();
    database.hang();
    const { queue } = openTab();
    await queue.outbox();
    await queue.close();
    database.answer();
    await soon();
    await deleteDB('q'); // would wait for ever for an open connection
  });

  it('opens the database again when it was deleted, and loses nothing that comes from then on', async () => {
    const { queue } = openTab();
    const { queueId } = await queue.outbox();
    await deleteDB('q');
    queue.add(event('a'), 'relaxed');
    const outbox = await queue.outbox();
    expect(outbox.queueId).not.toBe(queueId); // a new queue, numbered anew
    expect(await outbox.peek(9)).toEqual([{ seq: 1, ...event('a') }]);
  });

  it('goes on in memory beside a newer SDK that changed the database', async () => {
    const { queue } = openTab();
    await queue.outbox();
    (await openDB('q', 2)).close();
    queue.add(event('a'), 'relaxed');
    expect((await queue.outbox()).storage).toBe('memory');
    expect(await queue.count()).toBe(1);
  });

  it('gives a disk up that takes nothing, and keeps the events', async () => {
    const { queue } = openTab();
    await queue.outbox();
    database.fail(...Array<'aborted'>(50).fill('aborted'));
    queue.add(event('a'), 'relaxed');
    await expect.poll(() => queue.storage()).toBe('memory');
    await expect.poll(() => queue.count()).toBe(1);
    const outbox = await queue.outbox();
    expect(outbox.storage).toBe('memory');
    expect((await outbox.peek(9)).map(nameOf)).toEqual(['a']);
  });

  it('loses nothing and doubles nothing, whatever becomes of writes and connections', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const act = fc.oneof(
      fc.record({
        kind: fc.constant('add' as const),
        tab: fc.constantFrom(0, 1),
        count: fc.integer({ min: 1, max: 4 }),
      }),
      fc.record({
        kind: fc.constant('fail' as const),
        how: fc.constantFrom('aborted' as const, 'committed_unheard' as const),
      }),
      fc.record({ kind: fc.constant('close' as const) }),
      fc.record({
        kind: fc.constant('send' as const),
        tab: fc.constantFrom(0, 1),
        count: fc.integer({ min: 1, max: 5 }),
      }),
      fc.record({ kind: fc.constant('pause' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
        database.restore();
        database = installFaultyIndexedDb();
        const tabs = [openTab(), openTab()].map((tab) => tab.queue);
        const intake = createIntake();
        const added: string[] = [];
        for (const next of acts) {
          if (next.kind === 'pause') await soon();
          if (next.kind === 'close') database.closeAll();
          if (next.kind === 'fail') database.fail(next.how);
          const tab = 'tab' in next ? tabs[next.tab] : undefined;
          if (next.kind === 'send' && tab) await intake.takeFrom(tab, next.count).catch(() => undefined);
          if (next.kind === 'add') {
            for (let i = 0; i < next.count; i++) {
              const name = `e${added.length}`;
              added.push(name);
              tab?.add(event(name), i % 2 === 0 ? 'relaxed' : 'strict');
            }
          }
        }
        for (const tab of tabs) {
          for (let attempt = 0; attempt < 20; attempt++) {
            if ((await intake.takeFrom(tab).catch(() => 1)) === 0 && attempt > 3) break;
            await soon();
          }
        }
        expect([...intake.taken].sort()).toEqual([...added].sort());
        for (const tab of tabs) await tab.close();
      }),
      { numRuns: 60 },
    );
    expect(unhandled).toEqual([]);
  }, 30_000);
});
