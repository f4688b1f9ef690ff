import {
  type BatchContext,
  brandId,
  type EpochMs,
  type Rejection,
  type ServerContext,
  type VisitorId,
} from '@tidemark/protocol';
import type { Envelope } from '../validate/check-envelope.js';
import type { DecodedBody } from './decode-body.js';
import { isWatched } from './is-watched.js';
import type { Minimiser } from './minimise/minimiser.js';

export interface RejectedEvent {
  readonly workspaceId: string;
  readonly appId: string;
  readonly batchId: string;
  readonly receivedAt: EpochMs;
  readonly rejection: Rejection;
  /** Who sent it, where that may be known. */
  readonly visitorId: VisitorId | undefined;
  /** The event as it came but for personal data, JSON. */
  readonly raw: string;
}

/** A batch of a device or of a server, which is of no device. */
type Sent = Pick<Envelope, 'batchId' | 'historical'> & {
  readonly context: ServerContext & Partial<Pick<BatchContext, 'visitorId' | 'consent'>>;
};

/** The check takes unknown fields off what it looks at, so the original is read once more from the text. */
export function keepRejected(
  rejections: readonly Rejection[],
  body: DecodedBody,
  envelope: Sent,
  { workspaceId, receivedAt }: { readonly workspaceId: string; readonly receivedAt: EpochMs },
  minimiser: Minimiser,
): RejectedEvent[] {
  const original = JSON.parse(body.text) as { readonly events: readonly unknown[] }; // parsed and checked once already
  const { batchId, context } = envelope;
  const visitorId = isWatched(envelope) ? context.visitorId : undefined;
  return rejections.map((rejection) => ({
    workspaceId,
    appId: context.appId,
    batchId,
    receivedAt,
    rejection: {
      ...rejection,
      eventId: brandId(minimiser.text(rejection.eventId)), // whatever stood in its place
      field: minimiser.text(rejection.field), // the name of a prop may be anything
    },
    visitorId: rejection.reason === 'subject_erased' ? undefined : visitorId,
    raw: rejection.reason === 'subject_erased' ? '' : jsonOf(original.events[rejection.index], minimiser),
  }));
}

/** Reading JSON takes any depth, writing it does not: of an event that is nested too deeply only the reason is kept. */
function jsonOf(value: unknown, minimiser: Minimiser): string {
  try {
    return minimiser.json(value);
  } catch (error) {
    if (error instanceof RangeError) return '';
    throw error;
  }
}
