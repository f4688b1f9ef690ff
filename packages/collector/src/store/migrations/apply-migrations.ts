import { TidemarkError } from '../../observe/errors.js';
import { clusterMigrations } from '../cluster/cluster-ddl.js';
import type { StoreConnection } from '../connect.js';
import { requireServerVersion } from '../server-version.js';
import { foundation } from './0001-foundation.js';
import { clientConfigs } from './0002-client-configs.js';
import { bridge } from './0003-bridge.js';
import { views } from './0004-views.js';
import { workspaces } from './0005-workspaces.js';
import { enrichment } from './0006-enrichment.js';
import { serverEvents } from './0007-server-events.js';
import { loads } from './0008-loads.js';
import { purposes } from './0009-purposes.js';
import { steps } from './0010-steps.js';
import { privacy } from './0011-privacy.js';
import { merges } from './0012-merges.js';
import { minimisation } from './0013-minimisation.js';
import { flags } from './0014-flags.js';
import { decisions } from './0015-decisions.js';
import { leftOutBySampling } from './0016-left-out.js';
import { rollups } from './0017-rollups.js';
import { seenWeights } from './0018-seen-weights.js';
import { coarsePlaces } from './0019-coarse-places.js';
import { notTaken } from './0020-not-taken.js';
import type { Migration } from './migration.js';

/** All steps, in their order. */
export const MIGRATIONS: readonly Migration[] = [
  foundation,
  clientConfigs,
  bridge,
  views,
  workspaces,
  enrichment,
  serverEvents,
  loads,
  purposes,
  steps,
  privacy,
  merges,
  minimisation,
  flags,
  decisions,
  leftOutBySampling,
  rollups,
  seenWeights,
  coarsePlaces,
  notTaken,
];

const LEDGER = `
  CREATE TABLE IF NOT EXISTS schema_migrations (number UInt32, name String, applied_at DateTime64(3, 'UTC'))
  ENGINE = ReplacingMergeTree ORDER BY number
  SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

/** Where the steps are noted that were applied. */
export const LEDGER_STEP: Migration = { number: 0, name: 'ledger', statements: [LEDGER] };

/**
 * Brings the schema up to date. A step is noted only when all its statements ran; a step cut short is run again whole.
 *
 * @param migrations - all unless told otherwise: fewer make the schema of an earlier release.
 * @returns numbers of the steps that were applied now.
 * @throws {TidemarkError} `store_too_old`; `migration_failed`, with the step and the statement.
 */
export async function applyMigrations(store: StoreConnection, migrations = MIGRATIONS): Promise<number[]> {
  await requireServerVersion(store);
  const client = store.client();
  const [ledger, ...steps] = store.cluster
    ? clusterMigrations([LEDGER_STEP, ...migrations], store.cluster)
    : [LEDGER_STEP, ...migrations];
  for (const query of ledger?.statements ?? []) await client.command({ query });
  const answer = await client.query({ query: 'SELECT number FROM schema_migrations FINAL', format: 'JSONEachRow' });
  const known = new Set((await answer.json<{ number: number }>()).map((row) => row.number));
  const applied: number[] = [];
  for (const migration of steps) {
    if (known.has(migration.number)) continue;
    for (const [index, query] of migration.statements.entries()) {
      await client.command({ query }).catch((cause: unknown) => {
        const step = `${migration.number} (${migration.name}), statement ${index + 1}`;
        throw new TidemarkError('migration_failed', `migration ${step} was refused; nothing after it ran`, { cause });
      });
    }
    await client.command({
      query: `INSERT INTO schema_migrations SELECT {number:UInt32}, {name:String}, now64(3)`,
      query_params: { number: migration.number, name: migration.name },
    });
    applied.push(migration.number);
  }
  return applied;
}
