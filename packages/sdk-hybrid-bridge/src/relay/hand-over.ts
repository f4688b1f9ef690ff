import {
  type AckMessage,
  type BatchId,
  BRIDGE_LIMITS,
  brandId,
  type DeliveryOutcome,
  type EventBatch,
  type NackMessage,
} from '@tidemark/protocol';

type Answer =
  | Pick<AckMessage, 'type' | 'eventIds' | 'rejected' | 'at'>
  | Pick<NackMessage, 'type' | 'reason' | 'afterMs'>;

/** Hands batches to a host and waits for what becomes of them. */
export interface HandOver {
  /** @returns undefined when the host says nothing, or that it cannot: then it is for somebody else to send it. */
  batch(batchId: string, json: string): Promise<DeliveryOutcome | undefined>;
  answer(message: AckMessage | NackMessage): void;
}

/**
 * @param say - hands the JSON of a batch to the container. @returns whether the host takes one of that length.
 * @param onSilence - a batch was not answered.
 */
export function createHandOver(say: (json: string) => boolean, onSilence: () => void): HandOver {
  const waiting = new Map<string, (answer?: Answer) => void>();
  return {
    async batch(batchId, json) {
      const answer = await new Promise<Answer | undefined>((resolve) => {
        waiting.set(batchId, resolve);
        setTimeout(resolve, BRIDGE_LIMITS.ackWithinMs);
        if (!say(json)) resolve({ type: 'nack', reason: 'too_large' });
      });
      waiting.delete(batchId);
      if (!answer) onSilence();
      const { events } = JSON.parse(json) as EventBatch; // as the sender wrote it
      if (answer?.type === 'ack') return delivered(answer, batchId, events);
      if (answer?.reason === 'denied') return { kind: 'retry', afterMs: answer.afterMs };
      return answer?.reason === 'too_large' && events.length > 1 ? { kind: 'too_large' } : undefined;
    },
    answer: (message) => waiting.get(message.batchId)?.(message),
  };
}

/** Only an ack that names every event of the batch is one. */
function delivered(
  { eventIds, rejected, at }: Extract<Answer, { type: 'ack' }>,
  batchId: string,
  events: EventBatch['events'],
): DeliveryOutcome | undefined {
  const ids = events.map(({ eventId }) => eventId);
  const refusals = rejected.map((each) => ({ ...each, index: ids.indexOf(each.eventId), field: '' }));
  const named = new Set([...eventIds, ...refusals.map(({ eventId }) => eventId)]);
  if (!ids.every((eventId) => named.has(eventId))) return undefined;
  const accepted = ids.length - refusals.length;
  const ack = { batchId: brandId<BatchId>(batchId), accepted, duplicate: 0, rejected: refusals, serverTimeMs: at[0] };
  return { kind: 'delivered', ack };
}
