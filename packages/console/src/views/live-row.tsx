import type { LiveEvent } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatAge } from '../format/age.js';
import { formatTime } from '../format/clock-time.js';
import { eventTone, eventTypeName } from '../format/event-type.js';
import { shortVisitorId, visitorColour } from '../format/visitor.js';
import { SurfaceMark } from './surface-mark.js';

export interface LiveRowProps {
  readonly event: LiveEvent;
  readonly nowMs: number;
  onFollow(visitorId: string): void;
}

/** A row this young is drawn with a short glow. */
const FRESH_MS = 1_500;
/** An event that was on its way longer than this waited for a network, and says so. */
const LATE_MS = 30_000;

export function LiveRow({ event, nowMs, onFollow }: LiveRowProps): VNode {
  const { type, label, page, surface, visitorId, occurredAt, receivedAt } = event;
  const lateMs = receivedAt - occurredAt;
  return (
    <li
      class={nowMs - receivedAt < FRESH_MS ? 'live-row is-fresh' : 'live-row'}
      data-test="live-event"
      data-type={type}
      data-event={event.eventId}
      data-page={page}
    >
      <span class="tag" data-tone={eventTone(type)}>
        {eventTypeName(type)}
      </span>
      <span class="live-label" title={label}>
        {label}
      </span>
      <span class="live-page" title={page}>
        {page}
      </span>
      <SurfaceMark surface={surface} />
      <button
        type="button"
        class="visitor mono"
        data-colour={visitorColour(visitorId)}
        title={`Follow visitor ${visitorId}`}
        onClick={() => onFollow(visitorId)}
      >
        {shortVisitorId(visitorId)}
      </button>
      <time class="live-age" dateTime={new Date(receivedAt).toISOString()} title={rowTitle(occurredAt, receivedAt)}>
        {lateMs > LATE_MS ? <span class="live-late">+{formatAge(lateMs)}</span> : null}
        {formatAge(nowMs - receivedAt)}
      </time>
    </li>
  );
}

function rowTitle(occurredAt: number, receivedAt: number): string {
  return `Happened ${formatTime(occurredAt)} by the device's clock, received ${formatTime(receivedAt)}`;
}
