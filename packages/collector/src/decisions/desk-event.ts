import type { DeskEvent } from '@tidemark/analytics/scores';
import type { AuthoritativeEvent, BatchContext, EpochMs, TrackedEvent } from '@tidemark/protocol';
import type { DeskEventRow } from '../store/decisions/desk-events.js';

/** Events that just became durable, and what they share: of a device or of a server. */
export interface DeskBatch {
  readonly batch: {
    readonly workspaceId: string;
    readonly context: Partial<Pick<BatchContext, 'userId'>>;
    readonly receivedAt: EpochMs;
  };
  readonly rows: readonly { readonly event: TrackedEvent | AuthoritativeEvent }[];
}

/** What of a batch is about orders or the economy; an order of nobody tells nothing of anybody. */
export function deskEventsOf({ batch, rows }: DeskBatch): DeskEvent[] {
  const { userId } = batch.context;
  return rows.flatMap(({ event }): DeskEvent[] => {
    switch (event.type) {
      case 'order':
        return userId ? [{ ...event, userId }] : [];
      case 'order_fill':
      case 'order_end':
      case 'settlement':
      case 'macro_point':
        return [event];
      default:
        return [];
    }
  });
}

/** The store's row as the event that it was, as far as the desk reads it. */
export function deskEventOfRow(row: DeskEventRow): DeskEvent {
  const { reference, reputation } = row;
  const props = { ...(reference > 0 && { reference }), ...(reputation >= 0 && { reputation }) };
  return { ...row, props } as unknown as DeskEvent; // its type says which of the fields are its own
}
