import type { RequestListener, Server } from 'node:http';
import { type Admission, createAdmission, SHED_REASONS } from '../../ingest/admission.js';
import { createLoopWatch } from '../../observe/loop-watch.js';
import type { Metrics } from '../../observe/metrics.js';
import type { Config } from '../config.js';
import { CUT_REASONS } from './guard-options.js';
import { createGuardedServer } from './guarded-server.js';
import { createProxyCheck } from './trusted-proxies.js';

/** What stands between the network and the routes. */
export interface Guard {
  readonly admission: Admission;
  createServer(handler: RequestListener): Server;
  close(): void;
}

const DELAY_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** @param pendingBytes - bytes that were accepted and are not on disk yet. */
export function openGuard(config: Config, metrics: Metrics, pendingBytes: () => number): Guard {
  const observeDelay = metrics.histogram(
    'tidemark_event_loop_delay_seconds',
    'How late the event loop came round, looked at twenty times a second',
    DELAY_SECONDS,
  );
  const loop = createLoopWatch((ms) => observeDelay(ms / 1_000));
  const countShed = metrics.counter(
    'tidemark_shed_requests_total',
    'Requests refused with 503 for want of room, by what there was no room for',
    'reason',
    SHED_REASONS,
  );
  const countCut = metrics.counter(
    'tidemark_cut_connections_total',
    'Connections closed by the collector, by reason',
    'reason',
    CUT_REASONS,
  );
  const admission = createAdmission({ limits: config, pendingBytes, loopDelayMs: loop.delayMs, countShed });
  metrics.gauge(
    'tidemark_bytes_in_flight',
    'Bytes of requests under way and rows not on disk',
    admission.bytesInFlight,
  );
  metrics.gauge('tidemark_requests_in_flight', 'Requests begun and not answered', () => admission.count('request'));
  metrics.gauge('tidemark_reads_in_flight', 'Questions to the store not answered', () => admission.count('read'));
  const guard = {
    limits: config,
    admission,
    isProxy: createProxyCheck(config.trustProxy),
    cookieOrigins: config.cookieOrigins,
    countCut,
    countRefused: () => metrics.countProblem('busy'),
  };
  return {
    admission,
    createServer: (handler) => createGuardedServer(handler, guard),
    close: loop.close,
  };
}
