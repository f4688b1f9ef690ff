import type { EventType } from './events/tracked-event.js';
import type { EpochMs } from './ids.js';
import type { Surface } from './surface.js';

/** One accepted event as the live stream shows it: `GET /v1/live`, server-sent event `tracked`. */
export interface LiveEvent {
  readonly eventId: string;
  readonly type: EventType;
  /** What was clicked, reached, named: one line for a person. Empty when the type says it all. */
  readonly label: string;
  readonly page: string;
  readonly surface: Surface;
  readonly appId: string;
  readonly visitorId: string;
  readonly sessionId: string;
  readonly occurredAt: EpochMs;
  readonly receivedAt: EpochMs;
}
