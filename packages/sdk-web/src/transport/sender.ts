import {
  type Ack,
  ASKED_BATCHES_MAX,
  BATCH_CUT,
  type BatchId,
  type Carrier,
  type CutPolicy,
  DELIVERY_BACKOFF,
  type DeliveryOutcome,
  fullJitterMs,
  PROTOCOL_VERSION,
} from '@tidemark/protocol';
import type { Clock } from '../browser/clock.js';
import { newId } from '../browser/random-uuid.js';
import type { Claim, Outbox } from '../queue/outbox.js';
import { isForgotten } from './is-forgotten.js';

export interface SenderOptions {
  readonly outbox: () => Promise<Outbox>;
  /** The outbox that can be had without waiting. */
  readonly openOutbox: () => Outbox | undefined;
  /** The way for batches, as of now. */
  readonly carrier: () => Carrier;
  /** The device's clock as of the events of a claim: the clock may have been set since. Epoch milliseconds. */
  readonly sentAt: (claim: Claim) => number;
  readonly now: () => number;
  readonly nowBy: Clock['nowBy'];
  /** Times the waiting: somebody who sets the clock back must not put off the next attempt. */
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly flushIntervalMs: number;
  /** Runs the work while no other tab runs its own. @returns false when another tab is at it. */
  readonly exclusively: (work: () => Promise<unknown>) => Promise<boolean>;
  /** Counts what waits, in all outboxes. @param known - so much it is. */
  readonly count: (known?: number) => Promise<number>;
  /** Whether anything may be sent at all. */
  readonly maySend: () => boolean;
  /** Another after each denial: what was claimed before it is not sent, even where consent was given again. */
  readonly era: () => unknown;
  readonly onSettled: (settled: Settled) => void;
  /** So many were given up: the collector may have them and not know them again. */
  readonly onExpired: (events: number) => void;
  /** JSON of what the device is, for the context of a batch. */
  readonly device: () => string;
}

export interface Settled {
  readonly delivered: number;
  readonly rejected: number;
  readonly setAside: number;
  /** Absent when another answer than that to the batch itself told of its end. */
  readonly ack: Ack | undefined;
}

/** Empties the queue into the collector, one batch at a time, for as long as it takes. */
export interface Sender {
  /** Something was added: send soon, or at once. */
  nudge(urgent: boolean): void;
  /** The network may be back, or the page is looked at again: tries now, unless the collector asked to be left alone. */
  resume(): void;
  /** Sends all there is, now; resolves when the queue is empty or the attempt failed. */
  flush(): Promise<void>;
  /** The page is at its end: sends what is at hand within this very call. */
  leave(): void;
  /** Whether the key was refused; then nothing is sent any more. */
  stopped(): boolean;
  close(): void;
}

/** A collector that asks for more is mistaken; and a timer that is asked for more than 24 days fires at once. */
const WAIT_MAX_MS = 86_400_000;
/** Another tab holds the lease; it may be a dead one's. */
const TRY_AGAIN_MS = 4_500;
/** Envelope and context of a batch, at most. */
const ENVELOPE_BYTES = 4_000;

