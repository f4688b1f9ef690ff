import { type BackoffPolicy, type LiveEvent, retryDelayMs } from '@tidemark/protocol';
import type { Clock } from '../clock.js';
import { isKeyRefused, type Refusal } from './api-outcome.js';
import { parseLiveEvent } from './parse-live-event.js';
import { readMessages } from './read-messages.js';
import { readRefusal } from './read-refusal.js';

export type StreamState =
  | { readonly kind: 'connecting' }
  /** `serverTimeMs` is the collector's clock when it answered, to the second; undefined when it did not say. */
  | { readonly kind: 'live'; readonly serverTimeMs: number | undefined }
  | { readonly kind: 'waiting'; readonly retryInMs: number }
  /** The key was refused; the stream has given up. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface LiveStreamOptions {
  connect(lastEventId: string | undefined, signal: AbortSignal): Promise<Response>;
  onEvent(event: LiveEvent): void;
  onState(state: StreamState): void;
  /** A message that is no live event; it is skipped. */
  onUnreadable(data: string): void;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface LiveStream {
  /** Ends the wait before the next attempt, for when the network is known to be back. */
  retryNow(): void;
  close(): void;
}

/** Reconnects after 1 s to 15 s: a second at least, so that a stream that drops at once is no storm. */
const RETRY_MIN_MS = 1_000;
const RETRY_JITTER: BackoffPolicy = { baseMs: 1_000, maxMs: 14_000 };
/** The collector pings every 15 s; three pings missed is a connection that died without saying so. */
const SILENCE_MAX_MS = 45_000;

/** Follows the live stream and reconnects from the last event seen, until closed or refused. */
export function openLiveStream(options: LiveStreamOptions): LiveStream {
  const { connect, onEvent, onState, onUnreadable, clock, random } = options;
  let closed = false;
  let attempt = 0;
  let lastEventId: string | undefined;
  let stopReading = () => {};
  let stopWaiting = () => {};

  async function run(): Promise<void> {
    while (!closed) {
      onState({ kind: 'connecting' });
      const refusal = await readUntilItEnds();
      if (closed) return;
      if (refusal !== undefined) return onState({ kind: 'refused', refusal });
      attempt += 1;
      const retryInMs = RETRY_MIN_MS + retryDelayMs(attempt, RETRY_JITTER, random);
      onState({ kind: 'waiting', retryInMs });
      await wait(retryInMs);
    }
  }

  /** @returns the refusal when the key is refused; undefined when the connection failed or ended, for whatever reason. */
  async function readUntilItEnds(): Promise<Refusal | undefined> {
    const controller = new AbortController();
    stopReading = () => controller.abort();
    let cancelWatchdog = clock.after(SILENCE_MAX_MS, stopReading);
    try {
      const response = await connect(lastEventId, controller.signal);
      if (!response.ok || response.body === null) {
        const refusal = await readRefusal(response);
        return isKeyRefused(refusal) ? refusal : undefined;
      }
      if (!closed) onState({ kind: 'live', serverTimeMs: parseDate(response.headers.get('date')) });
      await readMessages(response.body, {
        onBytes() {
          attempt = 0;
          cancelWatchdog();
          cancelWatchdog = clock.after(SILENCE_MAX_MS, stopReading);
        },
        onMessage({ event, id, data }) {
          if (closed || event !== 'tracked') return;
          if (id !== undefined) lastEventId = id;
          const live = parseLiveEvent(data);
          if (live === undefined) onUnreadable(data);
          else onEvent(live);
        },
      });
      return undefined;
    } catch {
      return undefined; // a broken connection is the expected end of a stream: the caller tries again
    } finally {
      cancelWatchdog();
    }
  }

  function wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(delayMs, resolve);
      stopWaiting = () => {
        cancel();
        resolve();
      };
    });
  }

  void run();
  return {
    retryNow: () => stopWaiting(),
    close() {
      closed = true;
      stopReading();
      stopWaiting();
    },
  };
}

function parseDate(header: string | null): number | undefined {
  const timeMs = header === null ? Number.NaN : Date.parse(header);
  return Number.isFinite(timeMs) ? timeMs : undefined;
}
