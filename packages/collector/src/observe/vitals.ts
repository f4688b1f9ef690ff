import type { Metrics } from './metrics.js';

/** What a collector can tell of itself this moment; counts are since its start. */
export interface Vitals {
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly accepted: number;
  readonly duplicate: number;
  /** New events of devices by `type` and by surface; those of servers are in `accepted` alone. */
  readonly byType: Readonly<Record<string, number>>;
  readonly bySurface: Readonly<Record<string, number>>;
  readonly rejected: Readonly<Record<string, number>>;
  readonly loadedRows: number;
  readonly loads: number;
  readonly failedLoads: number;
  /** Of the last load, milliseconds; null before the first. */
  readonly lastLoadMs: number | null;
  /** From arrival until it could be queried, of what was loaded last. */
  readonly lastLagMs: number | null;
  /** Of the last minute, slowest first. */
  readonly slowest: readonly SlowRequest[];
}

export interface SlowRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

export interface VitalsWatch {
  /** The same metrics, which are listened to from now on. */
  watch(metrics: Metrics): Metrics;
  /** Told of each new event of a device. */
  countEvent(type: string, surface: string): void;
  read(): Vitals;
}

const SLOWEST = 5;
const SLOW_WITHIN_MS = 60_000;
const SLOW_PARTS = 10;
const bySlowness = (a: SlowRequest, b: SlowRequest) => b.ms - a.ms;
/** The live stream is a request that lasts: nobody waits for it. */
const LASTING = '/v1/live';

/** @param now - epoch milliseconds. */
export function createVitals(now: () => number): VitalsWatch {
  const startedAtMs = now();
  const byType: Record<string, number> = {};
  const bySurface: Record<string, number> = {};
  const rejected: Record<string, number> = {};
  let [accepted, duplicate, loadedRows, loads, failedLoads] = [0, 0, 0, 0, 0];
  let lastLoadMs: number | null = null;
  let lastLagMs: number | null = null;
  let slow: { readonly part: number; readonly requests: SlowRequest[] }[] = [];

  const add = (counts: Record<string, number>, name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };

  /** The slowest of each tenth of a minute are kept, so that the last minute has some when older ones go. */
  function noteRequest(request: SlowRequest): void {
    if (request.route === LASTING) return;
    const part = Math.floor(now() / (SLOW_WITHIN_MS / SLOW_PARTS));
    if (slow[0]?.part !== part) slow = [{ part, requests: [] }, ...slow.slice(0, SLOW_PARTS)];
    const requests = slow[0]?.requests ?? [];
    if (requests.length === SLOWEST && (requests[SLOWEST - 1]?.ms ?? 0) >= request.ms) return;
    requests.push(request);
    requests.sort(bySlowness);
    requests.length = Math.min(requests.length, SLOWEST);
  }

  return {
    watch: (metrics) => ({
      ...metrics,
      countAck(ack) {
        metrics.countAck(ack);
        accepted += ack.accepted;
        duplicate += ack.duplicate;
        for (const { reason } of ack.rejected) add(rejected, reason);
      },
      countLoaded(rows) {
        metrics.countLoaded(rows);
        loadedRows += rows;
        loads++;
      },
      countFailedLoad() {
        metrics.countFailedLoad();
        failedLoads++;
      },
      histogram(name, help, buckets) {
        const observe = metrics.histogram(name, help, buckets);
        if (name === 'tidemark_load_seconds')
          return (seconds) => {
            observe(seconds);
            lastLoadMs = seconds * 1_000;
          };
        if (name === 'tidemark_queryable_seconds')
          return (seconds) => {
            observe(seconds);
            lastLagMs = seconds * 1_000;
          };
        return observe;
      },
      requestHistogram() {
        const observe = metrics.requestHistogram();
        return (method, route, status, seconds) => {
          observe(method, route, status, seconds);
          noteRequest({ method, route, status, ms: seconds * 1_000 });
        };
      },
    }),
    countEvent(type, surface) {
      add(byType, type);
      add(bySurface, surface);
    },
    read() {
      const nowMs = now();
      return {
        startedAtMs,
        nowMs,
        accepted,
        duplicate,
        byType: { ...byType },
        bySurface: { ...bySurface },
        rejected: { ...rejected },
        loadedRows,
        loads,
        failedLoads,
        lastLoadMs,
        lastLagMs,
        slowest: slow
          .filter(({ part }) => nowMs / (SLOW_WITHIN_MS / SLOW_PARTS) - part < SLOW_PARTS + 1)
          .flatMap(({ requests }) => requests)
          .sort(bySlowness)
          .slice(0, SLOWEST),
      };
    },
  };
}
