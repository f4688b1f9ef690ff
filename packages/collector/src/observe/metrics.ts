import type { Ack } from '@tidemark/protocol';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface IngestMetrics {
  countAck(ack: Ack): void;
  countProblem(code: string): void;
  /** From the arrival of a batch to its acknowledgement. */
  observeAck(seconds: number): void;
  countPersonalData(kind: string, outcome: 'masked' | 'left'): void;
}

export interface LoaderMetrics {
  countLoaded(rows: number): void;
  countFailedLoad(): void;
  /** Bytes of a segment that could not be read back. */
  countDamaged(bytes: number): void;
  /** Rows that the store will never take as they are. */
  countRefused(rows: number): void;
  /** A segment that stays on the disk because rows of it could be put nowhere else. */
  countKeptSegment(): void;
}

export interface Metrics extends IngestMetrics, LoaderMetrics {
  /** What was to be made durable and was not. */
  countFailedAppend(): void;
  /** A counter without labels. @returns what adds to it. */
  total(name: string, help: string): (count: number) => void;
  /** Read when somebody asks. */
  gauge(name: string, help: string, read: () => number): void;
  /** Counts by one label, whose values are a list that is known when the collector starts. */
  counter<Value extends string>(
    name: string,
    help: string,
    label: string,
    values: readonly Value[],
  ): (value: Value) => void;
  /** @param buckets - upper bounds, ascending, in the unit that ends the name. */
  histogram(name: string, help: string, buckets: readonly number[]): (value: number) => void;
  /** Seconds of answers, by method, route and status: all three from lists that are known. */
  requestHistogram(): (method: string, route: string, status: number, seconds: number) => void;
  /** Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** From an fsync on a good disk to a request that has run into every timeout. */
export const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const events = new Counter({
    name: 'tidemark_events_total',
    help: 'Events by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const problems = new Counter({
    name: 'tidemark_refused_requests_total',
    help: 'Requests refused as a whole, by code',
    labelNames: ['code'],
    registers,
  });
  const personalData = new Counter({
    name: 'tidemark_personal_data_total',
    help: 'Personal data found in texts, by kind, and whether it was masked or left',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const loaded = new Counter({ name: 'tidemark_loaded_rows_total', help: 'Rows loaded into the store', registers });
  const damaged = new Counter({
    name: 'tidemark_damaged_bytes_total',
    help: 'Bytes of segments that could not be read back',
    registers,
  });
  const batchEvents = new Histogram({
    name: 'tidemark_batch_events',
    help: 'Events of one batch',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    registers,
  });
  const ackSeconds = new Histogram({
    name: 'tidemark_ack_seconds',
    help: 'From the arrival of a batch to its acknowledgement',
    buckets: [...LATENCY_SECONDS],
    registers,
  });
  const failedLoads = new Counter({
    name: 'tidemark_failed_loads_total',
    help: 'Loads that are tried again',
    registers,
  });
  const refused = new Counter({
    name: 'tidemark_refused_rows_total',
    help: 'Rows that the store refused for good; they lie in rejected',
    registers,
  });
  const kept = new Counter({
    name: 'tidemark_kept_segments_total',
    help: 'Segments kept on the disk because rows of them could be put nowhere else',
    registers,
  });
  const failedAppends = new Counter({
    name: 'tidemark_wal_failed_appends_total',
    help: 'Appends that the disk did not take; their senders were told to come back',
    registers,
  });
  return {
    countAck(ack) {
      events.inc({ outcome: 'accepted' }, ack.accepted);
      events.inc({ outcome: 'duplicate' }, ack.duplicate);
      events.inc({ outcome: 'rejected' }, ack.rejected.length);
      batchEvents.observe(ack.accepted + ack.duplicate + ack.rejected.length);
    },
    observeAck: (seconds) => ackSeconds.observe(seconds),
    countProblem: (code) => problems.inc({ code }),
    countPersonalData: (kind, outcome) => personalData.inc({ kind, outcome }),
    countLoaded: (rows) => loaded.inc(rows),
    countFailedLoad: () => failedLoads.inc(),
    countDamaged: (bytes) => damaged.inc(bytes),
    countRefused: (rows) => refused.inc(rows),
    countKeptSegment: () => kept.inc(),
    countFailedAppend: () => failedAppends.inc(),
    total(name, help) {
      const counter = new Counter({ name, help, registers });
      return (count) => counter.inc(count);
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    counter(name, help, label, values) {
      const counter = new Counter({ name, help, labelNames: [label], registers });
      for (const value of values) counter.inc({ [label]: value }, 0); // a rate needs a zero to begin at
      return (value) => counter.inc({ [label]: value });
    },
    histogram(name, help, buckets) {
      const histogram = new Histogram({ name, help, buckets: [...buckets], registers });
      return (value) => histogram.observe(value);
    },
    requestHistogram() {
      const histogram = new Histogram({
        name: 'tidemark_http_request_seconds',
        help: 'From the first byte of a request to the last of its answer',
        labelNames: ['method', 'route', 'status'],
        buckets: [...LATENCY_SECONDS],
        registers,
      });
      return (method, route, status, seconds) => histogram.observe({ method, route, status }, seconds);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
