import type { LiveEvent } from '@tidemark/protocol';
import { type Listening, listenStream } from './listen-stream.js';

/** Listens to `GET /v1/live` as a page would. */
export function listenLive(url: string, key: string, lastEventId?: string): Promise<Listening<LiveEvent>> {
  return listenStream({ url: `${url}/v1/live`, key, event: 'tracked', lastEventId });
}
