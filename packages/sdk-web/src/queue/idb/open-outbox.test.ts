import { readFileSync } from 'node:fs';
import { BATCH_CUT } from '@tidemark/protocol';
import fc from 'fast-check';
import { deleteDB, openDB } from 'idb';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { installFaultyIndexedDb, soon, undo } from '../../../../../test/fixtures/faulty-indexed-db.js';
import type { Claim, NewEvent, Outbox, Priority } from '../outbox.js';
import { createDrafts } from './drafts.js';
import { type IdbOutboxOptions, openIdbOutbox } from './open-outbox.js';
import type { Lost, Write } from './writer.js';

const T = 1_800_000_000_000;
const DAY_MS = 86_400_000;
const normal = { priority: 'normal' } as const;
const strict = { priority: 'normal', strict: true } as const;
const urgent = { priority: 'urgent' } as const;
const event = (name: string, context = 'a'): NewEvent => ({
  json: JSON.stringify({ eventId: name }),
  contextJson: JSON.stringify({ context }),
});
/** As it comes out: with the write that brought it. */
const queued = (seq: number, name: string, context = 'a') => ({
  ...event(name, context),
  seq,
  t: expect.any(Number),
  write: expect.any(Number),
});
const names = (events: readonly NewEvent[] = []) => events.map(({ json }) => JSON.parse(json).eventId as string);

