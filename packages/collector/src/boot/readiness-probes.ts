import { statfs } from 'node:fs/promises';
import type { ReadinessProbes } from '../observe/readiness.js';
import type { StoreConnection } from '../store/connect.js';
import { MIGRATIONS } from '../store/migrations/apply-migrations.js';

export interface ProbeOptions {
  readonly dataDirectory: string;
  /** With less room nothing is accepted. */
  readonly reserveBytes: number;
  readonly store: Pick<StoreConnection, 'ping'>;
  /** Whether the schema was brought up to date. */
  readonly schemaReady: () => boolean;
  /** Why the disk did not take the last append. */
  readonly diskFault: () => string | undefined;
  readonly walSegments: () => number;
  readonly roles: readonly string[];
}

export function createReadinessProbes(options: ProbeOptions): ReadinessProbes {
  const { store, schemaReady, diskFault } = options;
  return {
    wal() {
      const fault = diskFault();
      return fault === undefined
        ? { ok: true, detail: `${options.walSegments()} segments wait for the store` }
        : { ok: false, detail: fault };
    },
    async disk() {
      const freeBytes = await freeBytesOf(options.dataDirectory);
      return { ok: freeBytes >= options.reserveBytes, detail: `${Math.floor(freeBytes / 1_048_576)} MiB free` };
    },
    async store() {
      const answers = await store.ping().catch(() => false);
      return { ok: answers, detail: answers ? 'it answers' : 'it does not answer; events are kept until it does' };
    },
    schema() {
      const newest = MIGRATIONS.at(-1)?.number ?? 0;
      return schemaReady()
        ? { ok: true, detail: `migration ${newest} of ${newest}` }
        : { ok: false, detail: 'not brought up to date yet: the store is starting, or away' };
    },
    roles: () => ({ ok: true, detail: options.roles.join(', ') }),
  };
}

/** Bytes that a process without privileges may still write there. */
export async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
