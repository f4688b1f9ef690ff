import { EVENT_TYPES, type EventType } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatCount } from '../format/count.js';
import { eventTypeName } from '../format/event-type.js';
import { shortVisitorId, visitorColour } from '../format/visitor.js';
import type { LiveFilter } from '../state/live-log.js';

export interface LiveToolbarProps {
  readonly filter: LiveFilter;
  readonly isPaused: boolean;
  /** Events that came since the pause. */
  readonly missed: number;
  onFilter(change: { type?: EventType | 'all'; visitorId?: string | undefined }): void;
  onPause(): void;
  onResume(): void;
}

export function LiveToolbar({ filter, isPaused, missed, onFilter, onPause, onResume }: LiveToolbarProps): VNode {
  return (
    <div class="toolbar">
      <h2>Live events</h2>
      {filter.visitorId === undefined ? null : (
        <button
          type="button"
          class="chip visitor mono"
          data-colour={visitorColour(filter.visitorId)}
          onClick={() => onFilter({ visitorId: undefined })}
          title="Show all visitors again"
          data-test="visitor-filter"
        >
          {shortVisitorId(filter.visitorId)}
          <span aria-hidden="true"> ×</span>
        </button>
      )}
      <span class="spring" />
      <label class="select">
        <span class="visually-hidden">Event type</span>
        <select
          value={filter.type}
          onChange={(event) => onFilter({ type: typeOf(event.currentTarget.value) })}
          data-test="type-filter"
        >
          <option value="all">All types</option>
          {EVENT_TYPES.map((type) => (
            <option key={type} value={type}>
              {eventTypeName(type)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button"
        aria-pressed={isPaused}
        onClick={isPaused ? onResume : onPause}
        data-test="pause"
      >
        {isPaused ? (missed > 0 ? `Resume, ${formatCount(missed)} new` : 'Resume') : 'Pause'}
      </button>
    </div>
  );
}

function typeOf(value: string): EventType | 'all' {
  return EVENT_TYPES.find((type) => type === value) ?? 'all';
}
