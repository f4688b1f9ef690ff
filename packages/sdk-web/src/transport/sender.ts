import {
  BATCH_CUT,
  type BatchId,
  type CutPolicy,
  cutBatch,
  DELIVERY_BACKOFF,
  type DeliveryOutcome,
  PROTOCOL_VERSION,
  retryDelayMs,
} from '@tidemark/protocol';
import { newId } from '../browser/random-uuid.js';
import type { Outbox, QueuedEvent } from '../queue/outbox.js';

export interface SenderOptions {
  readonly outbox: () => Promise<Outbox>;
  readonly post: (batchId: string, json: string, keepalive: boolean) => Promise<DeliveryOutcome>;
  readonly now: () => number;
  /** Times the waiting: somebody who sets the clock back must not put off the next attempt. */
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly flushIntervalMs: number;
  /** Runs the work while no other tab runs its own. */
  readonly exclusively: (work: () => Promise<void>) => Promise<void>;
  readonly onSettled: (settled: Settled) => void;
}

export interface Settled {
  readonly delivered: number;
  readonly rejected: number;
  readonly setAside: number;
}

/** Empties the queue into the collector, one batch at a time, for as long as it takes. */
export interface Sender {
  /** Something was added: send soon, or at once. */
  nudge(urgent: boolean): void;
  /** Sends all there is, now; resolves when the queue is empty or the attempt failed. */
  flush(keepalive?: boolean): Promise<void>;
  /** Whether the key was refused; then nothing is sent any more. */
  stopped(): boolean;
  close(): void;
}

interface Batch {
  readonly batchId: BatchId;
  /** Where its events lie; a queue that was opened anew numbers from its own start. */
  readonly outbox: Outbox;
  readonly events: readonly QueuedEvent[];
}

/** A collector that asks for more is mistaken; and a timer that is asked for more than 24 days fires at once. */
const WAIT_MAX_MS = 86_400_000;

export function createSender(options: SenderOptions): Sender {
  const utf8 = new TextEncoder();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let sending: Promise<void> | undefined;
  let onceMore = false;
  let failures = 0;
  let retryAt = 0;
  let stopped = false;
  let closed = false;
  let cut: CutPolicy = BATCH_CUT;
  /** A batch without an answer is sent again as it was, under its own id. */
  let unanswered: Batch | undefined;

  function schedule(delayMs: number): void {
    const now = options.monotonicMs();
    const at = Math.max(now + delayMs, retryAt);
    if (closed || stopped || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => {
      dueAt = Number.POSITIVE_INFINITY;
      if (options.monotonicMs() < retryAt)
        schedule(0); // meanwhile somebody was told to wait
      else void send(false);
    }, at - now);
  }

  function send(keepalive: boolean): Promise<void> {
    if (sending) {
      onceMore = true; // it may have looked at the queue for the last time already
      return sending;
    }
    clearTimeout(timer);
    dueAt = Number.POSITIVE_INFINITY;
    onceMore = false;
    sending = options
      .exclusively(() => drain(keepalive))
      .finally(() => {
        sending = undefined;
        if (onceMore) schedule(0);
      });
    return sending;
  }

  async function drain(keepalive: boolean): Promise<void> {
    try {
      while (!closed && !stopped) {
        unanswered ??= await nextBatch(await options.outbox());
        if (!unanswered) return;
        const outcome = await options.post(unanswered.batchId, batchJson(unanswered), keepalive);
        if (!(await settle(outcome, unanswered))) return;
      }
    } catch {
      unanswered = undefined; // the queue's handle died; what it still holds is sent again and recognised
      retryLater(undefined);
    }
  }

  async function nextBatch(outbox: Outbox): Promise<Batch | undefined> {
    const queued = await outbox.peek(cut.maxEvents);
    const count = cutBatch(
      queued.map(({ contextJson, json }) => ({ contextId: contextJson, sizeBytes: utf8.encode(json).length })),
      cut,
    );
    return count === 0 ? undefined : { batchId: newId(options.now()), outbox, events: queued.slice(0, count) };
  }

  function batchJson({ batchId, outbox, events }: Batch): string {
    const [first] = events;
    const context = `{"queueId":"${outbox.queueId}",${first?.contextJson.slice(1)}`;
    const head = JSON.stringify({ v: PROTOCOL_VERSION, batchId, sentAt: Math.floor(options.now()) }).slice(0, -1);
    const list = events.map(({ seq, json }) => `{"seq":${seq},${json.slice(1)}`).join(',');
    return `${head},"context":${context},"events":[${list}]}`;
  }

  /** @returns whether to go on with the next batch at once. */
  async function settle(outcome: DeliveryOutcome, batch: Batch): Promise<boolean> {
    switch (outcome.kind) {
      case 'delivered': {
        const rejected = outcome.ack.rejected.length;
        await finish(batch, { delivered: batch.events.length - rejected, rejected, setAside: 0 });
        return true;
      }
      case 'too_large':
      case 'unreadable':
        if (batch.events.length === 1) {
          await finish(batch, { delivered: 0, rejected: 0, setAside: 1 });
        } else {
          unanswered = undefined;
          cut = { ...cut, maxEvents: Math.ceil(batch.events.length / 2) };
        }
        return true;
      case 'stopped':
        stopped = true;
        return false;
      case 'retry':
        retryLater(outcome.afterMs);
        return false;
    }
  }

  function retryLater(afterMs: number | undefined): void {
    failures++;
    const delayMs = Math.min(afterMs ?? retryDelayMs(failures, DELIVERY_BACKOFF, options.random), WAIT_MAX_MS);
    retryAt = options.monotonicMs() + delayMs;
    schedule(0);
  }

  async function finish(batch: Batch, settled: Settled): Promise<void> {
    await batch.outbox.delete(batch.events.map((event) => event.seq));
    unanswered = undefined;
    failures = 0;
    retryAt = 0;
    cut = BATCH_CUT;
    options.onSettled(settled);
  }

  return {
    nudge: (urgent) => schedule(urgent ? 0 : options.flushIntervalMs),
    async flush(keepalive = false) {
      retryAt = 0;
      await sending;
      await send(keepalive);
    },
    stopped: () => stopped,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
