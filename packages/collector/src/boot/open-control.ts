import type { FastifyRequest } from 'fastify';
import { createDailyBudget, type DailyBudget } from '../ingest/daily-budget.js';
import { createLimitRequests, type LimitRequests } from '../ingest/limit-requests.js';
import { createRateLimiter } from '../ingest/rate-limiter.js';
import type { Logger } from '../observe/logger.js';
import type { Metrics } from '../observe/metrics.js';
import type { StoreConnection } from '../store/connect.js';
import { openAuditFile, readAuditFile } from '../workspaces/audit-file.js';
import { type AuditTrail, createAuditTrail } from '../workspaces/audit-trail.js';
import type { ClientConfigChange } from '../workspaces/client-configs.js';
import { type ControlChanges, createControlChanges } from '../workspaces/control-changes.js';
import { createControlSync } from '../workspaces/control-sync.js';
import { createDailyUsage, type DailyUsage } from '../workspaces/daily-usage.js';
import type { Access } from '../workspaces/registry.js';
import { readUsageFile, writeUsageFile } from '../workspaces/usage-file.js';
import { actorOf } from './actor-of.js';
import type { Config } from './config.js';
import type { Workspaces } from './open-workspaces.js';

/** Who may do what and how much of it, how that is changed, and how the store learns of it. */
export interface Control {
  readonly changes: ControlChanges;
  readonly trail: AuditTrail;
  readonly usage: DailyUsage;
  readonly budget: DailyBudget;
  readonly limitRequests: LimitRequests;
  changeConfig(request: FastifyRequest, access: Access, change: ClientConfigChange): Promise<void>;
  /** One exchange with the store, which has its schema. @throws when it does not answer. */
  exchange(): Promise<void>;
  /** From now on the exchange goes on by itself. */
  start(): void;
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly config: Config;
  readonly dataDirectory: string;
  readonly workspaces: Workspaces;
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Addresses that are told apart at once: a million need no more memory than these, some 10 MB. */
const ADDRESSES_MAX = 100_000;
const KEYS_MAX = 10_000;
const BURST_SECONDS = 10;
const USAGE_FILE_EVERY_MS = 2_000;

export async function openControl(options: ControlOptions): Promise<Control> {
  const { config, dataDirectory, store, metrics, logger } = options;
  const { registry, save, replaceKey, made } = options.workspaces;
  const audit = await openAuditFile(dataDirectory, Date.now);
  for (const content of made) {
    await audit
      .append(content)
      .catch((error: unknown) => logger.warn({ error: String(error) }, 'the audit log is not written'));
  }
  const usage = createDailyUsage(audit.chainId, Date.now);
  usage.merge(await readUsageFile(dataDirectory));

  const sync = createControlSync({
    store,
    registry,
    readAudit: async () => (await readAuditFile(dataDirectory)).entries,
    usage,
    save,
    logger,
    now: Date.now,
  });
  const changes = createControlChanges({
    registry,
    record: async (content) => sync.carry(await audit.append(content)),
    save,
    changed: sync.changed,
    rotated: replaceKey,
    now: Date.now,
  });

  let usageWritten = '';
  let kept: Promise<void> = Promise.resolve();
  /** One after the other: on a slow disk the next would take the former's new file away. */
  function keepUsage(): Promise<void> {
    kept = kept.then(writeUsage);
    return kept;
  }

  async function writeUsage(): Promise<void> {
    const own = usage.own();
    const text = JSON.stringify(own);
    if (text === usageWritten) return;
    await writeUsageFile(dataDirectory, own).then(
      () => {
        usageWritten = text;
      },
      (error: unknown) => logger.warn({ error: String(error) }, 'the usage of today was not written down'),
    );
  }
  const keeping = setInterval(() => void keepUsage(), USAGE_FILE_EVERY_MS);

  return {
    changes,
    trail: createAuditTrail({ readFile: () => readAuditFile(dataDirectory), store, storeReady: options.storeReady }),
    usage,
    budget: createDailyBudget(registry, usage),
    limitRequests: openLimits(config, options.workspaces, metrics),
    changeConfig: (request, access, change) =>
      changes.changeConfig(actorOf(request, access), access.workspaceId, change),
    exchange: sync.exchange,
    start: sync.start,
    async close() {
      clearInterval(keeping);
      await sync.stop();
      await keepUsage();
      await audit.close();
    },
  };
}

function openLimits(config: Config, { registry }: Workspaces, metrics: Metrics): LimitRequests {
  const limiter = (ratePerSecond: number, capacity: number) =>
    createRateLimiter({ ratePerSecond, burstSeconds: BURST_SECONDS, capacity, nowMs: () => performance.now() });
  const orNone = (ratePerSecond: number, capacity: number) =>
    ratePerSecond === 0 ? undefined : limiter(ratePerSecond, capacity);
  const byAddress = orNone(config.addressRequestsPerSecond, ADDRESSES_MAX);
  const byKey = orNone(config.keyRequestsPerSecond, KEYS_MAX);
  const ownRates = limiter(1, KEYS_MAX); // each take names its rate
  metrics.gauge('tidemark_rate_buckets', 'Addresses and keys whose requests are counted', () =>
    [byAddress, byKey, ownRates].reduce((sum, each) => sum + (each?.size() ?? 0), 0),
  );
  metrics.gauge('tidemark_rate_buckets_evicted', 'Addresses and keys forgotten too soon, for want of room', () =>
    [byAddress, byKey, ownRates].reduce((sum, each) => sum + (each?.evicted() ?? 0), 0),
  );
  return createLimitRequests(registry, byAddress, byKey, ownRates);
}
