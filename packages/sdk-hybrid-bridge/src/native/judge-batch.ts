import {
  type AckMessage,
  type BatchContext,
  brandId,
  type EventId,
  LIMITS,
  PROTOCOL_VERSION,
  type RejectionReason,
  SURFACES,
} from '@tidemark/protocol';
import type { NumberedEvent } from './queue.js';
import { isEpochMs, isObject, isUuid } from './read-fields.js';

/** An event of a page as far as the host reads it; the rest of its fields are there, too. */
export interface RelayedEvent extends NumberedEvent {
  readonly occurredAt: number;
  readonly logicalMs?: unknown;
  readonly logicalCount?: unknown;
}

export type JudgedBatch =
  | { readonly kind: 'invalid' }
  | {
      readonly kind: 'readable';
      readonly context: BatchContext;
      readonly events: readonly RelayedEvent[];
      readonly rejected: AckMessage['rejected'];
    };

/** As far as a host judges what a page hands over: what it must understand itself. All else is for the collector. */
export function judgeBatch(batch: unknown): JudgedBatch {
  if (!isObject(batch) || batch.v !== PROTOCOL_VERSION || !isContext(batch.context)) return { kind: 'invalid' };
  const { events: all } = batch;
  if (!Array.isArray(all) || all.length < 1 || all.length > LIMITS.eventsPerBatch) return { kind: 'invalid' };
  const events: RelayedEvent[] = [];
  const rejected: { eventId: EventId; reason: RejectionReason }[] = [];
  for (const event of all as readonly unknown[]) {
    const reason = faultOf(event);
    const eventId = isObject(event) && isUuid(event.eventId) ? String(event.eventId) : '';
    if (reason) rejected.push({ eventId: brandId(eventId), reason });
    else events.push(event as RelayedEvent); // all that it says was just looked at
  }
  return { kind: 'readable', context: batch.context, events, rejected };
}

function isContext(value: unknown): value is BatchContext {
  if (!isObject(value)) return false;
  const { sdk } = value;
  return (
    isName(value.appId) &&
    SURFACES.some((surface) => surface === value.surface) &&
    isObject(sdk) &&
    isName(sdk.name) &&
    isName(sdk.version) &&
    isUuid(value.queueId) &&
    isUuid(value.visitorId) &&
    isUuid(value.sessionId) &&
    isEpochMs(value.sessionStartedAt)
  );
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && Array.from(value).length <= LIMITS.nameLength;
}

const EVENT_FIELDS: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ['eventId', isUuid],
  ['seq', (seq) => Number.isSafeInteger(seq) && Number(seq) >= 1],
  ['occurredAt', isEpochMs],
  ['type', (type) => typeof type === 'string'],
];

function faultOf(event: unknown): RejectionReason | undefined {
  if (!isObject(event)) return 'not_an_object';
  for (const [name, isRight] of EVENT_FIELDS) {
    if (event[name] === undefined) return 'missing_field';
    if (!isRight(event[name])) return 'wrong_type';
  }
  return undefined;
}
