import type { AuditEntry } from '@tidemark/protocol';
import type { Logger } from '../observe/logger.js';
import type { StoreConnection } from '../store/connect.js';
import { lastAuditNumber, writeAuditEntries } from '../store/control/audit-log.js';
import type { ControlData } from '../store/control/control-data.js';
import { readDailyUsage, writeDailyUsage } from '../store/control/daily-usage.js';
import { readControlData, readControlState, writeControlData } from '../store/control/workspaces.js';
import type { DailyUsage } from './daily-usage.js';
import type { Registry } from './registry.js';

export interface ControlSyncOptions {
  readonly store: StoreConnection;
  readonly registry: Registry;
  /** The entries of the audit file; asked once, since from then on they are told as they are written. */
  readonly readAudit: () => Promise<readonly AuditEntry[]>;
  readonly usage: DailyUsage;
  /** Resolves when the snapshot beside the WAL is as the registry. */
  readonly save: () => Promise<void>;
  readonly logger: Logger;
  readonly now: () => number;
}

/** Brings what this collector knows of control data and what the store knows together, both ways. */
export interface ControlSync {
  /** One exchange. @throws when the store does not answer. */
  exchange(): Promise<void>;
  /** From now on every two seconds, and soon after `changed`. */
  start(): void;
  /** There is something new to tell. */
  changed(): void;
  /** An entry of the audit log was written. */
  carry(entry: AuditEntry): void;
  /** Resolves when an exchange under way has ended. */
  stop(): Promise<void>;
}

/** A revocation must hold within five seconds at every collector in front of the store. */
const EVERY_MS = 2_000;
/** A row a workspace; a budget is exceeded by what others take in this time. */
const USAGE_EVERY_MS = 10_000;

export function createControlSync(options: ControlSyncOptions): ControlSync {
  const { store, registry, usage, logger } = options;
  let knownState: string | undefined;
  let hasNews = true;
  let waiting: AuditEntry[] = [];
  let fileRead = false;
  const carried = new Map<string, number>();
  const usageWritten = new Map<string, string>();
  let usageAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;
  let failing = false;

  async function exchangeControl(): Promise<void> {
    const state = await readControlState(store);
    if (state === knownState && !hasNews) return;
    hasNews = false;
    try {
      const theirs = await readControlData(store);
      const before = JSON.stringify(registry.data());
      registry.merge(theirs);
      if (JSON.stringify(registry.data()) !== before) await options.save();
      const news = laterThan(theirs, registry.data());
      await writeControlData(store, news);
      knownState = news.workspaces.length + news.keys.length + news.clientConfigs.length > 0 ? undefined : state;
    } catch (error) {
      hasNews = true;
      throw error;
    }
  }

  async function carryAudit(): Promise<void> {
    if (!fileRead) {
      waiting = [...(await options.readAudit()), ...waiting];
      fileRead = true;
    }
    while (waiting[0] !== undefined) {
      const { chainId } = waiting[0];
      const last = carried.get(chainId) ?? (await lastAuditNumber(store, chainId));
      const ofChain = waiting.filter((entry) => entry.chainId === chainId);
      await writeAuditEntries(
        store,
        ofChain.filter((entry) => entry.number > last),
      );
      carried.set(chainId, Math.max(last, ...ofChain.map((entry) => entry.number)));
      const done = new Set(ofChain);
      waiting = waiting.filter((entry) => !done.has(entry));
    }
  }

  async function exchangeUsage(): Promise<void> {
    if (options.now() - usageAtMs < USAGE_EVERY_MS) return;
    const fresh = usage
      .own()
      .filter((record) => usageWritten.get(record.workspaceId) !== `${record.day} ${record.events}`);
    await writeDailyUsage(store, fresh);
    for (const { workspaceId, day, events } of fresh) usageWritten.set(workspaceId, `${day} ${events}`);
    usage.merge(await readDailyUsage(store, usage.day()));
    usageAtMs = options.now();
  }

  async function exchange(): Promise<void> {
    await exchangeControl();
    await carryAudit();
    await exchangeUsage();
  }

  function run(): void {
    if (running || stopped) return;
    running = exchange()
      .then(
        () => {
          failing = false;
        },
        (error: unknown) => {
          if (!failing && !stopped)
            logger.warn({ error: String(error) }, 'control data not exchanged with the store; trying again');
          failing = true;
        },
      )
      .finally(() => {
        running = undefined;
        if ((hasNews || waiting.length > 0) && !failing) run(); // something came meanwhile
      });
  }

  return {
    exchange,
    start() {
      if (stopped) return;
      timer ??= setInterval(run, EVERY_MS);
      run();
    },
    changed() {
      hasNews = true;
      if (timer) run();
    },
    carry(entry) {
      waiting.push(entry);
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** What of ours the store lacks, or has in an earlier version. */
function laterThan(theirs: ControlData, ours: ControlData): ControlData {
  const news = <T extends { readonly version: number }>(
    known: readonly T[],
    own: readonly T[],
    id: (record: T) => string,
  ) => {
    const versions = new Map(known.map((record) => [id(record), record.version]));
    return own.filter((record) => record.version > (versions.get(id(record)) ?? -1));
  };
  return {
    workspaces: news(theirs.workspaces, ours.workspaces, (record) => record.workspaceId),
    keys: news(theirs.keys, ours.keys, (record) => record.keyHash),
    clientConfigs: news(theirs.clientConfigs, ours.clientConfigs, (record) => record.workspaceId),
  };
}
