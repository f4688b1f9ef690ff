import type { StreamState } from '../api/live-stream.js';
import type { StoreReadiness } from '../api/store-readiness.js';

export interface Status {
  readonly state: 'live' | 'connecting' | 'reconnecting' | 'store-starting' | 'store-down';
  readonly label: string;
  /** A sentence on what it means for the one who looks at the page. */
  readonly detail: string;
}

/** One word on how things are, from the stream and the store: the worst that is known wins. */
export function deriveStatus(stream: StreamState['kind'], store: StoreReadiness, everLive: boolean): Status {
  if (store === 'starting') {
    return {
      state: 'store-starting',
      label: 'Store starting',
      detail: 'Events are accepted and kept; the figures follow when the store has started.',
    };
  }
  if (store === 'down') {
    return {
      state: 'store-down',
      label: 'Store down',
      detail: 'Events are accepted and kept; the figures follow when the store is back.',
    };
  }
  if (stream === 'live')
    return { state: 'live', label: 'Live', detail: 'Events appear as the collector accepts them.' };
  if (everLive || stream === 'waiting') {
    return {
      state: 'reconnecting',
      label: 'Reconnecting',
      detail: 'The collector does not answer; the page tries again by itself.',
    };
  }
  return { state: 'connecting', label: 'Connecting', detail: 'Waiting for the collector.' };
}
