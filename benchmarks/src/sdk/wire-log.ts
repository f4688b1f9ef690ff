import { gunzipSync } from 'node:zlib';

/** A request as it arrived. */
export interface ArrivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** What a page sent, seen from the wire. */
export interface WireLog {
  /** Notes a request whose body arrived in full; returns how to say that the collector took it. */
  arrived(request: ArrivedRequest): { taken(): void };
  /** Requests of every kind, the browser's own copies left out. */
  requests(): number;
  /** Request lines, headers and bodies, the browser's own copies left out. */
  bytes(): number;
  /** Requests that the browser sent once more by itself, after a reset of a connection it had used before. */
  browserCopies(): number;
  /** Different events that arrived so far, acknowledged or not. */
  events(): number;
  /** Different events that the collector acknowledged, whether the answer came through or not. */
  takenEvents(): number;
  /** Times an event came again although the collector had taken it, over all events; 0 when none did. */
  copiesRatio(): number;
}

interface BatchInBody {
  readonly batchId?: string;
  readonly sentAt?: number;
  readonly context?: { readonly queueId?: string };
  readonly events?: readonly { readonly seq?: number }[];
}

export function createWireLog(): WireLog {
  const sendings = new Set<string>();
  const seen = new Set<string>();
  const taken = new Set<string>();
  let requests = 0;
  let bytes = 0;
  let browserCopies = 0;
  let copies = 0;

  function keysOf({ context, events = [] }: BatchInBody): string[] {
    return events.map(({ seq }) => `${context?.queueId}/${seq}`);
  }

  return {
    arrived(request) {
      const batch = readBatch(request);
      const keys = batch ? keysOf(batch) : [];
      // The SDK stamps each attempt anew; only the browser sends the very same one again.
      const sending = batch && `${batch.batchId} ${batch.sentAt}`;
      if (sending !== undefined && sendings.has(sending)) {
        browserCopies++;
      } else {
        if (sending !== undefined) sendings.add(sending);
        requests++;
        bytes += sizeOf(request);
        for (const key of keys) {
          if (taken.has(key)) copies++;
          seen.add(key);
        }
      }
      return {
        taken() {
          for (const key of keys) taken.add(key);
        },
      };
    },
    requests: () => requests,
    bytes: () => bytes,
    browserCopies: () => browserCopies,
    events: () => seen.size,
    takenEvents: () => taken.size,
    copiesRatio: () => (seen.size === 0 ? 0 : copies / seen.size),
  };
}

/** @returns undefined for what is no batch. */
function readBatch({ method, target, body }: ArrivedRequest): BatchInBody | undefined {
  const { pathname, searchParams } = new URL(target, 'http://collector');
  if (method !== 'POST' || pathname !== '/v1/batch') return undefined;
  const text = searchParams.get('z') === 'gzip' ? gunzipSync(body) : body;
  return JSON.parse(text.toString('utf8')) as BatchInBody; // every field of it is asked for as one that may be missing
}

function sizeOf({ method, target, rawHeaders, body }: ArrivedRequest): number {
  const line = `${method} ${target} HTTP/1.1\r\n`;
  const separators = (rawHeaders.length / 2) * ': \r\n'.length;
  return line.length + rawHeaders.join('').length + separators + '\r\n'.length + body.length;
}
