import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { FlagEvents } from '../api/api-client.js';
import { formatTime } from '../format/clock-time.js';
import { wordsOfName } from '../format/flag.js';
import type { FlagBoard } from '../state/flag-board.js';

export interface FlagEventListProps {
  readonly flagId: string;
  readonly board: FlagBoard;
}

/** The raw events behind a flag, asked for when somebody wants to see them. */
export function FlagEventList({ flagId, board }: FlagEventListProps): VNode {
  const [found, setFound] = useState<FlagEvents | string | undefined>(undefined);
  if (found === undefined) {
    return (
      <div class="flag-events">
        <button
          type="button"
          class="button"
          onClick={async () => setFound(await board.events(flagId))}
          data-test="flag-events"
        >
          Show the events
        </button>
      </div>
    );
  }
  if (typeof found === 'string') return <p class="notice">{found}</p>;
  return (
    <ol class="flag-events">
      {found.events.map((event) => (
        <FlagEvent key={text(event, 'event_id')} event={event} />
      ))}
      {found.refused.map((event) => (
        <RefusedEvent key={`${text(event, 'batch_id')} ${event.event_index}`} event={event} />
      ))}
      {found.events.length + found.refused.length === 0 ? <li>The store has none of them any more.</li> : null}
      {found.isCut ? <li class="count">There are more than these.</li> : null}
    </ol>
  );
}

function FlagEvent({ event }: { readonly event: Readonly<Record<string, unknown>> }): VNode {
  const { corrected_at: correctedAt } = event;
  const atMs = Number(correctedAt);
  return (
    <li data-test="flag-event" data-event={text(event, 'event_id')} title={JSON.stringify(event, null, 1)}>
      <time class="mono" dateTime={new Date(atMs).toISOString()}>
        {formatTime(atMs)}
      </time>{' '}
      {wordsOfName(text(event, 'event_type'))} <span class="count">{text(event, 'page') || text(event, 'name')}</span>
    </li>
  );
}

function RefusedEvent({ event }: { readonly event: Readonly<Record<string, unknown>> }): VNode {
  const { received_at: receivedAt } = event;
  const atMs = Number(receivedAt);
  return (
    <li data-test="flag-refused" title={text(event, 'raw')}>
      <time class="mono" dateTime={new Date(atMs).toISOString()}>
        {formatTime(atMs)}
      </time>{' '}
      Refused: {wordsOfName(text(event, 'reason'))} <span class="count">{text(event, 'field')}</span>
    </li>
  );
}

function text(event: Readonly<Record<string, unknown>>, column: string): string {
  const value = event[column];
  return typeof value === 'string' ? value : '';
}
