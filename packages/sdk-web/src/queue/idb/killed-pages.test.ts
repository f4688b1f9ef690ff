import { BATCH_CUT } from '@tidemark/protocol';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { installFaultyIndexedDb } from '../../../../../test/fixtures/faulty-indexed-db.js';
import type { Claim, Outbox } from '../outbox.js';
import { createDrafts, type Drafts } from './drafts.js';
import { openIdbOutbox } from './open-outbox.js';
import type { Lost } from './writer.js';

let clock = 1_800_000_000_000;
const now = () => clock;
const turn = () => new Promise((done) => setImmediate(done));

/** A page that can be killed: what it has not handed over to be committed is undone, and nothing of it runs on. */
interface Page {
  readonly outbox: Outbox;
  readonly connection: IDBDatabase;
  readonly transactions: () => readonly IDBTransaction[];
  /** As an SDK's tab has it: the drafts of all its views go by one name. */
  readonly tab: string;
  readonly drafts: Drafts;
  view: string;
  lost: Lost | undefined;
  alive: boolean;
}

describe('pages that are killed at any point', () => {
  let database: ReturnType<typeof installFaultyIndexedDb>;
  const unhandled: unknown[] = [];
  beforeEach(() => {
    database = installFaultyIndexedDb();
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    return () => {
      process.off('unhandledRejection', note);
      database.restore();
    };
  });

  /** What the collector has: a copy is what has the same number. */
  function createWorld(begun: readonly (readonly [IDBDatabase, IDBTransaction])[]) {
    const taken = new Map<number, string>();
    const arrived = new Set<string>();
    const added: string[] = [];
    const sure = new Set<string>();
    const pages: Page[] = [];
    /** Which page has an event in its hands. */
    const pageOf = new Map<string, Page>();
    let ids = 0;

    /** The page whose database was lost lives on, with another connection. */
    async function reopen(former: Page): Promise<Page> {
      former.alive = false;
      const next = await open(former);
      for (const [name, owner] of pageOf) if (owner === former) pageOf.set(name, next);
      return next;
    }

    async function open(former?: Page): Promise<Page> {
      const before = new Set(begun.map(([connection]) => connection));
      const drafts = former?.drafts ?? createDrafts();
      const opened = await openIdbOutbox({
        name: 'q',
        now,
        nowBy: now,
        maxBytes: 5_000_000,
        drafts,
        unsettled: former?.lost?.unsettled ?? [],
        onDrop: () => undefined,
        onLost: (lost) => {
          page.lost = lost;
        },
      });
      const connection = begun.find(([each]) => !before.has(each))?.[0] as IDBDatabase;
      const page: Page = {
        outbox: opened.outbox,
        connection,
        transactions: () => begun.filter(([by]) => by === connection).map(([, each]) => each),
        drafts,
        tab: former?.tab ?? `tab${ids++}`,
        view: former?.view ?? `view${ids++}`,
        lost: undefined,
        alive: true,
      };
      for (const event of opened.unstored) opened.outbox.add({ ...event, strict: true });
      pages.push(page);
      return page;
    }

    const living = () => new Set(pages.filter(({ alive }) => alive).map(({ tab }) => tab));

    function add(page: Page, name: string, priority: 'urgent' | 'normal', draftId?: string): void {
      added.push(name);
      pageOf.set(name, page);
      page.outbox.add({
        json: `"${name}"`,
        contextJson: '{}',
        priority,
        draftId,
        number: page.drafts.take(draftId ?? ''),
      });
    }

    function arrive({ batchId, events }: Claim): void {
      arrived.add(batchId);
      for (const { seq, json } of events) if (!taken.has(seq)) taken.set(seq, JSON.parse(json));
    }

    async function send({ outbox }: Page, maxEvents: number, answer: string): Promise<boolean> {
      for (const claim of await outbox.openClaims()) {
        if (!arrived.has(claim.batchId)) arrive(claim);
        await outbox.settle(claim);
      }
      const claim = await outbox.claim(`b${ids++}`, { ...BATCH_CUT, maxEvents });
      if (!claim) return false;
      if (answer === 'too large') await outbox.release(claim);
      if (answer === 'never arrives' || answer === 'too large') return true;
      arrive(claim);
      if (answer === 'answered') await outbox.settle(claim);
      return true;
    }

    async function leave({ outbox }: Page, answer: string): Promise<void> {
      const claim = outbox.claimFresh(`b${ids++}`, 40);
      if (!claim || answer === 'never arrives') return;
      arrive(claim);
      if (answer === 'answered') await outbox.settle(claim);
    }

    return { taken, added, sure, pageOf, pages, open, reopen, living, add, send, leave, nextId: () => ids++ };
  }

  function kill(page: Page): void {
    page.alive = false;
    for (const transaction of page.transactions()) {
      try {
        transaction.abort();
      } catch {
        // the browser has it already, and commits it without the page
      }
    }
    page.connection.close(); // not the outbox: it would write down what waits
  }

  const act = fc.record({
    page: fc.constantFrom(0, 1, 2),
    kind: fc.constantFrom(
      'add',
      'add',
      'draft',
      'draft',
      'take',
      'send',
      'send',
      'leave',
      'promote',
      'lose',
      'full',
      'sure',
    ),
    priority: fc.constantFrom('urgent' as const, 'normal' as const),
    answer: fc.constantFrom('answered', 'answered', 'answer lost', 'never arrives', 'too large'),
    count: fc.integer({ min: 1, max: 4 }),
    turns: fc.integer({ min: 0, max: 8 }),
    laterMs: fc.constantFrom(0, 0, 100),
    kills: fc.constantFrom(false, false, false, true),
  });

  it('send each event once, and leave no gap in the numbers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 50 }), async (acts) => {
        database.restore();
        database = installFaultyIndexedDb();
        const { transaction } = IDBDatabase.prototype;
        const transactions: (readonly [IDBDatabase, IDBTransaction])[] = [];
        IDBDatabase.prototype.transaction = function (...args) {
          const begun = transaction.apply(this, args);
          transactions.push([this, begun]);
          return begun;
        };
        onTestFinished(() => {
          IDBDatabase.prototype.transaction = transaction;
        });
        const world = createWorld(transactions);
        const { add, send, leave, living, sure, taken, pageOf } = world;
        const tabs = [await world.open(), await world.open(), await world.open()];
        const finals = new Map<string, string>();
        const saved = new Set<string>();

        for (const { page: index, kind, priority, answer, count, turns, laterMs, kills } of acts) {
          clock += laterMs;
          let page = tabs[index] as Page;
          while (page.lost) page = await world.reopen(page); // as the queue does at once
          tabs[index] = page;
          let work: Promise<unknown> = Promise.resolve();
          if (kind === 'add') for (let i = 0; i < count; i++) add(page, `e${world.added.length}`, priority);
          if (kind === 'draft') {
            saved.add(page.view);
            page.outbox.saveDraft(page.tab, { json: `"draft of ${page.view}"`, contextJson: '{}' });
          }
          if (kind === 'take') {
            const { view } = page;
            page.view = `view${world.nextId()}`;
            finals.set(view, `end of ${view}`);
            add(page, `end of ${view}`, 'normal', page.tab);
          }
          if (kind === 'send') work = send(page, count, answer);
          if (kind === 'leave') work = leave(page, answer);
          if (kind === 'promote') work = page.outbox.promoteDrafts(async () => living());
          if (kind === 'sure') {
            const before = [...world.added];
            await page.outbox.count().catch(() => undefined);
            for (let i = 0; i < 10; i++) await turn(); // all that was begun has come to its end
            for (const name of before) if (pageOf.get(name) === page && !page.lost) sure.add(name);
          }
          if (kind === 'lose') database.closeAll();
          if (kind === 'full') {
            database.fail('aborted_numbered');
            add(page, `e${world.added.length}`, priority);
          }
          work.catch(() => undefined);
          for (let i = 0; i < turns; i++) await turn();
          if (kills) kill(page);
          else await work.catch(() => undefined);
          for (const [at, tab] of tabs.entries()) {
            if (!tab.alive) {
              tabs[at] = await world.open();
              await tabs[at].outbox.promoteDrafts(async () => living());
            } else if (tab.lost) {
              tabs[at] = await world.reopen(tab);
            }
          }
        }
        for (let tab of tabs) {
          for (;;) {
            await tab.outbox.count().catch(() => undefined);
            for (let i = 0; i < 10; i++) await turn();
            if (!tab.lost) break;
            tab = await world.reopen(tab);
          }
          for (const [name, owner] of pageOf) if (owner === tab) sure.add(name);
          tab.alive = false;
          tab.outbox.close();
        }
        const last = await world.open();
        await last.outbox.promoteDrafts(async () => new Set());
        while (await send(last, 50, 'answered'));
        expect(await last.outbox.count()).toBe(0);
        last.outbox.close();

        const names = [...taken.values()];
        expect(new Set(names).size).toBe(names.length);
        for (const name of sure) expect(names).toContain(name);
        for (const view of saved) {
          const ends = names.filter((name) => name === `draft of ${view}` || name === `end of ${view}`);
          expect(ends.length).toBeLessThanOrEqual(1);
        }
        for (const [, name] of finals) if (sure.has(name)) expect(names).toContain(name);
        expect([...taken.keys()].sort((a, b) => a - b)).toEqual(names.map((_, index) => index + 1));
        IDBDatabase.prototype.transaction = transaction;
      }),
      { numRuns: 150 },
    );
    expect(unhandled).toEqual([]);
  }, 60_000);
});
