import { type BatchContext, cutText, type EventId, LIMITS, type Stamp } from '@tidemark/protocol';
import { cleanFields, type Fields } from './clean-fields.js';
import type { Counters } from './counters.js';
import type { HostClock } from './host-clock.js';
import type { HostOptions } from './host-options.js';
import type { Person } from './person.js';
import type { OwnEvent, Queue, QueuedEvent } from './queue.js';
import type { OpenView } from './screens.js';
import { BRIDGE_VERSION } from './version.js';

const SDK = { name: 'sdk-hybrid-bridge', version: BRIDGE_VERSION } as const;

/** Events of the host's own, not of its pages: what they say, and which of them were given up. */
export interface OwnEvents {
  record(type: string, fields: Fields, given?: Given): void;
  /** What an event that happens now is sent with. */
  context(): Omit<BatchContext, 'queueId'>;
  /** Counts events that will never be delivered, of a page, too. */
  giveUp(reason: string, events: readonly QueuedEvent[]): void;
  /** Books of the own queue balance only when it says what it gave up. */
  tellTroubles(): void;
}

/** Of an event that did not happen now, or has an id already. */
export interface Given {
  readonly eventId?: string;
  readonly stamp?: Stamp;
  readonly past?: Pick<OpenView, 'at' | 'stamp' | 'context'>;
}

export interface OwnEventsOptions {
  readonly about: Pick<HostOptions, 'appId' | 'release' | 'userAgent' | 'device'>;
  readonly person: Person;
  readonly clock: HostClock;
  readonly queue: Queue;
  readonly counters: Counters;
  readonly now: () => number;
  readonly monotonicMs: () => number;
  readonly newId: <T extends string>() => T;
  /** Nothing is recorded any more. */
  readonly isClosed: () => boolean;
  /** Something happens now: in the session that is under way, or in one that begins with it. */
  readonly onActivity: () => void;
  /** An event waits to be sent. */
  readonly onQueued: (isUrgent: boolean) => void;
}

export function createOwnEvents(options: OwnEventsOptions): OwnEvents {
  const { about, person, clock, queue, counters, now, monotonicMs, newId, isClosed, onActivity, onQueued } = options;
  const openedAt = monotonicMs();
  /** Given up and not yet told of, by reason. */
  let givenUp: Record<string, number> = {};

  function context(): Omit<BatchContext, 'queueId'> {
    const { appId = 'app', release, userAgent, device } = about;
    const consent = person.consent();
    return {
      appId,
      ...(release ? { release } : {}),
      surface: 'native',
      sdk: SDK,
      ...person.identity(),
      ...(userAgent ? { userAgent: cutText(userAgent, LIMITS.userAgentLength) } : {}),
      ...(device ? { device } : {}),
      ...(Object.keys(consent).length > 0 ? { consent } : {}),
    };
  }

  function record(type: string, fields: Fields, { eventId = newId<EventId>(), stamp, past }: Given = {}): void {
    if (isClosed() || person.isDenied()) {
      counters.drop(isClosed() ? 'closed' : 'denied');
      return;
    }
    if (!past) onActivity();
    const occurredAt = past?.at ?? now();
    const [logicalMs, logicalCount] = stamp ?? past?.stamp ?? clock.tick();
    const monotonic = past ? {} : { monotonicMs: Math.max(0, Math.floor(monotonicMs() - openedAt)) };
    const event = { ...cleanFields(fields), type, eventId, occurredAt, ...monotonic, logicalMs, logicalCount };
    // As JSON from here on: what an app may do to its objects, or they do when they are looked at, ends here.
    const own = JSON.parse(JSON.stringify({ context: past?.context ?? context(), event })) as OwnEvent; // just made
    void queue.addOwn(own);
    onQueued(type === 'conversion' || type === 'order');
  }

  return {
    record,
    context,
    giveUp(reason, events) {
      if (events.length > 0) counters.drop(reason, events.length);
      const own = events.filter((event) => event.context.sdk.name === SDK.name).length;
      if (own > 0) givenUp[reason] = (givenUp[reason] ?? 0) + own;
    },
    tellTroubles() {
      if (Object.keys(givenUp).length === 0) return;
      record('sdk_health', { queued: queue.count(), delivered: 0, rejected: 0, dropped: givenUp });
      givenUp = {};
    },
  };
}
