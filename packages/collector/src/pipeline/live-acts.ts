import { type LiveKind, NO_ID, type VelocityEvent } from '@tidemark/analytics/features';
import type { AuthoritativeEvent, BatchContext, EpochMs, TrackedEvent } from '@tidemark/protocol';

/** Ids of one event's subjects, as the store writes them; empty for none. */
export type LiveSubjects = Readonly<Record<LiveKind, string>>;

/** Events that just became durable, copies left out, and what they share: of a device or of a server. */
export interface LiveFeatureBatch {
  readonly batch: {
    readonly workspaceId: string;
    /** A server's batch names a user at most. */
    readonly context: Partial<
      Pick<BatchContext, 'visitorId' | 'userId' | 'queueId' | 'sessionId' | 'surface' | 'consent'>
    >;
    readonly receivedAt: EpochMs;
    readonly ipPrefix: string;
    readonly historical?: boolean;
  };
  readonly rows: readonly { readonly event: TrackedEvent | AuthoritativeEvent }[];
}

/** The same as the columns of the store would have it. */
export function liveActs({ batch, rows }: LiveFeatureBatch): {
  readonly subjects: LiveSubjects;
  readonly events: readonly VelocityEvent[];
} {
  const { context, receivedAt, ipPrefix } = batch;
  const [visitorId, queueId, sessionId] = [idOf(context.visitorId), idOf(context.queueId), idOf(context.sessionId)];
  const userId = context.userId ?? '';
  return {
    subjects: { visitor: visitorId, user: userId, device: queueId },
    events: rows.map(({ event }) => {
      const order = orderOf(event);
      // All fields at once and in one order: copying the shared ones first and adding to them costs three times as much.
      return {
        eventId: event.eventId,
        type: event.type,
        occurredAtMs: event.occurredAt,
        receivedAtMs: receivedAt,
        seq: 'seq' in event ? event.seq : 0,
        queueId,
        sessionId,
        userId,
        ipPrefix,
        orderId: order?.orderId ?? '',
        phase: order?.phase ?? '',
        shares: order?.shares ?? 0,
        price: order?.price ?? 0,
        currency: order?.currency ?? '',
      };
    }),
  };
}

type OrderFields = Partial<Pick<VelocityEvent, 'orderId' | 'phase' | 'shares' | 'price' | 'currency'>>;

/** Most events are about no order, and are asked for nothing of one. */
function orderOf(event: TrackedEvent | AuthoritativeEvent): OrderFields | undefined {
  switch (event.type) {
    case 'order':
    case 'order_fill':
    case 'order_end':
    case 'settlement':
      return event;
    default:
      return undefined;
  }
}

/** UUIDs go in either case on the wire and in lower case in tables. */
function idOf(id: string | undefined): string {
  const lower = id?.toLowerCase() ?? '';
  return lower === NO_ID ? '' : lower;
}
