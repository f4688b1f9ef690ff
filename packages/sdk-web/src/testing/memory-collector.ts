import {
  type Ack,
  ASKED_BATCHES_MAX,
  type BatchContext,
  type ClientConfig,
  EVENT_TYPES,
  type EventBatch,
  KEY_PREFIXES,
  PROBLEM_STATUS,
  type Problem,
  type ProblemCode,
  type Rejection,
  type TrackedEvent,
} from '@tidemark/protocol';
import { type ReadRequest, readRequest } from './read-request.js';

/** An event as it arrived, with what its batch said of all its events. */
export type CollectedEvent = TrackedEvent & { readonly context: BatchContext };

/** An HTTP status, 400 or above, or no answer at all. */
export type CollectorFailure = number | 'network';

export interface MemoryCollectorOptions {
  /** How long each answer takes. Default 0. */
  readonly latencyMs?: number;
  /** How every request fails, of whatever kind. Default: none does. */
  readonly fail?: CollectorFailure;
}

/** A collector in the memory of a test. It answers as the real one, but judges an event by its type alone. */
export interface MemoryCollector {
  /** For `init({ fetch })`. */
  readonly fetch: typeof fetch;
  /** Every event once, in the order of arrival. */
  readonly events: readonly CollectedEvent[];
  /** Every batch that was acknowledged; one that was sent twice is there twice. */
  readonly batches: readonly EventBatch[];
  /**
   * Resolves as soon as the events satisfy the predicate.
   *
   * @param timeoutMs - default 1,000.
   * @throws {Error} that names what did arrive, when they do not in time.
   */
  waitFor(predicate: (events: readonly CollectedEvent[]) => boolean, timeoutMs?: number): Promise<void>;
  /** The next batches, default one, fail so; none of their events is taken. */
  failNext(failure: CollectorFailure, times?: number): void;
  /** As at the beginning: nothing arrived, nothing is set to fail but what the options said. */
  reset(): void;
}

const CONFIG: ClientConfig = { version: 'memory', enabled: true, sampling: {} };

/** @see docs/protocol.md of Tidemark, which says what is sent and answered. */
export function createMemoryCollector({ latencyMs = 0, fail }: MemoryCollectorOptions = {}): MemoryCollector {
  const events: CollectedEvent[] = [];
  const batches: EventBatch[] = [];
  /** Places in queues that were taken: what comes again is a copy, whatever batch it comes in. */
  const taken = new Set<string>();
  let failures: CollectorFailure[] = [];
  const waiting = new Set<() => void>();

  async function answer(request: ReadRequest): Promise<Response> {
    const failure = request.path === '/v1/batch' ? (failures.shift() ?? fail) : fail;
    if (failure === 'network') throw new TypeError('Failed to fetch');
    if (failure !== undefined) return refuse(codeOf(failure), 'The test asked for this failure.', failure);
    if (!Object.values(KEY_PREFIXES).some((prefix) => request.key.startsWith(prefix))) {
      return refuse('unknown_key', 'A key begins with tm_pk_.');
    }
    switch (`${request.method} ${request.path}`) {
      case 'POST /v1/batch':
        return take(await request.text());
      case 'GET /v1/acks':
        return tell(request.query.get('ids')?.split(',') ?? []);
      case 'GET /v1/config':
        return Response.json(CONFIG, { headers: { ETag: `"${CONFIG.version}"` } });
      default:
        return refuse('not_found', `Nothing is at ${request.method} ${request.path}.`);
    }
  }

  function take(text: string): Response {
    const batch = parse(text);
    if (batch === undefined) return refuse('unreadable_body', 'The body is not JSON.');
    const { v, batchId, context } = batch;
    if (v !== 1 || !batchId || !context?.queueId || !Array.isArray(batch.events)) {
      return refuse('invalid_batch', 'A batch has v 1, batchId, context with queueId, and events.');
    }
    const whole = batch as EventBatch; // as far as it was looked at above
    const rejected = whole.events.flatMap((event, index) => judge(event, index) ?? []);
    const good = whole.events.filter((_, index) => rejected.every((rejection) => rejection.index !== index));
    const fresh = good.filter(({ seq }) => !taken.has(`${context.queueId} ${seq}`));
    for (const event of fresh) {
      taken.add(`${context.queueId} ${event.seq}`);
      events.push({ ...event, context });
    }
    batches.push(whole);
    for (const look of waiting) look();
    const duplicate = good.length - fresh.length;
    const configVersion = CONFIG.version;
    const ack: Ack = { batchId, accepted: fresh.length, duplicate, rejected, serverTimeMs: Date.now(), configVersion };
    return Response.json(ack, { status: 202 });
  }

  function tell(ids: readonly string[]): Response {
    if (ids.length > ASKED_BATCHES_MAX) return refuse('invalid_query', `At most ${ASKED_BATCHES_MAX} ids at once.`);
    const known = new Set<string>(batches.map(({ batchId }) => batchId));
    const [durable, unknown] = [ids.filter((id) => known.has(id)), ids.filter((id) => !known.has(id))];
    return Response.json({ durable, unknown });
  }

  return {
    async fetch(input, init) {
      const request = readRequest(input, init);
      if (latencyMs > 0) await pass(latencyMs, init?.signal);
      return await answer(request);
    },
    events,
    batches,
    waitFor(predicate, timeoutMs = 1_000) {
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!predicate(events)) return;
          finish();
          resolve();
        };
        const timer = setTimeout(() => {
          finish();
          reject(new Error(`after ${timeoutMs} ms there were only: ${events.map(describe).join(', ') || 'no events'}`));
        }, timeoutMs);
        const finish = () => {
          waiting.delete(look);
          clearTimeout(timer);
        };
        waiting.add(look);
        look();
      });
    },
    failNext(failure, times = 1) {
      failures.push(...Array<CollectorFailure>(times).fill(failure));
    },
    reset() {
      events.length = 0;
      batches.length = 0;
      failures = [];
      taken.clear();
    },
  };
}

function parse(text: string): { readonly [F in keyof EventBatch]?: EventBatch[F] } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return undefined; // the answer says so
  }
}

function judge(event: Partial<TrackedEvent> | null, index: number): Rejection | undefined {
  const { type, eventId, seq } = event ?? {};
  const reject = (reason: Rejection['reason'], field: string): Rejection => ({
    index,
    eventId: eventId ?? ('' as Rejection['eventId']), // empty, as the protocol says, where there is none
    reason,
    field,
  });
  if (typeof event !== 'object' || event === null) return reject('not_an_object', '');
  if (!EVENT_TYPES.some((known) => known === type)) return reject('unknown_type', 'type');
  if (!eventId) return reject('missing_field', 'eventId');
  if (seq === undefined) return reject('missing_field', 'seq');
  return undefined;
}

function refuse(code: ProblemCode, detail: string, status: number = PROBLEM_STATUS[code]): Response {
  const problem: Problem = { type: 'about:blank', title: code, status, detail, code };
  return new Response(JSON.stringify(problem), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...(status === 503 ? { 'Retry-After': '0' } : {}) },
  });
}

/** The collector's own code for a status, the first of several. */
function codeOf(status: number): ProblemCode {
  const codes = Object.keys(PROBLEM_STATUS) as ProblemCode[]; // its keys are the codes
  return codes.find((code) => PROBLEM_STATUS[code] === status) ?? 'internal';
}

function describe(event: CollectedEvent): string {
  return event.type === 'custom' ? `custom ${event.name}` : event.type;
}

function pass(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