export function createSender(options: SenderOptions): Sender {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAt = Infinity;
  let sending: Promise<void> | undefined;
  let onceMore = false;
  let failures = 0;
  let retryAt = 0;
  /** Whether it was the collector that said so. */
  let wasTold = false;
  let stopped = false;
  let closed = false;
  let cut: CutPolicy = BATCH_CUT;
  let era: unknown;
  /** The last batch was not to be had as it was: what it held is to be sent still. */
  let wasReleased = false;
  /** Posts that left while the page seemed to be at its end. */
  let leaving: Promise<unknown> | undefined;

  function schedule(delayMs: number): void {
    const now = options.monotonicMs();
    const at = Math.max(now + delayMs, retryAt);
    if (closed || stopped || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => {
      dueAt = Infinity;
      if (options.monotonicMs() < retryAt)
        schedule(0); // meanwhile somebody was told to wait
      else void send();
    }, at - now);
  }

  async function send(): Promise<void> {
    if (!maySend()) return; // not even the lease is asked for: that would open a queue
    if (sending) {
      onceMore = true; // it may have looked at the queue for the last time already
      return sending;
    }
    clearTimeout(timer);
    dueAt = Infinity;
    onceMore = false;
    sending = options
      .exclusively(drain)
      .then(
        (isDone) => {
          if (!isDone) schedule(TRY_AGAIN_MS);
        },
        () => retryLater(), // the queue's handle died; what it still holds is sent again and recognised
      )
      .finally(() => {
        sending = undefined;
        if (onceMore) schedule(0);
      });
    return sending;
  }

  function maySend(): boolean {
    return !closed && !stopped && options.maySend();
  }

  /** Sends what was there when it began: what comes meanwhile waits for company again. */
  async function drain(): Promise<unknown> {
    // The page lives after all: their answers are on the way.
    await Promise.all([leaving, options.carrier().ready]);
    let last: Outbox | undefined;
    let beganAt = 0;
    let isDone = false;
    while (maySend()) {
      const opening = options.outbox();
      era = options.era();
      const outbox = await opening;
      if (last !== outbox) {
        beganAt = options.now(); // what waited for the queue to open is in it now
        last = outbox;
        if (!(await finishOpenClaims(outbox))) break;
      } else if (isDone) return;
      const claim = await outbox.claim(newId(options.now()), cut);
      if (!claim) break;
      const { events, nextAt = Infinity } = claim;
      if (claim.nextAt === undefined && options.era() === era) void options.count(events.length);
      wasReleased = false;
      if (!(await deliver(outbox, claim))) break;
      const isLater = nextAt > beganAt && nextAt <= options.now(); // a time to come is of a clock that was ahead
      if (isLater) schedule(options.flushIntervalMs);
      isDone = !wasReleased && (isLater || nextAt === Infinity);
    }
    return maySend() && options.count();
  }

  /**
   * Batches whose end nobody noted, this page's and earlier ones': asks which arrived and sends only the others. Even a
   * refusal proves nothing: a browser sends a request again by itself when a connection is reset, and tells of the second.
   */
  async function finishOpenClaims(outbox: Outbox): Promise<boolean> {
    const claims = await outbox.openClaims();
    const doubtful = claims.map(({ batchId }) => batchId);
    const durable = new Set<string>();
    for (let from = 0; from < doubtful.length; from += ASKED_BATCHES_MAX) {
      const answer = await options.carrier().ask(doubtful.slice(from, from + ASKED_BATCHES_MAX));
      if (!answer) {
        retryLater();
        return false;
      }
      for (const batchId of answer) durable.add(batchId);
    }
    for (const claim of claims) {
      if (durable.has(claim.batchId) || claim.events.length === 0) await finish(outbox, claim, 0);
      else if (isForgotten(claim.batchId, options)) {
        await outbox.settle(claim);
        options.onExpired(claim.events.length);
      } else if (!maySend() || !(await deliver(outbox, claim))) return false;
    }
    return true;
  }

  function batchJson(outbox: Outbox, claim: Claim): string {
    const { batchId, events, queueId = outbox.queueId } = claim;
    const context = `{"queueId":"${queueId}","device":${options.device()},${events[0]?.contextJson.slice(1)}`;
    const sentAt = options.sentAt(claim);
    const list = events.map(({ seq, json }) => `{"seq":${seq},${json.slice(1)}`).join(',');
    return `{"v":${PROTOCOL_VERSION},"batchId":"${batchId}","sentAt":${sentAt},"context":${context},"events":[${list}]}`;
  }

  /** @returns whether to go on with the next batch at once. */
  async function deliver(outbox: Outbox, claim: Claim): Promise<boolean> {
    const isWanted = () => maySend() && options.era() === era;
    if (!isWanted()) return false;
    return settle(await options.carrier().post(claim.batchId, batchJson(outbox, claim), isWanted), outbox, claim);
  }

  async function settle(outcome: DeliveryOutcome, outbox: Outbox, claim: Claim): Promise<boolean> {
    switch (outcome.kind) {
      case 'delivered':
        await finish(outbox, claim, 0, outcome.ack);
        return true;
      case 'too_large':
      case 'unreadable':
        if (claim.events.length === 1) {
          await finish(outbox, claim, 1);
        } else {
          await outbox.release(claim);
          onceMore = true; // its parts may be open claims
          wasReleased = true; // or are in the queue again
          cut = { ...cut, maxEvents: Math.ceil(claim.events.length / 2) };
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

  function retryLater(afterMs?: number): void {
    failures++;
    const delayMs = Math.min(afterMs ?? fullJitterMs(failures, DELIVERY_BACKOFF, options.random), WAIT_MAX_MS);
    retryAt = options.monotonicMs() + delayMs;
    wasTold = afterMs !== undefined;
    schedule(0);
  }

  async function finish(outbox: Outbox, claim: Claim, setAside: number, ack?: Ack): Promise<void> {
    await outbox.settle(claim);
    failures = 0;
    retryAt = 0;
    cut = BATCH_CUT;
    const rejected = ack?.rejected.length ?? 0;
    options.onSettled({ delivered: claim.events.length - rejected - setAside, rejected, setAside, ack });
  }

  return {
    nudge: (urgent) => schedule(urgent ? 0 : options.flushIntervalMs),
    resume() {
      if (!wasTold) retryAt = 0;
      dueAt = Infinity;
      schedule(0);
    },
    async flush() {
      if (!maySend()) return;
      retryAt = 0;
      await sending;
      await send();
    },
    leave() {
      const outbox = options.openOutbox();
      const carrier = options.carrier();
      if (!outbox || !maySend() || (wasTold && options.monotonicMs() < retryAt)) return;
      const batchId = newId<BatchId>(options.now());
      const room = carrier.roomLeaving() - ENVELOPE_BYTES;
      const claim = room > 0 ? outbox.claimFresh(batchId, room) : undefined;
      const posted = claim && carrier.postLeaving(batchId, batchJson(outbox, claim));
      if (!claim || !posted) return;
      const settled = posted.then((outcome) => outcome.kind === 'delivered' && settle(outcome, outbox, claim));
      leaving = Promise.all([leaving, settled.catch(() => undefined)]);
    },
    stopped: () => stopped,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
