import type { Ack } from '@tidemark/protocol';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export interface IngestMetrics {
  countAck(ack: Ack): void;
  countProblem(code: string): void;
}

export interface LoaderMetrics {
  countLoaded(rows: number): void;
  countFailedLoad(): void;
  /** Bytes of a segment that could not be read back. */
  countDamaged(bytes: number): void;
}

export interface Metrics extends IngestMetrics, LoaderMetrics {
  /** Read when somebody asks. */
  gauge(name: string, help: string, read: () => number): void;
  /** Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

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
  const loaded = new Counter({ name: 'tidemark_loaded_rows_total', help: 'Rows loaded into the store', registers });
  const damaged = new Counter({
    name: 'tidemark_damaged_bytes_total',
    help: 'Bytes of segments that could not be read back',
    registers,
  });
  const failedLoads = new Counter({
    name: 'tidemark_failed_loads_total',
    help: 'Loads that are tried again',
    registers,
  });
  return {
    countAck(ack) {
      events.inc({ outcome: 'accepted' }, ack.accepted);
      events.inc({ outcome: 'duplicate' }, ack.duplicate);
      events.inc({ outcome: 'rejected' }, ack.rejected.length);
    },
    countProblem: (code) => problems.inc({ code }),
    countLoaded: (rows) => loaded.inc(rows),
    countFailedLoad: () => failedLoads.inc(),
    countDamaged: (bytes) => damaged.inc(bytes),
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
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
