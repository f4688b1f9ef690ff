import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { VitalsWatch } from '../../observe/vitals.js';
import { registerTopRoute } from '../../reports/top-route.js';
import type { Registry } from '../../workspaces/registry.js';
import type { Pipeline } from '../pipeline/open-pipeline.js';

export interface TopOptions {
  readonly registry: Registry;
  readonly vitals: VitalsWatch;
  readonly pipeline: Pick<Pipeline, 'waitingSince' | 'walSegments' | 'log'>;
  readonly completeTo: () => number;
  readonly storeReady: () => boolean;
  readonly enginePid: () => number | undefined;
}

/** Where `tidemark top` meets what it shows. */
export function registerTop(app: FastifyInstance, options: TopOptions): void {
  const { registry, vitals, pipeline, completeTo, storeReady, enginePid } = options;
  registerTopRoute(app, {
    registry,
    read() {
      const now = vitals.read();
      const oldestMs = pipeline.waitingSince.oldestMs();
      return {
        ...now,
        wal: {
          records: pipeline.waitingSince.records(),
          segments: pipeline.walSegments(),
          pendingBytes: pipeline.log.pendingBytes(),
          oldestAgeMs: oldestMs === undefined ? 0 : Math.max(0, now.nowMs - oldestMs),
        },
        completeTo: completeTo(),
        storeReady: storeReady(),
        collectorRssBytes: process.memoryUsage.rss(),
        engineRssBytes: residentBytes(enginePid()),
      };
    },
  });
}

/** By /proc, which only Linux has. */
function residentBytes(pid: number | undefined): number | null {
  if (pid === undefined) return null;
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
  } catch {
    return null; // it has ended, or there is no /proc
  }
}