describe('openIdbOutbox', () => {
  let database: ReturnType<typeof installFaultyIndexedDb>;
  let clock = T;
  /** What clocks of the page say that were set since. */
  let formerClocks: number[] = [];
  let batches = 0;
  beforeEach(() => {
    database = installFaultyIndexedDb();
    clock = T;
    formerClocks = [];
    return () => database.restore();
  });

  async function openTab(unsettled: readonly Write[] = [], options: Partial<IdbOutboxOptions> = {}) {
    const losses: Lost[] = [];
    const dropped: Record<string, number> = {};
    const drafts = options.drafts ?? createDrafts();
    const opened = await openIdbOutbox({
      name: 'q',
      now: () => clock,
      nowBy: (pick) => pick(clock, ...formerClocks),
      maxBytes: 5_000_000,
      drafts,
      unsettled,
      onDrop: (reason, count) => {
        if (count > 0) dropped[reason] = (dropped[reason] ?? 0) + count;
      },
      onLost: (lost) => losses.push(lost),
      ...options,
    });
    onTestFinished(() => opened.outbox.close());
    const { add } = opened.outbox;
    const outbox: typeof opened.outbox = {
      ...opened.outbox,
      // As the queue does, once.
      add: (event) => add(event.draftId && !event.number ? { ...event, number: drafts.take(event.draftId) } : event),
    };
    return { ...opened, outbox, drafts, losses, dropped };
  }

  const claim = (outbox: Outbox, maxEvents = 1_000) =>
    outbox.claim(`b${++batches}`, { maxEvents, maxBytes: BATCH_CUT.maxBytes });

  /** All there is, batch after batch. */
  async function drain(outbox: Outbox): Promise<Claim['events']> {
    const events: Claim['events'][number][] = [];
    await outbox.openClaims(); // as the sender does first: what pages left is held from then on
    for (let next = await claim(outbox); next; next = await claim(outbox)) {
      events.push(...next.events);
      await outbox.settle(next);
    }
    return events;
  }

  it('numbers the events of all tabs from 1, without gaps, each once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ tab: fc.constantFrom(0, 1, 2), strict: fc.boolean(), pause: fc.boolean() }), {
          maxLength: 40,
        }),
        async (adds) => {
          database.restore();
          database = installFaultyIndexedDb();
          const tabs = await Promise.all([openTab(), openTab(), openTab()]);
          expect(new Set(tabs.map((tab) => tab.outbox.queueId)).size).toBe(1);
          for (const [index, add] of adds.entries()) {
            tabs[add.tab]?.outbox.add({ ...event(`e${index}`, `c${index % 3}`), ...(add.strict ? strict : normal) });
            if (add.pause) await new Promise((done) => setTimeout(done));
          }
          await soon(); // tabs do not share a task
          const queued = tabs[0] ? await drain(tabs[0].outbox) : [];
          expect(queued.map(({ seq }) => seq)).toEqual(adds.map((_, index) => index + 1));
          expect(names(queued).sort()).toEqual(adds.map((_, index) => `e${index}`).sort());
          for (const { json, contextJson } of queued) {
            const number = Number(JSON.parse(json).eventId.slice(1));
            expect(contextJson).toBe(JSON.stringify({ context: `c${number % 3}` })); // never that of another tab
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('makes one transaction of the adds of one task, forced to the disk where one of them must last', async () => {
    const { outbox } = await openTab();
    outbox.add({ ...event('first'), ...normal });
    await expect.poll(() => database.writes.length).toBe(3); // opened, written, and looked how much there is
    const before = database.writes.length;
    for (let i = 0; i < 20; i++) outbox.add({ ...event(`e${i}`), ...normal });
    await soon();
    expect(database.writes.slice(before)).toEqual(['relaxed']);
    for (const dear of [strict, urgent]) {
      outbox.add({ ...event('later'), ...normal });
      outbox.add({ ...event('end or order'), ...dear });
      await soon();
    }
    expect(database.writes.slice(before)).toEqual(['relaxed', 'strict', 'strict', 'relaxed']); // last it notes what is urgent
    expect(await outbox.count()).toBe(25);
  });

  it('has written what was added in a task before the next one begins, and before it is asked for anything', async () => {
    const { outbox } = await openTab();
    outbox.add({ ...event('first'), ...normal });
    await drain(outbox);
    const before = database.writes.length;
    outbox.add({ ...event('a'), ...normal });
    expect(database.writes).toHaveLength(before);
    await Promise.resolve();
    expect(database.writes).toHaveLength(before + 1);
    outbox.add({ ...event('b'), ...normal });
    expect(await outbox.count()).toBe(2);
    outbox.add({ ...event('c'), ...normal });
    expect(names((await claim(outbox))?.events)).toEqual(['a', 'b', 'c']);
    outbox.add({ ...event('d'), ...normal });
    outbox.close();
    expect(names(await drain((await openTab()).outbox))).toEqual(['d']);
  });

  it('claims the oldest of one context, keeps them until they are settled, and goes on numbering afterwards', async () => {
    const { outbox } = await openTab();
    for (const name of ['a', 'b', 'c']) outbox.add({ ...event(name), ...normal });
    outbox.add({ ...event('d', 'other'), ...normal });
    const first = await claim(outbox, 2);
    expect(names(first?.events)).toEqual(['a', 'b']);
    expect(names((await claim(outbox))?.events)).toEqual(['c']);
    expect(names((await claim(outbox))?.events)).toEqual(['d']);
    expect(await claim(outbox)).toBeUndefined();
    expect(await outbox.count()).toBe(4);
    for (const open of await outbox.openClaims()) await outbox.settle(open);
    expect(await outbox.count()).toBe(0);
    outbox.add({ ...event('e'), ...normal });
    expect((await claim(outbox))?.events).toEqual([queued(5, 'e')]);
  });

  it('claims what is urgent first', async () => {
    const { outbox } = await openTab();
    for (const [name, how] of [
      ['a', normal],
      ['order', urgent],
      ['click', { priority: 'bulk' }],
      ['conversion', urgent],
    ] as const)
      outbox.add({ ...event(name), ...how });
    expect(names((await claim(outbox))?.events)).toEqual(['order', 'conversion']);
    expect(names((await claim(outbox))?.events)).toEqual(['a', 'click']);
  });

  it('claims what is urgent before thousands of others, those on their way left out, and forgets what is gone', async () => {
    const { outbox } = await openTab();
    for (let n = 0; n < 5; n++) outbox.add({ ...event(`e${n}`), ...normal });
    outbox.add({ ...event('order 1'), ...urgent });
    await soon();
    for (let n = 5; n < 9; n++) outbox.add({ ...event(`e${n}`), ...normal });
    outbox.add({ ...event('order 2'), ...urgent });
    await soon();
    const first = await claim(outbox, 1);
    expect(names(first?.events)).toEqual(['order 1']);
    expect(names((await claim(outbox, 3))?.events)).toEqual(['order 2']);
    if (first) await outbox.settle(first);
    expect(names((await claim(outbox, 3))?.events)).toEqual(['e0', 'e1', 'e2']);
    const raw = await openDB('q', 3);
    onTestFinished(() => raw.close());
    expect((await raw.getAllKeys('held')).filter((key) => String(key).startsWith('u'))).toEqual(['u11']); // on its way
  });

  it('reads of thousands of urgent events those that it claims, and none that is on its way', async () => {
    const { outbox } = await openTab();
    for (let n = 0; n < 90; n++) outbox.add({ ...event(`order ${n}`), ...urgent });
    await soon();
    await claim(outbox, 30);
    const get = vi.spyOn(IDBObjectStore.prototype, 'get');
    onTestFinished(() => get.mockRestore());
    expect((await claim(outbox, 20))?.events[0]).toMatchObject({ seq: 31 });
    expect(get).toHaveBeenCalledTimes(20);
  });

  it('says of a claim since when the first waits that it leaves behind', async () => {
    const { outbox } = await openTab();
    const nextAt = async (maxEvents: number) => (await claim(outbox, maxEvents))?.nextAt;
    const add = (context = 'a', how: { priority: Priority } = normal) => outbox.add({ ...event('e', context), ...how });
    for (let n = 0; n < 3; n++) add();
    expect([await nextAt(2), await nextAt(2)]).toEqual([T, undefined]);
    for (let n = 0; n < 2; n++) add();
    expect(await nextAt(2)).toBeUndefined();
    add();
    clock += 10;
    add('b');
    expect([await nextAt(9), await nextAt(9)]).toEqual([T + 10, undefined]);
    add();
    add('a', urgent); // which is not noted yet
    expect([await nextAt(9), await nextAt(9)]).toEqual([0, undefined]);
    for (const context of ['a', 'b']) add(context, urgent);
    await soon();
    add();
    expect([await nextAt(9), await nextAt(9), await nextAt(9)]).toEqual([0, 0, undefined]);
  });

  it('gives two tabs that claim at once different events', async () => {
    const [one, two] = [await openTab(), await openTab()];
    for (let i = 0; i < 10; i++) one.outbox.add({ ...event(`e${i}`), ...normal });
    const claims = await Promise.all([claim(one.outbox, 4), claim(two.outbox, 4), claim(one.outbox, 4)]);
    expect(claims.flatMap((each) => names(each?.events))).toEqual(Array.from({ length: 10 }, (_, i) => `e${i}`));
  });

  it('forces to the disk what is about to be sent, so that a power cut cannot give its number away', async () => {
    const { outbox } = await openTab();
    outbox.add({ ...event('a'), ...normal });
    await expect.poll(() => database.writes.length).toBe(3); // opened, written, and looked how much there is
    const before = database.writes.length;
    await claim(outbox);
    expect(database.writes.slice(before)).toEqual(['strict']);
  });

  it('remembers a claim when the page is gone, with its batch, and gives its events to no other', async () => {
    const first = await openTab();
    for (const name of ['a', 'b', 'c']) first.outbox.add({ ...event(name), ...normal });
    const claimed = await claim(first.outbox, 2);
    first.outbox.close();
    const { outbox } = await openTab();
    expect([claimed]).toMatchObject(await outbox.openClaims());
    expect(names((await claim(outbox))?.events)).toEqual(['c']);
    if (claimed) await outbox.release(claimed);
    expect(names((await claim(outbox, 1))?.events)).toEqual(['a']);
    expect(names((await claim(outbox))?.events)).toEqual(['b']);
  });

  it('takes a claim from which another tab took everything for one that is empty', async () => {
    const [one, two] = [await openTab(), await openTab()];
    one.outbox.add({ ...event('a'), ...normal });
    const claimed = await claim(one.outbox);
    if (claimed) await two.outbox.settle({ ...claimed, batchId: 'of the other' });
    expect(await one.outbox.openClaims()).toEqual([{ batchId: claimed?.batchId, events: [] }]);
  });

  it('writes a context once a day, and keeps it when its events are gone', async () => {
    const { outbox } = await openTab();
    const raw = await openDB('q', 3);
    for (const [at, name] of [
      [T, 'a'],
      [T + DAY_MS - 1, 'b'],
      [T + DAY_MS, 'c'],
    ] as const) {
      clock = at;
      outbox.add({ ...event(name, 'x'), ...normal });
      await drain(outbox);
      const writtenAt = name === 'c' ? T + DAY_MS : T;
      expect(await raw.getAll('contexts')).toEqual([{ j: event(name, 'x').contextJson, t: writtenAt }]);
    }
    raw.close();
    outbox.add({ ...event('d', 'x'), ...normal });
    expect(await drain((await openTab()).outbox)).toEqual([queued(4, 'd', 'x')]);
  });

  it('writes a context again with the next event when the first write of it came to nothing', async () => {
    const { outbox, losses } = await openTab();
    database.fail('aborted');
    outbox.add({ ...event('a', 'x'), ...normal });
    await Promise.resolve();
    outbox.add({ ...event('b', 'x'), ...normal }); // another transaction, begun before the first has failed
    await expect.poll(() => losses.length).toBe(1);
    const next = await openTab(losses[0]?.unsettled);
    expect(await drain(next.outbox)).toEqual([queued(1, 'b', 'x')]);
  });

  it('deletes when it opens the contexts that are too old for any event that waits', async () => {
    const { outbox } = await openTab();
    outbox.add({ ...event('a', 'x'), ...normal });
    await soon();
    outbox.close();
    const raw = await openDB('q', 3);
    onTestFinished(() => raw.close());
    clock = T + 9 * DAY_MS;
    (await openTab()).outbox.close();
    expect(await raw.count('contexts')).toBe(1);
    clock++;
    (await openTab()).outbox.close();
    expect(await raw.count('contexts')).toBe(0);
  });

  it('is found again by the next page, under the same id, with what was left', async () => {
    const first = await openTab();
    first.outbox.add({ ...event('a', 'one'), ...strict });
    first.outbox.add({ ...event('b', 'two'), ...strict });
    first.outbox.close();
    const second = await openTab();
    expect(second.outbox.queueId).toBe(first.outbox.queueId);
    expect(await drain(second.outbox)).toEqual([queued(1, 'a', 'one'), queued(2, 'b', 'two')]);
    expect(first.losses).toEqual([]);
  });

  it('leaves the events of all writes that came to nothing, not only of the first', async () => {
    const { outbox, losses } = await openTab();
    database.fail('aborted', 'aborted');
    outbox.add({ ...event('a'), ...normal });
    await Promise.resolve();
    outbox.add({ ...event('b'), ...normal });
    await expect.poll(() => losses.length).toBe(1);
    const { unstored } = await openTab(losses[0]?.unsettled);
    expect(names(unstored)).toEqual(['a', 'b']);
  });

  it('knows a write that was committed although the browser said it was not', async () => {
    const { outbox, losses } = await openTab();
    database.fail('committed_unheard', 'aborted');
    outbox.add({ ...event('stored'), ...normal });
    await Promise.resolve();
    outbox.add({ ...event('gone'), ...normal });
    await expect.poll(() => losses.length).toBe(1);
    const next = await openTab(losses[0]?.unsettled);
    expect(names(next.unstored)).toEqual(['gone']);
    expect(names(await drain(next.outbox))).toEqual(['stored']);
  });

  it.each(['deleted', 'closed by the browser', 'upgraded by a newer SDK'])(
    'tells once that it is lost when the database is %s',
    async (how) => {
      const { outbox, losses } = await openTab();
      outbox.add({ ...event('a'), ...normal });
      await outbox.count();
      if (how === 'deleted') await deleteDB('q');
      else if (how === 'closed by the browser') database.closeAll();
      else (await openDB('q', 4)).close();
      expect(losses).toHaveLength(1);
      expect(losses[0]?.hasWritten).toBe(true);
      outbox.add({ ...event('b'), ...normal }); // does not throw
      outbox.saveDraft('d', event('c'));
      expect(outbox.claimFresh('b', 9_999)).toBeUndefined();
      for (const work of [
        () => claim(outbox),
        () => outbox.openClaims(),
        () => outbox.count(),
        () => outbox.promoteDrafts(async () => new Set()),
        () => outbox.lease('me', clock),
      ])
        await expect(work()).rejects.toThrow();
      expect(losses).toHaveLength(1);
    },
  );

  it('takes a database that does not answer for one that is lost, and another is opened', async () => {
    const { outbox, losses } = await openTab();
    outbox.add({ ...event('a'), ...normal });
    await soon();
    const { count } = IDBObjectStore.prototype;
    onTestFinished(() => void Object.assign(IDBObjectStore.prototype, { count }));
    IDBObjectStore.prototype.count = () => ({}) as IDBRequest<number>; // whose handlers are never called
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const counted = outbox.count().catch(() => 'lost');
    vi.advanceTimersByTime(8_999);
    await soon();
    expect(losses).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(await counted).toBe('lost');
    IDBObjectStore.prototype.count = count;
    const next = await openTab(losses[0]?.unsettled);
    expect(names((await claim(next.outbox))?.events)).toEqual(['a']);
  });

  it('knows a write by its events, and by a note when those have been sent by another tab', async () => {
    const { outbox, losses } = await openTab();
    for (let count = 0; count < 60; count++) {
      outbox.add({ ...event(`e${count}`), ...normal });
      await Promise.resolve(); // so that each is a write of its own
    }
    database.closeAll(); // what is under way still comes to its end
    outbox.add({ ...event('too late'), ...normal });
    expect(losses[0]?.unsettled).toHaveLength(60);
    const other = await openTab();
    const sent = await claim(other.outbox, 50);
    if (sent) await other.outbox.settle(sent);
    const never = { id: 1, events: [{ ...event('never'), ...normal }] };
    const next = await openTab([...(losses[0]?.unsettled ?? []), never]);
    expect(names(next.unstored)).toEqual(['never']);
    expect(await drain(next.outbox)).toHaveLength(10);
  });

  it.each([
    ['nothing of the writes that came to their end', 100, []],
    ['of those that followed one another closely the last, which nobody answered for', 99, ['e9']],
  ])('leaves %s', async (_, everyMs, left) => {
    const { outbox, losses } = await openTab();
    for (let n = 0; n < 10; n++) {
      outbox.add({ ...event(`e${n}`), ...normal });
      await soon();
      clock += everyMs;
    }
    database.closeAll();
    expect(losses.flatMap(({ unsettled }) => unsettled.flatMap(({ events }) => names(events)))).toEqual(left);
    expect(losses).toMatchObject([{ hasWritten: true }]);
    const next = await openTab(losses[0]?.unsettled);
    expect(next.unstored).toEqual([]);
    expect(await drain(next.outbox)).toHaveLength(10);
  });

  it('is called back for one of ten writes where the clock stands still', async () => {
    const { outbox, losses } = await openTab();
    for (let n = 0; n < 50; n++) {
      outbox.add({ ...event(`e${n}`), ...normal });
      await soon();
    }
    database.closeAll();
    expect(losses[0]?.unsettled.length).toBeLessThan(10);
  });

  it.each(['draft', 'count', 'claim', 'eviction'])(
    'takes no %s for a proof of a write that was undone, told of it late or not',
    async (behind) => {
      for (let turns = 0; turns < 24; turns++) {
        database.restore();
        database = installFaultyIndexedDb();
        const { outbox, losses } = await openTab([], behind === 'eviction' ? { maxBytes: 90 } : {});
        outbox.add({ ...event('stored'), ...normal });
        await soon();
        database.fail('aborted_numbered');
        outbox.add({ ...event('undone'), ...urgent });
        for (let turn = 0; turn < turns; turn++) await new Promise((done) => setImmediate(done));
        if (behind === 'draft') outbox.saveDraft('view', event('draft'));
        if (behind === 'count') void outbox.count().catch(() => undefined);
        if (behind === 'claim') void claim(outbox).catch(() => undefined);
        await soon();
        expect(losses.map(({ unsettled }) => unsettled.flatMap(({ events }) => names(events)))).toEqual([['undone']]);
      }
    },
  );

  it('takes nothing that is on the disk along when a newer SDK upgrades it, and will not let it look there again', async () => {
    const { outbox, losses } = await openTab();
    for (const name of ['a', 'b']) {
      outbox.add({ ...event(name), ...normal });
      await soon();
      clock += 50; // nobody is called back for the second
    }
    const newer = await openDB('q', 4);
    onTestFinished(() => newer.close());
    await soon();
    expect(losses).toMatchObject([{ unsettled: [], hasWritten: true }]);
    expect(await newer.count('events')).toBe(2);
    outbox.add({ ...event('c'), ...normal });
    await soon();
    expect(losses).toHaveLength(1);
  });

  it('hands over what was added in the very task in which it is lost', async () => {
    const { outbox, losses } = await openTab();
    outbox.add({ ...event('a'), ...normal });
    database.closeAll();
    expect(names((await openTab(losses[0]?.unsettled)).unstored)).toEqual(['a']);
  });

  it('forgets the notes of writes after a day', async () => {
    const { outbox } = await openTab();
    const raw = await openDB('q', 3);
    onTestFinished(() => raw.close());
    const notes = async () => (await raw.getAllKeys('meta')).filter((key) => key !== 'queueId');
    for (const [laterMs, left] of [
      [0, 1],
      [DAY_MS - 1, 2],
      [2, 2],
    ] as const) {
      clock += laterMs;
      outbox.add({ ...event('a'), ...normal });
      await drain(outbox);
      expect(await notes()).toHaveLength(left);
    }
    expect(await raw.getAllKeys('meta')).toContain('queueId');
  });

  it('does not open over a database of another shape, nor of a newer SDK', async () => {
    (await openDB('q', 3, { upgrade: (db) => void db.createObjectStore('theirs') })).close();
    await expect(openTab()).rejects.toThrow();
    await deleteDB('q'); // its connection was closed, or this would wait for ever
    (await openDB('q', 4)).close();
    await expect(openTab()).rejects.toThrow();
  });

  it('takes over the database of version 1: its id, numbers, contexts and events', async () => {
    const old = JSON.parse(readFileSync(new URL('./version-1.json', import.meta.url), 'utf8'));
    const raw = await openDB('q', 1, {
      upgrade(db) {
        db.createObjectStore('events', { autoIncrement: true });
        db.createObjectStore('contexts');
        db.createObjectStore('meta');
      },
    });
    for (const store of ['events', 'contexts', 'meta'])
      for (const [key, value] of old[store]) await raw.put(store, value, key);
    raw.close();
    clock = T + 30 * 86_400_000; // when they were written, version 1 did not say: they do not expire
    const { outbox, dropped } = await openTab();
    expect(outbox.queueId).toBe('01bc8cb1-0400-7000-8000-00000000beef');
    expect(await outbox.count()).toBe(3);
    outbox.add({ ...event('new'), ...normal });
    const sent = await drain(outbox);
    expect(sent.slice(0, 3)).toEqual(
      old.events.map(([seq, { c, j }]: [number, { c: number; j: string }]) => ({
        seq,
        json: j,
        contextJson: old.contexts.find(([id]: [number]) => id === c)[1],
      })),
    );
    expect(sent.slice(3)).toEqual([queued(10, 'new')]);
    expect(dropped).toEqual({});
  });

  it('takes over the database of version 2: its drafts, its open claims, and what is urgent among what is looked at', async () => {
    const old = JSON.parse(readFileSync(new URL('./version-2.json', import.meta.url), 'utf8'));
    const raw = await openDB('q', 2, {
      upgrade(db) {
        db.createObjectStore('events', { autoIncrement: true }).createIndex('byPriority', 'p');
        for (const store of ['contexts', 'meta', 'held']) db.createObjectStore(store);
      },
    });
    for (const store of ['events', 'contexts', 'meta', 'held'])
      for (const [key, value] of old[store]) await raw.put(store, value, key);
    raw.close();
    const { outbox, dropped } = await openTab();
    expect(outbox.queueId).toBe('01bc8cb1-0400-7000-8000-00000000beef');
    expect(await outbox.count()).toBe(4); // and a draft
    expect((await outbox.openClaims()).map(({ batchId, events }) => [batchId, names(events)])).toEqual([
      ['01bc8cb1-0400-7000-8000-0000000000b1', ['sent']],
    ]);
    expect(names((await claim(outbox, 9))?.events)).toEqual(['order']);
    expect(names((await claim(outbox, 9))?.events)).toEqual(['view', 'click']);
    expect(await claim(outbox)).toBeUndefined();
    expect(dropped).toEqual({});
    const upgraded = await openDB('q', 3);
    onTestFinished(() => upgraded.close());
    expect([...upgraded.transaction('events').store.indexNames]).toEqual([]);
  });

  describe('beyond its limits', () => {
    const big = (name: string) => ({ ...event(name), json: JSON.stringify({ eventId: name, text: 'x'.repeat(900) }) });

    async function fill(options: Partial<IdbOutboxOptions>) {
      const tab = await openTab([], options);
      const priorities: Priority[] = ['urgent', 'normal', 'bulk'];
      for (const priority of priorities)
        for (let i = 0; i < 4; i++) tab.outbox.add({ ...big(`${priority}${i}`), priority });
      await soon();
      await soon();
      return tab;
    }

    it('evicts the oldest of the lowest priority, and counts them', async () => {
      const { outbox, dropped } = await fill({ maxBytes: 7_000 });
      expect(dropped).toEqual({ evicted: 6 });
      expect(names(await drain(outbox)).sort()).toEqual([
        'normal2',
        'normal3',
        'urgent0',
        'urgent1',
        'urgent2',
        'urgent3',
      ]);
    });

    it('has nothing at hand of what it evicted, were that written last of all', async () => {
      const { outbox, dropped } = await openTab([], { maxBytes: 2_900 });
      for (const name of ['a', 'b']) outbox.add({ ...big(name), ...normal });
      await soon();
      clock += 50; // nobody is called back for the next
      outbox.add({ ...big('evicted'), priority: 'bulk' });
      await soon();
      expect(dropped).toEqual({ evicted: 1 });
      clock += 100;
      outbox.add({ ...event('last'), ...normal });
      await soon();
      expect(names(outbox.claimFresh('leaving', 9_999)?.events)).toEqual(['a', 'b', 'last']);
    });

    it('keeps no note of what was urgent and is evicted', async () => {
      const { outbox, dropped } = await openTab([], { maxBytes: 3_000 });
      for (let n = 0; n < 9; n++) {
        outbox.add({ ...big(`order ${n}`), ...urgent });
        await soon();
      }
      expect(dropped.evicted).toBeGreaterThan(5);
      const raw = await openDB('q', 3);
      onTestFinished(() => raw.close());
      expect((await raw.getAllKeys('held')).length).toBe(await raw.count('events'));
    });

    it('counts what earlier pages left', async () => {
      (await fill({})).outbox.close();
      const { outbox, dropped } = await openTab([], { maxBytes: 7_000 });
      outbox.add({ ...big('new'), ...normal });
      await expect.poll(() => dropped).toEqual({ evicted: 7 });
    });

    it('never evicts what is on its way or a draft', async () => {
      const { outbox, dropped } = await openTab([], { maxBytes: 3_300 });
      outbox.saveDraft('view', big('draft'));
      await soon();
      for (const name of ['a', 'b']) outbox.add({ ...big(name), priority: 'bulk' });
      const claimed = await claim(outbox);
      expect(names(claimed?.events)).toEqual(['a', 'b']);
      outbox.add({ ...big('c'), ...normal });
      await expect.poll(() => dropped).toEqual({ evicted: 1 });
      expect([claimed]).toMatchObject(await outbox.openClaims());
      outbox.add({ ...big('final'.repeat(50)), priority: 'normal', draftId: 'view' });
      await expect.poll(() => dropped).toEqual({ evicted: 2 });
    });

    it.each([
      ['leaves nine tenths of what the browser grants to the page', async () => ({ quota: 70_000 }), 6],
      ['is its own where the browser says nothing', async () => ({}), 0],
      ['is its own where the browser says zero', async () => ({ quota: 0 }), 0],
      ['is its own where asking fails', () => Promise.reject(new Error('no')), 0],
      [
        'is its own where asking throws',
        () => {
          throw new TypeError('opaque origin');
        },
        0,
      ],
    ])('%s', async (_, estimate, evicted) => {
      vi.stubGlobal('navigator', { storage: { estimate } });
      onTestFinished(() => void vi.unstubAllGlobals());
      expect((await fill({})).dropped.evicted ?? 0).toBe(evicted);
    });

    it('gives up what has waited for a week, counts it, and sends the rest', async () => {
      const { outbox, dropped } = await openTab();
      for (let i = 0; i < 5; i++) outbox.add({ ...event(`old${i}`), ...normal });
      await soon();
      clock += 7 * 86_400_000 + 1;
      outbox.add({ ...event('young'), ...normal });
      expect(names((await claim(outbox, 2))?.events)).toEqual(['young']);
      expect(dropped).toEqual({ expired: 5 });
      expect(await outbox.count()).toBe(1);
    });

    it('keeps what waits and was never sent when the clock is put right by more than a week, and its context', async () => {
      const { outbox, drafts } = await openTab();
      outbox.add({ ...event('b', 'other'), ...normal });
      outbox.add({ ...event('a'), ...normal });
      await soon();
      formerClocks = [T];
      clock = T + 30 * DAY_MS;
      expect(names(outbox.claimFresh('exit', 9_999)?.events)).toEqual(['a']);
      await soon();
      const next = await openTab([], { drafts }); // of the same page
      expect(names((await claim(next.outbox))?.events)).toEqual(['b']);
      expect(next.dropped).toEqual({});
    });
  });

  describe('at the end of the page', () => {
    it('claims within the call what was stored of late, and holds it on the disk', async () => {
      const { outbox } = await openTab();
      for (const name of ['a', 'b']) outbox.add({ ...event(name), ...normal });
      await soon();
      const claimed = outbox.claimFresh('leaving', 9_999);
      expect(claimed?.events).toEqual([queued(1, 'a'), queued(2, 'b')]);
      expect(outbox.claimFresh('again', 9_999)).toBeUndefined();
      await soon();
      outbox.close();
      const next = await openTab();
      expect(await next.outbox.openClaims()).toEqual([claimed]);
      expect(await claim(next.outbox)).toBeUndefined();
    });

    it('holds it on the disk though the page dies with a transaction that waits for it', async () => {
      const page = await openTab();
      for (const name of ['a', 'b']) page.outbox.add({ ...event(name), ...normal });
      await soon();
      const begun: IDBTransaction[] = [];
      const { transaction } = IDBDatabase.prototype;
      IDBDatabase.prototype.transaction = function (...args) {
        const each = transaction.apply(this, args);
        begun.push(each);
        return each;
      };
      onTestFinished(() => void Object.assign(IDBDatabase.prototype, { transaction }));
      const counting = page.outbox.count().catch(() => 'dead'); // needs its page, request for request
      const left = page.outbox.claimFresh('leaving', 9_999);
      expect(names(left?.events)).toEqual(['a', 'b']);
      // As a browser does when the page is gone: what waits is undone, were it told to commit or not.
      const [first] = begun;
      for (const each of begun)
        if (each === first || [...each.objectStoreNames].some((store) => first?.objectStoreNames.contains(store)))
          undo(each, 'AbortError');
      await counting;
      const { outbox } = await openTab();
      expect(await outbox.openClaims()).toEqual([left]);
      expect(await claim(outbox)).toBeUndefined();
    });

    it('is not claimed twice by a page that lives after all', async () => {
      const { outbox } = await openTab();
      outbox.add({ ...event('a'), ...normal });
      await soon();
      const left = outbox.claimFresh('leaving', 9_999);
      outbox.add({ ...event('b'), ...normal });
      expect(names((await claim(outbox))?.events)).toEqual(['b']);
      if (left) await outbox.settle(left);
      expect((await outbox.openClaims()).map(({ events }) => names(events))).toEqual([['b']]);
    });

    it('leaves to the next claim what has waited for a week: that counts it', async () => {
      const { outbox, dropped } = await openTab();
      outbox.add({ ...event('old'), ...normal });
      await soon();
      clock += 7 * DAY_MS + 1;
      outbox.add({ ...event('young'), ...normal });
      await outbox.count();
      await soon();
      expect(names(outbox.claimFresh('leaving', 9_999)?.events)).toEqual(['young']);
      expect(await claim(outbox)).toBeUndefined();
      expect(dropped).toEqual({ expired: 1 });
    });

    it('leaves to the disk what has a number that is not committed: were that undone, another event is given it', async () => {
      const { outbox } = await openTab();
      outbox.add({ ...event('a'), ...normal });
      await soon();
      database.fail('aborted_numbered');
      outbox.add({ ...event('undone'), ...normal });
      const claimed: Claim[] = [];
      for (let turn = 0; turn < 20; turn++) {
        await new Promise((done) => setImmediate(done));
        claimed.push(...[outbox.claimFresh(`leaving${turn}`, 9_999) ?? []].flat());
      }
      const next = await openTab();
      next.outbox.add({ ...event('of another page'), ...normal });
      const sent = [...claimed.flatMap(({ events }) => events), ...(await drain(next.outbox))];
      expect(sent).toEqual([queued(1, 'a'), queued(2, 'of another page')]);
    });

    it('has at hand the single event behind another with the next draft, and those of one moment by themselves', async () => {
      const { outbox } = await openTab();
      const atHand = () => names(outbox.claimFresh(`leaving${++batches}`, 9_999)?.events);
      const add = (name: string) => outbox.add({ ...event(name), ...normal });
      add('a');
      await Promise.resolve(); // each is a write of its own
      add('b');
      await soon();
      expect(atHand()).toEqual(['a', 'b']);
      clock += 99;
      add('c');
      await soon();
      expect(atHand()).toEqual([]);
      outbox.saveDraft('view', event('end'));
      await soon();
      expect(atHand()).toEqual(['c']);
      clock++;
      add('d');
      await soon();
      expect(atHand()).toEqual(['d']);
    });

    it('does so where a transaction cannot be told to commit', async () => {
      const { commit } = IDBTransaction.prototype;
      Object.assign(IDBTransaction.prototype, { commit: undefined });
      onTestFinished(() => void Object.assign(IDBTransaction.prototype, { commit }));
      const { outbox } = await openTab();
      outbox.add({ ...event('a'), ...normal });
      await soon();
      const claimed = outbox.claimFresh('leaving', 9_999);
      expect(names(claimed?.events)).toEqual(['a']);
      await soon();
      expect([claimed]).toMatchObject(await outbox.openClaims());
    });

    it('leaves alone what was claimed, settled by another tab, or is of another context or too much', async () => {
      const [one, two] = [await openTab(), await openTab()];
      one.outbox.add({ ...event('a'), ...normal });
      await soon();
      await drain(two.outbox);
      await one.outbox.count(); // which a tab does when it hears that another has sent everything
      expect(one.outbox.claimFresh('x', 9_999)).toBeUndefined();
      one.outbox.add({ ...event('b'), ...normal });
      await soon();
      await claim(one.outbox);
      expect(one.outbox.claimFresh('x', 9_999)).toBeUndefined();
      for (const [name, context] of [
        ['c', 'x'],
        ['d', 'y'],
        ['e', 'y'],
        ['f', 'y'],
      ])
        one.outbox.add({ ...event(name ?? '', context), ...normal });
      await one.outbox.count(); // written by then
      await soon();
      const room = 2 * (event('e').json.length + 20); // each has a number, too
      expect(one.outbox.claimFresh('x', room / 2 - 1)).toBeUndefined();
      expect(names(one.outbox.claimFresh('x', room)?.events)).toEqual(['e', 'f']);
      expect(names(one.outbox.claimFresh('x', 9_999)?.events)).toEqual(['d']);
    });

    it('has the final event of a draft at hand at once', async () => {
      const { outbox } = await openTab();
      outbox.saveDraft('view', event('end'));
      outbox.add({ ...event('first'), ...normal });
      await drain(outbox);
      const before = database.writes.length;
      outbox.add({ ...event('end'), ...strict, draftId: 'view' });
      expect(outbox.claimFresh('leaving', 9_999)?.events).toEqual([queued(1, 'end')]);
      await soon();
      expect(database.writes.slice(before)).toEqual(['strict', 'strict']); // the event and, beside it, the claim
    });
  });

  describe('drafts', () => {
    it('have a number, are not claimed, not counted, and give it to their final event', async () => {
      const { outbox } = await openTab();
      outbox.saveDraft('view', event('first state'));
      await soon();
      outbox.saveDraft('view', event('later state'));
      outbox.add({ ...event('a'), ...normal });
      expect((await claim(outbox))?.events).toEqual([queued(2, 'a')]);
      expect(await outbox.count()).toBe(1);
      outbox.add({ ...event('final'), ...normal, draftId: 'view' });
      expect(await drain(outbox)).toEqual([queued(1, 'final')]);
      expect(await outbox.promoteDrafts(async () => new Set())).toBe(0);
    });

    it('are promoted once, when their page is gone and not before', async () => {
      const [one, two] = [await openTab(), await openTab()];
      one.outbox.saveDraft('view', event('as of the last second'));
      await soon();
      expect(await one.outbox.promoteDrafts(async () => new Set())).toBe(0); // its own
      expect(await two.outbox.promoteDrafts(async () => new Set(['view']))).toBe(0);
      one.outbox.close();
      const promote = () => two.outbox.promoteDrafts(async () => new Set());
      expect([await promote(), await promote()]).toEqual([1, 0]);
      expect(await drain(two.outbox)).toEqual([{ ...queued(1, 'as of the last second'), write: undefined }]);
    });

    it.each([0, 1, 2, 3, 4, 5, 6])(
      'taken %i turns after the first writing leave one event and no gap',
      async (turns) => {
        const { outbox, losses } = await openTab();
        outbox.saveDraft('view', event('draft'));
        outbox.saveDraft('view', event('ignored while the first is under way'));
        for (let i = 0; i < turns; i++) await new Promise((done) => setImmediate(done));
        outbox.add({ ...event('final'), ...normal, draftId: 'view' });
        outbox.add({ ...event('next'), ...normal });
        expect(await outbox.promoteDrafts(async () => new Set())).toBe(0);
        const sent = await drain(outbox);
        expect(sent.map(({ seq }) => seq).sort()).toEqual([1, 2]);
        expect(names(sent).sort()).toEqual(['final', 'next']);
        expect(losses).toEqual([]);
      },
    );

    it('give their number away even while they are being committed, yet nothing leaves by it before it is', async () => {
      const { outbox } = await openTab();
      const { put } = IDBObjectStore.prototype;
      const { abort } = IDBTransaction.prototype;
      onTestFinished(() => void Object.assign(IDBTransaction.prototype, { abort }));
      IDBObjectStore.prototype.put = function (value, key) {
        const holding = put.call(this, value, key);
        if (this.name !== 'held') return holding;
        IDBObjectStore.prototype.put = put;
        IDBTransaction.prototype.abort = () => {
          throw new DOMException('it is being committed', 'InvalidStateError');
        };
        queueMicrotask(() => {
          outbox.add({ ...event('final'), ...normal, draftId: 'view' });
          expect(outbox.claimFresh('at once', 9_999)).toBeUndefined();
        });
        return holding;
      };
      outbox.saveDraft('view', event('draft'));
      await soon();
      expect(outbox.claimFresh('later', 9_999)?.events).toEqual([queued(1, 'final')]);
      await soon();
      expect((await outbox.openClaims()).map(({ events }) => events)).toEqual([[queued(1, 'final')]]);
      expect(await claim(outbox)).toBeUndefined();
      expect(await outbox.promoteDrafts(async () => new Set())).toBe(0);
    });

    it.each([true, false])('are taken under their number by the next connection of the same page', async (again) => {
      const first = await openTab();
      first.outbox.saveDraft('view', event('draft'));
      await soon();
      database.closeAll();
      const { outbox } = await openTab(first.losses[0]?.unsettled, first);
      if (again) outbox.saveDraft('view', event('later'));
      outbox.add({ ...event('final'), ...normal, draftId: 'view' });
      expect(await outbox.promoteDrafts(async () => new Set())).toBe(0);
      expect(await drain(outbox)).toEqual([queued(1, 'final')]);
    });

    it('give their number away once: the next view of a page that opened its database anew has a draft of its own', async () => {
      const first = await openTab();
      first.outbox.saveDraft('tab', event('draft'));
      await soon();
      database.closeAll();
      const { outbox } = await openTab(first.losses[0]?.unsettled, first);
      outbox.add({ ...event('end of the first view'), ...normal, draftId: 'tab' });
      outbox.saveDraft('tab', event('draft of the second'));
      await soon();
      outbox.add({ ...event('end of the second'), ...normal, draftId: 'tab' });
      expect(await drain(outbox)).toEqual([queued(1, 'end of the first view'), queued(2, 'end of the second')]);
    });

    it('that the browser has undone give no number away: others are given it', async () => {
      const { outbox } = await openTab();
      const { add } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.add = function (value) {
        IDBObjectStore.prototype.add = add;
        const adding = add.call(this, value);
        adding.addEventListener('success', () => {
          undo(this.transaction, 'QuotaExceededError');
          outbox.add({ ...event('next'), ...normal });
          outbox.add({ ...event('final'), ...normal, draftId: 'view' });
        });
        return adding;
      };
      outbox.saveDraft('view', event('draft'));
      await soon();
      expect(await drain(outbox)).toEqual([queued(1, 'next'), queued(2, 'final')]);
    });

    it('of the next view and the end of the view before, whose write came to nothing, are one event each', async () => {
      const first = await openTab();
      first.outbox.saveDraft('tab', event('first view'));
      await soon();
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (value, key) {
        if (this.name === 'events') {
          IDBObjectStore.prototype.put = put;
          this.transaction.commit = () => undo(this.transaction, 'QuotaExceededError');
        }
        return put.call(this, value, key);
      };
      first.outbox.add({ ...event('first view'), ...normal, draftId: 'tab' });
      first.outbox.saveDraft('tab', event('second view')); // under way when the database is given up: still written
      await soon();
      const { outbox, unstored } = await openTab(first.losses[0]?.unsettled, first);
      expect(names(unstored)).toEqual(['first view']);
      for (const each of unstored) outbox.add({ ...each, ...strict });
      outbox.saveDraft('tab', event('second view'));
      outbox.add({ ...event('second view'), ...normal, draftId: 'tab' });
      expect(await drain(outbox)).toEqual([queued(1, 'first view'), queued(2, 'second view')]);
      expect(await outbox.promoteDrafts(async () => new Set())).toBe(0);
    });

    it('of a page that began while it was asked who lives are left alone', async () => {
      const [one, two] = [await openTab(), await openTab()];
      one.outbox.saveDraft('dead', event('left behind'));
      await soon();
      const promoted = await two.outbox.promoteDrafts(async () => {
        one.outbox.saveDraft('begun since', event('draft'));
        await soon();
        return new Set();
      });
      expect(promoted).toBe(1);
      expect(names(await drain(two.outbox))).toEqual(['left behind']);
    });

    it('that were freed under a living page keep to their number', async () => {
      const [one, two] = [await openTab(), await openTab()];
      one.outbox.saveDraft('view', event('draft'));
      await soon();
      await two.outbox.promoteDrafts(async () => new Set()); // it did not hear of the other
      expect((await drain(two.outbox)).map(({ seq }) => seq)).toEqual([1]);
      one.outbox.saveDraft('view', event('later'));
      await soon();
      expect(await claim(two.outbox)).toBeUndefined();
      one.outbox.add({ ...event('final'), ...normal, draftId: 'view' });
      await soon();
      expect((await drain(two.outbox)).map(({ seq }) => seq)).toEqual([1]); // a copy, and recognised as one
    });
  });
});
