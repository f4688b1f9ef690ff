import type {
  BatchContext,
  BatchId,
  EpochMs,
  EventBatch,
  EventId,
  Props,
  SessionId,
  Surface,
  TrackedEvent,
  ViewId,
} from '@tidemark/protocol';
import { makeId } from '../make-id.js';
import type { Random } from '../random.js';
import type { Device } from './device.js';
import type { Template } from './site.js';

type WithoutStamp<Event> = Event extends TrackedEvent
  ? Omit<Event, 'eventId' | 'seq' | 'occurredAt' | 'page' | 'viewId'>
  : never;
/** An event as somebody makes it happen; when, where and under which number is the recorder's. */
export type Unstamped = WithoutStamp<TrackedEvent>;

/** What happens in one session, as the SDK would send it. */
export interface SessionRecorder {
  readonly device: Device;
  readonly now: EpochMs;
  readonly surface: Surface;
  readonly sessionId: SessionId;
  wait(durationMs: number): void;
  /** Opens a view; one that is open ends, with the dwell since. */
  view(template: Template, page: string, surface: Surface, props?: Props): void;
  record(event: Unstamped): void;
  /** Ends the open view and hands the batches over. */
  finish(): void;
}

export interface SessionOptions {
  readonly device: Device;
  readonly startAt: EpochMs;
  readonly userId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly release: string;
  readonly appId: string;
  readonly historical: boolean;
  /** Batches leave so much later than usual, milliseconds. */
  readonly delayMs?: number;
  /** Whether titles and templates are left out, as a broken release does. */
  readonly namesMissing?: boolean;
  /** Whether the first view comes with an event that no collector takes. */
  readonly isMalformed?: boolean;
}

/** Longer than the protocol lets a name be. */
const MALFORMED_NAME = 'x'.repeat(200);
/** As many as an SDK puts into a batch. */
const BATCH_EVENTS = 50;
/** Nobody looks at one view for longer without doing anything. */
const DWELL_MAX_MS = 30 * 60_000;

export function createSessionRecorder(
  random: Random,
  options: SessionOptions,
  send: (batch: EventBatch, at: EpochMs) => void,
): SessionRecorder {
  const { device, startAt, userId, accountId, release, appId, historical, delayMs = 0 } = options;
  const sessionId = makeId<SessionId>(random, startAt);
  let now = startAt;
  let surface: Surface = 'h5';
  let events: TrackedEvent[] = [];
  let open:
    | { readonly page: string; readonly viewId: ViewId; readonly since: EpochMs; readonly template: Template }
    | undefined;

  function contextOf(): BatchContext {
    return {
      appId,
      release,
      surface,
      sdk: { name: surface === 'h5' ? 'sdk-web' : 'sdk-hybrid-bridge', version: '0.1.0' },
      queueId: device.queueId,
      visitorId: device.visitorId,
      ...(userId !== undefined && { userId }),
      ...(accountId !== undefined && { accountId }),
      sessionId,
      sessionStartedAt: startAt + device.skewMs,
      userAgent: device.userAgent,
      device: device.info,
      consent: { analytics: 'granted', marketing: 'granted', risk: 'granted' },
    };
  }
  function cut(): void {
    if (events.length === 0) return;
    const sentAt = now + delayMs + random.int(200, 2_500);
    const batch: EventBatch = {
      v: 1,
      batchId: makeId<BatchId>(random, now),
      sentAt: sentAt + device.skewMs,
      ...(historical && { historical }),
      context: contextOf(),
      events,
    };
    send(batch, sentAt);
    events = [];
  }
  function record(event: Unstamped): void {
    if (!open) throw new RangeError('something happens on a view: open one first');
    events.push({
      ...event,
      eventId: makeId<EventId>(random, now),
      seq: device.nextSeq++,
      occurredAt: now + device.skewMs,
      page: open.page,
      viewId: open.viewId,
    });
    if (events.length >= BATCH_EVENTS) cut();
  }
  function endView(): void {
    if (!open) return;
    const visibleMs = Math.min(DWELL_MAX_MS, now - open.since);
    const dwellMs = Math.round(visibleMs * random.between(0.75, 1));
    record({ type: 'view_end', dwellMs, visibleMs, scrollDepthRatio: Math.round(100 * random.between(0.2, 1)) / 100 });
  }
  return {
    device,
    get now() {
      return now;
    },
    get surface() {
      return surface;
    },
    sessionId,
    wait(durationMs) {
      now += Math.max(1, Math.round(durationMs));
    },
    view(template, page, on, props) {
      endView();
      const from = open;
      const crossed = on !== surface;
      if (crossed) cut(); // a batch has one surface
      surface = on;
      open = { page, viewId: makeId<ViewId>(random, now), since: now, template };
      const names = options.namesMissing ? {} : { title: template.title, template: template.name };
      record({ type: on === 'h5' ? 'page_view' : 'screen_view', ...names, ...(props && { props }) });
      if (options.isMalformed && !from) record({ type: 'custom', name: MALFORMED_NAME });
      if (!from) return;
      const way = crossed ? 'bridge_call' : on === 'h5' ? 'link' : 'push';
      record({
        type: 'transition',
        fromPage: from.page,
        way,
        fromTemplate: from.template.name,
        modules: from.template.modules,
      });
    },
    record,
    finish() {
      endView();
      cut();
      device.busyUntil = Math.max(device.busyUntil, now);
    },
  };
}
