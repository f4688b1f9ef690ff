import fc from 'fast-check';
import { deleteDB, openDB } from 'idb';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { installFaultyIndexedDb } from '../../../../test/fixtures/faulty-indexed-db.js';
import { type Lost, openIdbOutbox, type Write } from './idb-outbox.js';
import type { NewEvent } from './outbox.js';

const now = () => 1_800_000_000_000;
const event = (name: string, context = 'a'): NewEvent => ({
  json: JSON.stringify({ eventId: name }),
  contextJson: JSON.stringify({ context }),
});
const names = (events: readonly NewEvent[]) => events.map(({ json }) => JSON.parse(json).eventId as string);

describe('openIdbOutbox', () => {
  let database: ReturnType<typeof installFaultyIndexedDb>;
  beforeEach(() => {
    database = installFaultyIndexedDb();
    return () => database.restore();
  });

  async function openTab(unsettled: readonly Write[] = []) {
    const losses: Lost[] = [];
    const opened = await openIdbOutbox({ name: 'q', now, unsettled, onLost: (lost) => losses.push(lost) });
    onTestFinished(() => opened.outbox.close());
    return { ...opened, losses };
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
            tabs[add.tab]?.outbox.add(event(`e${index}`, `c${index % 3}`), add.strict ? 'strict' : 'relaxed');
            if (add.pause) await new Promise((done) => setTimeout(done));
          }
          const queued = (await tabs[0]?.outbox.peek(1_000)) ?? [];
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

  it('makes one transaction of the adds of one task, and another for what must not wait', async () => {
    const { outbox } = await openTab();
    const before = database.writes.length;
    for (let i = 0; i < 20; i++) outbox.add(event(`e${i}`), 'relaxed');
    expect(database.writes.slice(before)).toEqual(['relaxed']);
    await new Promise((done) => setTimeout(done));
    outbox.add(event('later'), 'relaxed');
    outbox.add(event('order'), 'strict');
    expect(database.writes.slice(before)).toEqual(['relaxed', 'relaxed', 'strict']);
    expect(await outbox.count()).toBe(22);
  });

  it('gives the oldest, keeps them until they are deleted, and goes on numbering afterwards', async () => {
    const { outbox } = await openTab();
    for (const name of ['a', 'b', 'c']) outbox.add(event(name), 'relaxed');
    expect(names(await outbox.peek(2))).toEqual(['a', 'b']);
    expect(names(await outbox.peek(2))).toEqual(['a', 'b']);
    await outbox.delete([1, 2, 3, 99]);
    expect(await outbox.count()).toBe(0);
    outbox.add(event('d'), 'relaxed');
    expect(await outbox.peek(9)).toEqual([{ seq: 4, ...event('d') }]);
  });

  it('forces to the disk what is about to be sent, so that a power cut cannot give its number away', async () => {
    const { outbox } = await openTab();
    outbox.add(event('a'), 'relaxed');
    const before = database.writes.length;
    await outbox.peek(50);
    expect(database.writes.slice(before)).toEqual(['strict']);
    await outbox.delete([1]);
    const afterDelete = database.writes.length;
    await outbox.peek(50);
    expect(database.writes.slice(afterDelete)).toEqual([]); // nothing to send, nothing to force
  });

  it('clears the contexts with the last event and writes them again with the next', async () => {
    const one = await openTab();
    const two = await openTab();
    one.outbox.add(event('a', 'x'), 'relaxed');
    await two.outbox.peek(1);
    await two.outbox.delete([1]);
    const raw = await openDB('q', 1);
    expect(await raw.count('contexts')).toBe(0);
    raw.close();
    one.outbox.add(event('b', 'x'), 'relaxed');
    const three = await openTab();
    expect(await three.outbox.peek(9)).toEqual([{ seq: 2, ...event('b', 'x') }]);
  });

  it('is found again by the next page, under the same id, with what was left', async () => {
    const first = await openTab();
    first.outbox.add(event('a', 'one'), 'strict');
    first.outbox.add(event('b', 'two'), 'strict');
    first.outbox.close();
    const second = await openTab();
    expect(second.outbox.queueId).toBe(first.outbox.queueId);
    expect(await second.outbox.peek(9)).toEqual([
      { seq: 1, ...event('a', 'one') },
      { seq: 2, ...event('b', 'two') },
    ]);
    expect(first.losses).toEqual([]);
  });

  it('leaves the events of all writes that came to nothing, not only of the first', async () => {
    const { outbox, losses } = await openTab();
    database.fail('aborted', 'aborted');
    outbox.add(event('a'), 'relaxed');
    outbox.add(event('b'), 'strict');
    await expect.poll(() => losses.length).toBe(1);
    const { unstored } = await openTab(losses[0]?.unsettled);
    expect(names(unstored)).toEqual(['a', 'b']);
  });

  it('knows a write that was committed although the browser said it was not', async () => {
    const { outbox, losses } = await openTab();
    database.fail('committed_unheard', 'aborted');
    outbox.add(event('stored'), 'relaxed');
    outbox.add(event('gone'), 'strict');
    await expect.poll(() => losses.length).toBe(1);
    const next = await openTab(losses[0]?.unsettled);
    expect(names(next.unstored)).toEqual(['gone']);
    expect(names(await next.outbox.peek(9))).toEqual(['stored']);
  });

  it.each(['deleted', 'closed by the browser', 'upgraded by a newer SDK'])(
    'tells once that it is lost when the database is %s',
    async (how) => {
      const { outbox, losses } = await openTab();
      outbox.add(event('a'), 'relaxed');
      await outbox.count();
      if (how === 'deleted') await deleteDB('q');
      else if (how === 'closed by the browser') database.closeAll();
      else (await openDB('q', 2)).close();
      expect(losses).toHaveLength(1);
      expect(losses[0]?.hasWritten).toBe(true);
      outbox.add(event('b'), 'relaxed'); // does not throw
      await expect(outbox.peek(1)).rejects.toThrow();
      expect(losses).toHaveLength(1);
    },
  );

  it('forgets the marks of old writes', async () => {
    const raw = await openDB('q', 1, {
      upgrade(db) {
        db.createObjectStore('events', { autoIncrement: true });
        db.createObjectStore('contexts');
        db.createObjectStore('meta').put('', '01900000-0000-7000-8000-000000000000');
      },
    });
    const { outbox } = await openTab();
    for (const name of ['a', 'b', 'c']) {
      outbox.add(event(name), 'relaxed');
      await outbox.count();
    }
    await outbox.peek(1);
    const marks = (await raw.getAllKeys('meta')).map(String);
    expect(marks.filter((mark) => mark.startsWith('019'))).toEqual([]);
    expect(marks).toEqual(expect.arrayContaining(['queueId', 'sentSeq']));
    expect(marks.length).toBeLessThanOrEqual(4);
    raw.close();
  });

  it('does not open over a database of another shape', async () => {
    (await openDB('q', 1, { upgrade: (db) => void db.createObjectStore('theirs') })).close();
    await expect(openTab()).rejects.toThrow();
    await deleteDB('q'); // its connection was closed, or this would wait for ever
  });
});
