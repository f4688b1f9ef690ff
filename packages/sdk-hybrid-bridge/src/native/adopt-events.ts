import {
  type BatchContext,
  type BridgeIdentity,
  cutText,
  type Hello,
  isBefore,
  LIMITS,
  type Stamp,
} from '@tidemark/protocol';
import type { RelayedEvent } from './judge-batch.js';
import type { QueuedEvent } from './queue.js';
import { isEventStamp } from './read-fields.js';

/** What the host knows of a page since its `hello`. */
export interface Greeting {
  readonly hello: Hello;
  /** As the welcome told it. */
  readonly told: BridgeIdentity;
  /** When the first welcome left. */
  readonly welcomedAt: Stamp;
  /** How far the host's logical clock was ahead of the page's. */
  readonly aheadMs: number;
  /** How far the page's wall clock was behind the host's. */
  readonly skewMs: number;
}

/** Events of a page as they are kept: what happened on it before the welcome belongs to the native session. */
export function adoptEvents(
  context: BatchContext,
  events: readonly RelayedEvent[],
  greeting: Greeting,
): readonly QueuedEvent[] {
  const { hello, told, skewMs } = greeting;
  const own = context.userAgent ? context : { ...context, userAgent: cutText(hello.userAgent, LIMITS.userAgentLength) };
  const userId = own.userId ?? told.userId;
  const { visitorId, sessionId, sessionStartedAt } = told;
  const native = { ...own, visitorId, sessionId, sessionStartedAt, ...(userId === undefined ? {} : { userId }) };
  const isOfHello = context.visitorId === hello.visitorId && context.sessionId === hello.sessionId;
  return events.map((event) =>
    isOfHello && event.occurredAt >= hello.pageStartedAt
      ? { context: native, skewMs, event: shifted(event, greeting) }
      : { context: own, skewMs, event },
  );
}

/** Onto the host's logical clock; not what was stamped when the page had heard of it. */
function shifted(event: RelayedEvent, { aheadMs, welcomedAt }: Greeting): RelayedEvent {
  const { logicalMs, logicalCount = 0 } = event;
  if (aheadMs === 0 || !isEventStamp(logicalMs, logicalCount)) return event;
  if (isBefore(welcomedAt, [Number(logicalMs), Number(logicalCount)])) return event;
  return { ...event, logicalMs: Number(logicalMs) + aheadMs };
}
