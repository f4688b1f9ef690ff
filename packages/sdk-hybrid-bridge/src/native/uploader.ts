import {
  BATCH_CUT,
  type BatchId,
  type CutPolicy,
  cutBatch,
  DELIVERY_BACKOFF,
  type DeliveryOutcome,
  LIMITS,
  PROTOCOL_VERSION,
  retryDelayMs,
} from '@tidemark/protocol';
import type { PostBatch } from './post-batch.js';
import type { KeyedEvent, Queue, QueuedEvent } from './queue.js';
import type { Random } from './random.js';
import type { Timers } from './timers.js';
import { utf8Length } from './utf8-length.js';

export interface UploaderOptions {
  readonly queue: Queue;
  readonly post: PostBatch;
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
  readonly random: Random;
  readonly timers: Timers;
  readonly flushIntervalMs: number;
  readonly onSettled: (settled: Settled) => void;
}

/** What became of a batch. */
export interface Settled {
  readonly delivered: number;
  readonly rejected: number;
  /** Given up: the collector can never read it. */
  readonly setAside: readonly QueuedEvent[];
  /** Given up: the collector may have it and not know it again. */
  readonly expired: readonly QueuedEvent[];
}

/** Empties the queue into the collector, one batch at a time, for as long as it takes. */
export interface Uploader {
  /** Something was added: send soon, or at once. */
  nudge(urgent: boolean): void;
  /** The network may be back: tries now, unless the collector asked to be left alone. */
  resume(): void;
  /** Sends all there is, now; resolves when the queue is empty or an attempt failed. */
  flush(): Promise<void>;
  /** What is under way must not leave any more: it was denied. */
  forget(): void;
  stopped(): boolean;
  close(): void;
}

interface Claim {
  readonly batchId: BatchId;
  readonly events: readonly KeyedEvent[];
}

const NONE: Settled = { delivered: 0, rejected: 0, setAside: [], expired: [] };
/** A timer that is asked for more than 24 days fires at once. */
const WAIT_MAX_MS = 86_400_000;

