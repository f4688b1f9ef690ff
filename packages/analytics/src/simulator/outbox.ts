import type { AuthoritativeEvent, BatchId, EpochMs, EventBatch, ServerBatch } from '@tidemark/protocol';
import { createMinHeap } from '../orders/min-heap.js';
import type { LedgerKeeper } from './keep-ledger.js';
import { makeId } from './make-id.js';
import type { Random } from './random.js';
import type { Posted, SimulatedBatch } from './simulated-batch.js';

/** Where batches wait for the moment at which they leave. */
export interface Outbox {
  /** @param at - true time; the batch's `sentAt` is by the clock of its device. */
  send(batch: EventBatch, at: EpochMs): void;
  /** A batch that is sent again: under another id, its events the same. */
  sendCopy(batch: EventBatch, at: EpochMs): void;
  /** Something that the platform's server knows from a moment on; it leaves with its neighbours, within seconds. */
  report(event: AuthoritativeEvent, at: EpochMs): void;
  /** What leaves before a moment, in order. */
  takeUntil(at: EpochMs): Iterable<Posted>;
}

/** A server gathers so much of what it has to say, or for as long as it is told. */
const GATHER_EVENTS = 200;

/** @param gatherMs - how long the platform's server gathers what it has to say. */
export function createOutbox(random: Random, appId: string, gatherMs: number, ledger: LedgerKeeper): Outbox {
  const waiting = createMinHeap<Posted & { readonly number: number }>(
    (a, b) => a.at < b.at || (a.at === b.at && a.number < b.number),
  );
  let gathered: AuthoritativeEvent[] = [];
  let gatheredSince = 0;
  let count = 0;

  function post(at: EpochMs, batch: SimulatedBatch): void {
    waiting.push({ at, batch, number: count++ });
  }
  function postGathered(at: EpochMs): void {
    const batch: ServerBatch = {
      v: 1,
      batchId: makeId<BatchId>(random, at),
      context: { appId, release: '7.2.0', sdk: { name: 'simulated-exchange', version: '1.0.0' } },
      events: gathered,
    };
    ledger.batch(batch);
    post(at, batch);
    gathered = [];
  }
  return {
    send(batch, at) {
      ledger.batch(batch);
      post(at, batch);
    },
    sendCopy(batch, at) {
      ledger.copy(batch);
      post(at, { ...batch, batchId: makeId<BatchId>(random, at), sentAt: at });
    },
    report(event, at) {
      if (gathered.length > 0 && at > gatheredSince + gatherMs) postGathered(gatheredSince + gatherMs);
      if (gathered.length === 0) gatheredSince = at;
      gathered.push(event);
      if (gathered.length === GATHER_EVENTS) postGathered(at);
    },
    *takeUntil(at) {
      if (gathered.length > 0 && at > gatheredSince + gatherMs) postGathered(gatheredSince + gatherMs);
      for (let next = waiting.peek(); next && next.at < at; next = waiting.peek()) {
        waiting.pop();
        yield { at: next.at, batch: next.batch };
      }
    },
  };
}
