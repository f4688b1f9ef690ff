import { type Ack, brandId, type DeliveryOutcome, type EventBatch } from '@tidemark/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { installFaultyIndexedDb, soon } from '../../../../test/fixtures/faulty-indexed-db.js';
import { createClock } from '../browser/clock.js';
import { createDrafts } from '../queue/idb/drafts.js';
import { openIdbOutbox } from '../queue/idb/open-outbox.js';
import { createSender } from './sender.js';

const T = 1_800_000_000_000;

const act = fc.record({
  count: fc.integer({ min: 1, max: 60 }),
  context: fc.constantFrom('a', 'b', 'c'),
  priority: fc.constantFrom('urgent' as const, 'normal' as const, 'bulk' as const),
  /** What passes afterwards, by the clock. */
  laterMs: fc.constantFrom(0, 1, 100, 5_000, -1_000, -3_600_000, 3_600_000),
  turns: fc.constantFrom(0, 3, 100),
});

it('sends with one flush all there is, each once, whatever became of the clock, and then knows that nothing waits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 8 }), fc.integer({ min: 1, max: 100 }), async (acts, largest) => {
      const database = installFaultyIndexedDb();
      let stepped = 0;
      const clock = createClock(
        () => T + stepped + performance.now(),
        () => performance.now(),
      );
      const { outbox } = await openIdbOutbox({
        name: 'q',
        ...clock,
        maxBytes: 5_000_000,
        drafts: createDrafts(),
        unsettled: [],
        onDrop: () => undefined,
        onLost: () => expect.unreachable(),
      });
      const added: string[] = [];
      const sent: string[] = [];
      const seqs: number[] = [];
      let waiting = Number.NaN;
      const answer = (batchId: string, json: string): DeliveryOutcome => {
        const { events } = JSON.parse(json) as EventBatch;
        if (events.length > largest) return { kind: 'too_large' };
        sent.push(...events.map(({ eventId }) => eventId));
        seqs.push(...events.map(({ seq }) => seq));
        const ack: Ack = { batchId: brandId(batchId), accepted: 1, duplicate: 0, serverTimeMs: T, rejected: [] };
        return { kind: 'delivered', ack };
      };
      const sender = createSender({
        outbox: async () => outbox,
        openOutbox: () => outbox,
        async count(known) {
          waiting = known ?? (await outbox.count());
          return waiting;
        },
        carrier: () => ({
          post: async (batchId, json) => answer(batchId, json),
          roomLeaving: () => 0,
          postLeaving: () => undefined,
          ask: async () => [],
        }),
        sentAt: clock.now,
        ...clock,
        random: Math.random,
        flushIntervalMs: 5_000,
        exclusively: async (work) => {
          await Promise.resolve();
          await work();
          return true;
        },
        maySend: () => true,
        era: () => 0,
        onSettled: ({ delivered }) => {
          waiting -= delivered;
        },
        onExpired: () => expect.unreachable(),
        device: () => '{}',
      });
      for (const { count, context, priority, laterMs, turns } of acts) {
        for (let n = 0; n < count; n++) {
          added.push(`e${added.length}`);
          outbox.add({ json: `{"eventId":"${added.at(-1)}"}`, contextJson: `{"appId":"${context}"}`, priority });
        }
        for (let turn = 0; turn < turns; turn++) await new Promise((done) => setImmediate(done));
        stepped += laterMs;
      }
      await sender.flush();
      const left = await outbox.count();
      sender.close();
      await soon();
      outbox.close();
      database.restore();
      expect([left, waiting]).toEqual([0, 0]);
      expect([...sent].sort()).toEqual([...added].sort());
      expect(new Set(seqs).size).toBe(seqs.length);
    }),
    { numRuns: 60 },
  );
}, 60_000);
