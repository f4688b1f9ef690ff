import type { BatchMessage, EventId } from '@tidemark/protocol';
import { adoptEvents, type Greeting } from './adopt-events.js';
import { judgeBatch } from './judge-batch.js';
import type { Channel } from './page-channel.js';
import type { Person } from './person.js';
import type { Queue } from './queue.js';

const BUSY_AFTER_MS = 1_000;
const FULL_AFTER_MS = 60_000;

export interface TakeBatchOptions {
  readonly person: Pick<Person, 'isDenied' | 'keepAlive'>;
  readonly queue: Pick<Queue, 'take'>;
  readonly now: () => number;
  readonly isClosed: () => boolean;
  readonly onTaken: () => void;
}

export type TakeBatch = (message: BatchMessage, greeting: Greeting) => Promise<Parameters<Channel['tell']>[0]>;

/** Takes what pages hand over into the host's own queue; each batch is answered when it is on the disk, or why it is not. */
export function createTakeBatch({ person, queue, now, isClosed, onTaken }: TakeBatchOptions): TakeBatch {
  return async ({ batch }, greeting) => {
    const { batchId } = batch;
    const judged = judgeBatch(batch);
    if (judged.kind === 'invalid') return { type: 'nack', batchId, reason: 'invalid_batch' };
    if (person.isDenied()) return { type: 'nack', batchId, reason: 'denied' };
    if (isClosed()) return { type: 'nack', batchId, reason: 'busy', afterMs: BUSY_AFTER_MS };
    const { context, events, rejected } = judged;
    const kept = adoptEvents(context, events, greeting);
    const outcome = await queue.take(kept, () => !person.isDenied());
    if (outcome === 'unwanted') return { type: 'nack', batchId, reason: 'denied' };
    if (outcome === 'failed') return { type: 'nack', batchId, reason: 'full', afterMs: FULL_AFTER_MS };
    kept.forEach(({ context: { sessionId }, skewMs }, index) => {
      person.keepAlive(sessionId, Math.min(now(), (events[index]?.occurredAt ?? 0) + skewMs));
    });
    onTaken();
    return { type: 'ack', batchId, eventIds: events.map(({ eventId }) => eventId as EventId), rejected }; // judged to be UUIDs
  };
}
