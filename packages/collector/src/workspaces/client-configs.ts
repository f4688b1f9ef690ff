import { createHash } from 'node:crypto';
import { type BatchLimits, type ClientConfig, LIMITS } from '@tidemark/protocol';
import type { ClientConfigRecord } from '../store/control/client-configs.js';

/** What is left out stays as it is; `sampling` replaces all rates. */
export interface ClientConfigChange {
  readonly enabled?: boolean | undefined;
  readonly sampling?: ClientConfigRecord['sampling'] | undefined;
}

/** What pages are told, by workspace; in memory, so that it is answered while the store is down. */
export interface ClientConfigs {
  of(workspaceId: string): ClientConfig;
  change(workspaceId: string, change: ClientConfigChange): ClientConfigRecord;
  /** Takes in what somebody else knows; the later of two holds. */
  merge(records: readonly ClientConfigRecord[]): void;
  data(): readonly ClientConfigRecord[];
}

interface Known {
  readonly record: ClientConfigRecord;
  /** As it is answered; made once, because every ack names its version. */
  readonly config: ClientConfig;
}

/** The same for all workspaces: those of the schema. */
const BATCH_LIMITS: BatchLimits = { eventsPerBatch: LIMITS.eventsPerBatch, bodyBytes: LIMITS.bodyBytes };

/** 48 bits of SHA-256: two of one workspace's configurations are never the same by chance. */
const VERSION_DIGITS = 12;

export function createClientConfigs(initial: readonly ClientConfigRecord[], now: () => number): ClientConfigs {
  const byWorkspace = new Map<string, Known>();
  const unset = describe({ enabled: true, sampling: {} });
  merge(initial);

  function merge(records: readonly ClientConfigRecord[]): void {
    for (const record of records) {
      const known = byWorkspace.get(record.workspaceId);
      if (known && known.record.version >= record.version) continue;
      byWorkspace.set(record.workspaceId, { record, config: describe(record) });
    }
  }

  return {
    of: (workspaceId) => byWorkspace.get(workspaceId)?.config ?? unset,
    change(workspaceId, { enabled, sampling }) {
      const known = byWorkspace.get(workspaceId)?.record;
      const record: ClientConfigRecord = {
        workspaceId,
        enabled: enabled ?? known?.enabled ?? true,
        sampling: sampling ?? known?.sampling ?? {},
        version: Math.max(now(), (known?.version ?? 0) + 1), // a clock that was set back must not undo a change
      };
      merge([record]);
      return record;
    },
    merge,
    data: () => [...byWorkspace.values()].map(({ record }) => record),
  };
}

/** The version is that of the content, whatever the order in which names were given: setting the same changes nothing. */
function describe({ enabled, sampling }: Pick<ClientConfig, 'enabled' | 'sampling'>): ClientConfig {
  const sorted = Object.entries(sampling).sort(([a], [b]) => (a < b ? -1 : 1));
  const version = createHash('sha256')
    .update(JSON.stringify([enabled, sorted, BATCH_LIMITS]))
    .digest('hex')
    .slice(0, VERSION_DIGITS);
  return { version, enabled, sampling: Object.fromEntries(sorted), limits: BATCH_LIMITS };
}
