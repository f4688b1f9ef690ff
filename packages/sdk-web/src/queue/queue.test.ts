import fc from 'fast-check';
import { deleteDB, openDB } from 'idb';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { installFaultyIndexedDb, soon } from '../../../../test/fixtures/faulty-indexed-db.js';
import type { NewEvent } from './outbox.js';
import { openQueue, type Queue } from './queue.js';

const now = () => 1_800_000_000_000;
const event = (name: string): NewEvent => ({ json: JSON.stringify({ eventId: name }), contextJson: '{"c":1}' });
const nameOf = ({ json }: NewEvent) => JSON.parse(json).eventId as string;
const normal = { priority: 'normal' } as const;
const strict = { priority: 'normal', strict: true } as const;
const policy = (maxEvents: number) => ({ maxEvents, maxBytes: 60_000 });

/** Takes events as the collector does: a copy is what has the same queue and number. */
function createIntake() {
  const seen = new Set<string>();
  const taken: string[] = [];
  let batches = 0;
  return {
    taken,
    async takeFrom(queue: Queue, count = 1_000): Promise<number> {
      const outbox = await queue.outbox();
      const claim = (await outbox.openClaims())[0] ?? (await outbox.claim(`b${++batches}`, policy(count)));
      if (!claim) return 0;
      for (const queued of claim.events) {
        const id = `${claim.queueId ?? outbox.queueId} ${queued.seq}`;
        if (!seen.has(id)) taken.push(nameOf(queued));
        seen.add(id);
      }
      await outbox.settle(claim);
      return claim.events.length;
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
    let late = 0;
    const queue = openQueue({
      onLate: () => late++,
      name: 'q',
      now,
      nowBy: now,
      maxBytes: 5_000_000,
      onDrop: (reason, count) => {
        if (count > 0) dropped[reason] = (dropped[reason] ?? 0) + count;
      },
    });
    onTestFinished(() => queue.close());
    return { queue, dropped, late: () => late };
  }

  it('keeps events that come before it is open, in their order', async () => {
    const { queue } = openTab();
    for (let i = 0; i < 5; i++) queue.add({ ...event(`e${i}`), ...(i === 2 ? strict : normal) });
    expect(queue.storage()).toBe('memory');
    const outbox = await queue.outbox();
    expect(queue.storage()).toBe('indexeddb');
    queue.add({ ...event('e5'), ...normal });
    expect((await outbox.claim('b', policy(9)))?.events.map(nameOf)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5']);
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
    queue.add({ ...event('a'), ...strict });
    const outbox = await queue.outbox();
    expect(outbox.storage).toBe('memory');
    expect((await outbox.claim('b', policy(9)))?.events.map(nameOf)).toEqual(['a']);
    await queue.close();
    expect(dropped).toEqual({ closed: 1 });
  });

  it('goes on in memory within a second when the database never answers', async () => {
    database.hang();
    const { queue } = openTab();
    queue.add({ ...event('a'), ...normal });
    const begun = performance.now();
    const outbox = await queue.outbox();
    expect(performance.now() - begun).toBeLessThan(1_300);
    expect((await outbox.claim('b', policy(9)))?.events.map(nameOf)).toEqual(['a']);
  });

  it('has at hand what came before the disk was open, for a page at its end', async () => {
    const { queue } = openTab();
    queue.add({ ...event('a'), ...normal });
    const claim = queue.atHand().claimFresh('b1', 9_999);
    expect(claim?.events).toMatchObject([{ seq: 1, ...event('a') }]);
    queue.add({ ...event('b'), ...normal });
    const memory = queue.atHand();
    await expect.poll(async () => (await queue.outbox()).storage).toBe('indexeddb'); // the page lives after all
    const outbox = await queue.outbox();
    expect(await outbox.openClaims()).toEqual([{ ...claim, queueId: memory.queueId }]);
    if (claim) await memory.settle(claim); // the answer comes where it was sent from
    expect(await outbox.openClaims()).toEqual([]);
    expect((await outbox.claim('b2', policy(9)))?.events).toMatchObject([{ seq: 1, ...event('b') }]);
  });

  it('moves to the disk when that opens late, with all that was not sent meanwhile', async () => {
    const earlier = openTab().queue;
    earlier.add({ ...event('left behind'), ...strict });
    await earlier.outbox();
    await earlier.close();

    database.hang();
    const intake = createIntake();
    const { queue, late } = openTab();
    queue.add({ ...event('a'), ...normal });
    queue.add({ ...event('b'), ...normal });
    const memory = await queue.outbox();
    const underway = await memory.claim('b', policy(1));
    database.answer();
    await expect.poll(() => queue.storage()).toBe('indexeddb');
    queue.add({ ...event('c'), ...normal });
    await expect.poll(() => queue.count()).toBe(4);
    if (underway) await memory.settle(underway);
    expect(queue.atHand().storage).toBe('indexeddb');
    await intake.takeFrom(queue);
    expect(late()).toBe(1); // whoever sends looks again: nothing else tells of what was left behind
    expect(intake.taken).toEqual(['left behind', 'b', 'c']);
    // The late connection is the one in use: it too tells when it is lost.
    database.closeAll();
    queue.add({ ...event('d'), ...normal });
    await intake.takeFrom(queue);
    expect(intake.taken.at(-1)).toBe('d');
  });

  it('leaves what memory had under way to the disk, for the pages after one that dies', async () => {
    await openTab().queue.close();
    database.hang();
    const { queue } = openTab();
    for (const name of ['a', 'b', 'c']) queue.add({ ...event(name), ...normal });
    const memory = await queue.outbox();
    const underway = await memory.claim('b1', policy(2));
    database.answer();
    await expect.poll(async () => (await queue.outbox()).storage).toBe('indexeddb');
    database.die();
    database.revive();
    const next = openTab().queue;
    const outbox = await next.outbox();
    expect(await next.count()).toBe(3);
    const [left] = await outbox.openClaims();
    expect(left).toEqual({ ...underway, queueId: memory.queueId });
    if (left) await outbox.release(left); // too large for the collector
    const parts = await outbox.openClaims();
    expect(parts.map(({ events }) => events.map(({ seq, json }) => [seq, json])).sort()).toEqual([
      [[1, event('a').json]],
      [[2, event('b').json]],
    ]);
    for (const part of parts) await outbox.settle(part);
    const rest = await outbox.claim('b2', policy(9));
    expect(rest?.events).toMatchObject([{ seq: 1, ...event('c') }]); // of the disk's own numbers
    if (rest) await outbox.settle(rest);
    expect(await next.count()).toBe(0);
  });

  it('keeps under way in memory what the disk cannot take', async () => {
    await openTab().queue.close();
    database.hang();
    const { queue } = openTab();
    queue.add({ ...event('a'), ...normal });
    const memory = await queue.outbox();
    const claim = await memory.claim('b1', policy(9));
    database.die();
    database.answer();
    await soon();
    expect((await memory.openClaims()).map(({ batchId }) => batchId)).toEqual(['b1']);
    expect(await queue.count()).toBe(1);
    database.revive();
    if (claim) await memory.settle(claim);
    expect(await queue.count()).toBe(0);
  });

  it('does not send from memory what a disk that opens late may have already', async () => {
    const intake = createIntake();
    const { queue } = openTab();
    await queue.outbox();
    database.fail('committed_unheard');
    database.hang();
    for (const name of ['a', 'b']) queue.add({ ...event(name), ...normal });
    await soon();
    setTimeout(() => database.answer(), 1_500);
    await expect.poll(() => queue.storage()).toBe('memory'); // it has heard that the write came to nothing
    await intake.takeFrom(queue);
    await expect.poll(() => queue.storage()).toBe('indexeddb');
    while ((await intake.takeFrom(queue)) > 0);
    expect(intake.taken).toEqual(['a', 'b']);
    expect(await queue.count()).toBe(0);
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

  it.each([
    ['open', async (queue: Queue) => void (await queue.outbox())],
    ['not open yet', async () => undefined],
  ])('is deleted before a queue of its name is opened in the same task, where it is %s', async (_, reach) => {
    const former = openTab().queue;
    await reach(former);
    former.add({ ...event('of before'), ...strict });
    database.slowDeletions(30);
    const purged = former.purge();
    const { queue } = openTab();
    queue.add({ ...event('a'), ...normal });
    const outbox = await queue.outbox();
    queue.add({ ...event('b'), ...strict });
    expect(await purged).toBe(1);
    await new Promise((done) => setTimeout(done, 60));
    former.add({ ...event('too late'), ...strict }); // whoever still has it in hand
    await soon();
    expect((await outbox.claim('b1', policy(9)))?.events.map(nameOf)).toEqual(['a', 'b']);
    expect(await queue.count()).toBe(2);
  });

  it('asks for its deletion in the very task, for a page that ends with it', async () => {
    const former = openTab().queue;
    former.add({ ...event('a'), ...strict });
    await former.outbox();
    void former.purge();
    database.die(); // what was asked for before is done all the same
    await expect.poll(async () => (await indexedDB.databases()).length).toBe(0);
    database.revive();
  });

  it('opens the database again when it was deleted, and loses nothing that comes from then on', async () => {
    const { queue } = openTab();
    const { queueId } = await queue.outbox();
    await deleteDB('q');
    queue.add({ ...event('a'), ...normal });
    const outbox = await queue.outbox();
    expect(outbox.queueId).not.toBe(queueId); // a new queue, numbered anew
    expect((await outbox.claim('b', policy(9)))?.events).toMatchObject([{ seq: 1, ...event('a') }]);
  });

  it('goes on in memory beside a newer SDK that changed the database', async () => {
    const { queue } = openTab();
    await queue.outbox();
    (await openDB('q', 4)).close();
    queue.add({ ...event('a'), ...normal });
    expect((await queue.outbox()).storage).toBe('memory');
    expect(await queue.count()).toBe(1);
  });

  it('gives a disk up that takes nothing, and keeps the events', async () => {
    const { queue } = openTab();
    await queue.outbox();
    database.fail(...Array<'aborted'>(50).fill('aborted'));
    queue.add({ ...event('a'), ...normal });
    await expect.poll(() => queue.storage()).toBe('memory');
    await expect.poll(() => queue.count()).toBe(1);
    const outbox = await queue.outbox();
    expect(outbox.storage).toBe('memory');
    expect((await outbox.claim('b', policy(9)))?.events.map(nameOf)).toEqual(['a']);
  });

  it('saves no draft where nobody would find it', async () => {
    vi.stubGlobal('indexedDB', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { queue } = openTab();
    queue.saveDraft('view', event('too early'));
    await queue.outbox();
    queue.saveDraft('view', event('in memory'));
    expect(await queue.count()).toBe(0);
  });

  it('gives a disk that opens late the last draft of what memory stood in for', async () => {
    await openTab().queue.outbox();
    database.hang();
    const { queue } = openTab();
    queue.saveDraft('view', event('draft'));
    await queue.outbox(); // a second later
    queue.saveDraft('view', event('later draft'));
    database.answer();
    await expect.poll(() => queue.storage()).toBe('indexeddb');
    await soon();
    const outbox = await openTab().queue.outbox();
    expect(await outbox.promoteDrafts(async () => new Set())).toBe(1);
    expect((await outbox.claim('b', policy(9)))?.events.map(nameOf)).toEqual(['later draft']);
  });

  describe('counts the end of a view once whose draft is on a disk that is lost', () => {
    const end = { ...event('end'), ...strict, draftId: 'view' };

    async function loseWithDraft() {
      const { queue } = openTab();
      await queue.outbox();
      queue.saveDraft('view', event('draft'));
      await soon();
      database.hang();
      database.closeAll();
      await soon();
      return queue;
    }

    /** The next page takes over what it finds. */
    async function takeTheRest(intake: ReturnType<typeof createIntake>) {
      const next = openTab().queue;
      await (await next.outbox()).promoteDrafts(async () => new Set());
      while ((await intake.takeFrom(next)) > 0);
      expect(await next.count()).toBe(0);
      return intake.taken;
    }

    it('where memory sends it and the page dies', async () => {
      const intake = createIntake();
      const queue = await loseWithDraft();
      await expect.poll(() => queue.storage(), { timeout: 3_000 }).toBe('memory');
      for (const name of ['before', 'after']) {
        queue.add({ ...event(name), ...normal });
        if (name === 'before') queue.add(end);
      }
      while ((await intake.takeFrom(queue)) > 0);
      database.die();
      database.answer();
      database.revive();
      expect(await takeTheRest(intake)).toEqual(['before', 'end', 'after']);
    });

    it('where the page at its end cannot wait for the disk, and has the end of its next view all the same', async () => {
      const intake = createIntake();
      const queue = await loseWithDraft();
      queue.add(end);
      const memory = queue.atHand();
      const claim = memory.claimFresh('b', 9_999);
      expect(claim?.events.map(nameOf)).toEqual(['end']);
      database.answer(); // the page lives after all
      await expect.poll(async () => (await queue.outbox()).storage).toBe('indexeddb');
      await intake.takeFrom(queue);
      queue.saveDraft('view', event('draft of the next'));
      await soon();
      queue.add({ ...event('end of the next'), ...strict, draftId: 'view' });
      while ((await intake.takeFrom(queue)) > 0);
      expect(await takeTheRest(intake)).toEqual(['end', 'end of the next']);
    });

    it('where the next view ends by a crash', async () => {
      const intake = createIntake();
      const queue = await loseWithDraft();
      await expect.poll(() => queue.storage(), { timeout: 3_000 }).toBe('memory');
      queue.add(end);
      queue.saveDraft('view', event('draft of the next'));
      await intake.takeFrom(queue);
      database.answer();
      await expect.poll(() => queue.storage()).toBe('indexeddb');
      await soon();
      database.die();
      database.revive();
      expect((await takeTheRest(intake)).sort()).toEqual(['draft of the next', 'end']);
    });
  });

  it('purges everything: events, numbers and ids, in this tab and beside others', async () => {
    const { queue, dropped } = openTab();
    const other = openTab().queue;
    const { queueId } = await queue.outbox();
    await other.outbox();
    for (const name of ['a', 'b']) queue.add({ ...event(name), ...normal });
    expect(await queue.purge()).toBe(2);
    expect((await indexedDB.databases()).filter(({ version }) => (version ?? 0) > 3)).toEqual([]);
    const again = openTab().queue;
    again.add({ ...event('c'), ...normal });
    const outbox = await again.outbox();
    expect(outbox.queueId).not.toBe(queueId);
    expect((await outbox.claim('b', policy(9)))?.events).toMatchObject([{ seq: 1, ...event('c') }]);
    expect(dropped).toEqual({});
  });

  it('purges what is in memory alone', async () => {
    vi.stubGlobal('indexedDB', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { queue, dropped } = openTab();
    queue.add({ ...event('a'), ...normal });
    expect(await queue.purge()).toBe(1);
    expect([await queue.count(), dropped]).toEqual([0, {}]);
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
              tab?.add({ ...event(name), ...(i % 2 === 0 ? normal : strict) });
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
