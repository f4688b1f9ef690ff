import { join } from 'node:path';
import type { Config } from '../../boot/config.js';
import { builtEngineCommand } from '../../boot/open-store.js';
import { superviseEngine } from '../../engine/supervise-engine.js';
import { TidemarkError } from '../../observe/errors.js';
import { createLogger } from '../../observe/logger.js';
import { within } from '../../observe/within.js';
import { connectStore, type StoreConnection } from '../../store/connect.js';
import { readStoreHealth, type StoreHealth } from '../../store/control/store-health.js';
import { MIGRATIONS } from '../../store/migrations/apply-migrations.js';
import { isTooOld, LEAST_CLICKHOUSE, readServerVersion } from '../../store/server-version.js';
import { lockDirectory } from '../../wal/lock-directory.js';
import { type Finding, findingsOf } from './finding.js';

const { ok, warn, fail } = findingsOf('Store');
const CLOCKS_APART_WARN_MS = 2_000;
const CLOCKS_APART_FAIL_MS = 60_000;
const ENGINE_WITHIN_MS = 20_000;

export interface StoreQuestion {
  readonly config: Config;
  /** A collector has the embedded engine in its hands: nobody else may open the tables. */
  readonly inUse: boolean;
  /** Nothing was ever stored here. */
  readonly untouched: boolean;
  readonly engineCommand?: readonly [string, ...string[]];
}

/** The store itself: a server is asked, the embedded engine is started for a moment when no collector runs. */
export async function checkStore({ config, inUse, untouched, engineCommand }: StoreQuestion): Promise<Finding[]> {
  if (config.clickhouseUrl) {
    const { clickhouseUrl: url, clickhouseUser: user, clickhousePassword: password } = config;
    const address = { url, user, password };
    const store = connectStore(() => address, config.database);
    return look(
      store,
      `ClickHouse at ${new URL(url).host}`,
      'Start it, or correct TIDEMARK_CLICKHOUSE_URL, _USER and _PASSWORD.',
    );
  }
  if (inUse) return [ok('engine', 'embedded, in use by the collector: its readiness above speaks for it')];
  if (untouched) return [ok('engine', 'embedded; the first start makes its tables')];
  return lookIntoEngine(config, engineCommand ?? builtEngineCommand());
}

async function lookIntoEngine(config: Config, command: readonly [string, ...string[]]): Promise<Finding[]> {
  const lock = await lockDirectory(config.dataDirectory);
  const directory = join(config.dataDirectory, 'engine');
  const engine = superviseEngine({ directory, database: config.database, command, logger: createLogger('silent') });
  const store = connectStore(engine.address, config.database);
  try {
    const isReady = await within(
      ENGINE_WITHIN_MS,
      engine.ready().then(() => true),
    );
    if (!isReady) throw new Error('it was not ready within 20 s');
    return await look(store, 'the embedded engine', 'Look at the log of tidemark serve.');
  } catch (error) {
    const missing = error instanceof TidemarkError && error.code === 'engine_missing';
    const advice = missing
      ? 'Install it with the optional dependencies, or set TIDEMARK_CLICKHOUSE_URL.'
      : 'Look at the log of tidemark serve; the tables are as they were.';
    return [fail('engine', missing ? 'there is none for this platform' : String(error), advice)];
  } finally {
    await store.close();
    await engine.stop();
    await lock.release();
  }
}

async function look(store: StoreConnection, who: string, advice: string): Promise<Finding[]> {
  try {
    const version = await readServerVersion(store);
    if (isTooOld(version)) {
      return [
        fail('store', `${who} is version ${version}, which is too old`, `Use version ${LEAST_CLICKHOUSE} or later.`),
      ];
    }
    const askedAtMs = Date.now();
    const health = await readStoreHealth(store);
    const middleMs = (askedAtMs + Date.now()) / 2;
    return [ok('store', `${who} answers, version ${version}`), ...judge(health, middleMs)];
  } catch (error) {
    return [fail('store', `${who} does not answer as it should: ${String(error)}`, advice)];
  } finally {
    await store.close();
  }
}

/** @param nowMs - our clock when the store read its own. */
export function judge({ nowMs: storeNowMs, migrations, rejectedRows }: StoreHealth, nowMs: number): Finding[] {
  const apartMs = Math.abs(nowMs - storeNowMs);
  const clocks = `${Math.round(apartMs)} ms apart from ours`;
  const setClocks = 'Keep both machines by NTP: retention and reports go by the store, events by the collector.';
  const known = MIGRATIONS.map(({ number }) => number);
  const missing = known.filter((number) => !migrations.includes(number));
  const foreign = migrations.filter((number) => !known.includes(number));
  return [
    apartMs > CLOCKS_APART_FAIL_MS
      ? fail('clock', clocks, setClocks)
      : apartMs > CLOCKS_APART_WARN_MS
        ? warn('clock', clocks, setClocks)
        : ok('clock', clocks),
    foreign.length > 0
      ? fail(
          'schema',
          `it has migrations that this version does not know: ${foreign.join(', ')}`,
          'Run the newer version of Tidemark.',
        )
      : missing.length > 0
        ? warn('schema', `migrations ${missing.join(', ')} are to come`, 'The next start of a collector applies them.')
        : ok('schema', `migration ${known.at(-1)} of ${known.at(-1)}`),
    rejectedRows > 0
      ? warn(
          'rejected rows',
          `${rejectedRows.toLocaleString('en-US')} kept with their reasons`,
          'Look at reason and field in the table "rejected": an SDK or an app sends what the protocol does not know.',
        )
      : ok('rejected rows', 'none'),
  ];
}