export function createUploader(options: UploaderOptions): Uploader {
  const { queue, post, wallMs, monotonicMs, random, timers } = options;
  let timer: unknown;
  let dueAt = Number.POSITIVE_INFINITY;
  let sending: Promise<void> | undefined;
  let onceMore = false;
  /** Sent, and nobody knows what became of it: goes again under the same id. */
  let open: Claim | undefined;
  let leash = new AbortController();
  let failures = 0;
  let retryAt = 0;
  let wasTold = false;
  let stopped = false;
  let closed = false;
  let cut: CutPolicy = BATCH_CUT;
  /** What lies up to there may have been sent, by this process or an earlier one. */
  let sentUpTo = queue.foundUpTo;

  function schedule(delayMs: number): void {
    const now = monotonicMs();
    const at = Math.max(now + delayMs, retryAt);
    if (closed || stopped || at >= dueAt) return;
    timers.clear(timer);
    dueAt = at;
    timer = timers.set(
      () => {
        dueAt = Number.POSITIVE_INFINITY;
        if (monotonicMs() < retryAt) schedule(0);
        else void send();
      },
      Math.max(0, at - now),
    );
  }

  function send(): Promise<void> {
    if (closed || stopped) return Promise.resolve();
    if (sending) {
      onceMore = true; // it may have looked at the queue for the last time already
      return sending;
    }
    timers.clear(timer);
    dueAt = Number.POSITIVE_INFINITY;
    onceMore = false;
    sending = drain()
      .catch(() => retryLater(undefined)) // the storage; what was delivered is recognised when it is sent again
      .finally(() => {
        sending = undefined;
        if (onceMore) schedule(0);
      });
    return sending;
  }

  async function drain(): Promise<void> {
    await queue.retry();
    while (!closed && !stopped) {
      if (open?.events.some(isForgotten)) open = undefined; // those are given up, and the others go anew
      const claim = open ?? (await nextClaim());
      if (!claim) return;
      open = claim;
      sentUpTo = Math.max(sentUpTo, claim.events.at(-1)?.key ?? 0);
      const outcome = await post(claim.batchId, batchJson(claim), leash.signal);
      if (open !== claim) continue; // it was denied meanwhile
      if (!(await settle(outcome, claim))) return;
    }
  }

  async function nextClaim(): Promise<Claim | undefined> {
    const { signal } = leash;
    const head = await queue.head(cut.maxEvents);
    const expired = head.filter(isForgotten);
    if (expired.length > 0) {
      await queue.remove(expired);
      options.onSettled({ ...NONE, expired });
      return nextClaim();
    }
    const cuttable = head.map(({ context, skewMs, event }) => ({
      contextId: JSON.stringify([context, skewMs]),
      sizeBytes: utf8Length(JSON.stringify(event)),
    }));
    const events = head.slice(0, cutBatch(cuttable, cut));
    // What was read before a denial is not sent after it.
    return events.length > 0 && !signal.aborted ? { batchId: random.id<BatchId>(wallMs()), events } : undefined;
  }

  /**
   * Whether the collector may have it and not know it again. No process knows what its clock did before it: one that leapt ahead
   * counts as time that passed, and what was written in the days to come is of a clock that nobody knows the error of.
   */
  function isForgotten({ key, writtenAt }: KeyedEvent): boolean {
    return key <= sentUpTo && Math.abs(wallMs() - writtenAt) > LIMITS.duplicateHorizonMs;
  }

  function batchJson({ batchId, events }: Claim): string {
    const [first] = events;
    const sentAt = Math.floor(wallMs()) - (first?.skewMs ?? 0);
    const list = events.map(({ event }) => event);
    return JSON.stringify({ v: PROTOCOL_VERSION, batchId, sentAt, context: first?.context, events: list });
  }

  /** @returns whether to go on with the next batch at once. */
  async function settle(outcome: DeliveryOutcome, claim: Claim): Promise<boolean> {
    switch (outcome.kind) {
      case 'delivered': {
        const rejected = outcome.ack.rejected.length;
        await finish(claim, { ...NONE, delivered: claim.events.length - rejected, rejected });
        return true;
      }
      case 'too_large':
      case 'unreadable':
        if (claim.events.length === 1) await finish(claim, { ...NONE, setAside: claim.events });
        else cut = { ...cut, maxEvents: Math.ceil(claim.events.length / 2) };
        open = undefined;
        return true;
      case 'stopped':
        stopped = true;
        return false;
      case 'retry':
        retryLater(outcome.afterMs);
        return false;
    }
  }

  async function finish(claim: Claim, settled: Settled): Promise<void> {
    await queue.remove(claim.events);
    open = undefined;
    failures = 0;
    retryAt = 0;
    cut = BATCH_CUT;
    options.onSettled(settled);
  }

  function retryLater(afterMs: number | undefined): void {
    failures++;
    const delayMs = Math.min(afterMs ?? retryDelayMs(failures, DELIVERY_BACKOFF, random.share), WAIT_MAX_MS);
    retryAt = monotonicMs() + delayMs;
    wasTold = afterMs !== undefined;
    schedule(0);
  }

  return {
    nudge: (urgent) => schedule(urgent ? 0 : options.flushIntervalMs),
    resume() {
      if (!wasTold) retryAt = 0;
      dueAt = Number.POSITIVE_INFINITY;
      schedule(0);
    },
    async flush() {
      await sending;
      if (wasTold && monotonicMs() < retryAt) return;
      await send();
    },
    forget() {
      open = undefined;
      cut = BATCH_CUT;
      leash.abort();
      leash = new AbortController();
    },
    stopped: () => stopped,
    close() {
      closed = true;
      timers.clear(timer);
    },
  };
}
