import type { Logger } from '../observe/logger.js';
import type { StoreConnection } from '../store/connect.js';
import {
  countSuppressions,
  readSuppressions,
  type SuppressionRecord,
  writeSuppressions,
} from '../store/privacy/suppression-rows.js';
import { readSuppressionFile, writeSuppressionFile } from './suppression-file.js';
import { createSuppressions } from './suppressions.js';

/** Suppressions as this collector, its disk and the store know them. */
export interface OpenSuppressions {
  isErased(workspaceId: string, id: string): boolean;
  /** Resolves when the entry is in force here, on this disk and in the store. */
  add(workspaceId: string, id: string): Promise<SuppressionRecord>;
  /** One exchange with the store, which has its schema. @throws when it does not answer. */
  exchange(): Promise<void>;
  /** From now on every two seconds. */
  start(): void;
  stop(): Promise<void>;
  count(): number;
  /** Those that somebody was erased from. */
  workspaces(): readonly string[];
}

export interface SuppressionOptions {
  readonly dataDirectory: string;
  readonly store: StoreConnection;
  readonly logger: Logger;
  readonly now: () => number;
}

/** Everybody erased elsewhere is refused here within this. */
const EVERY_MS = 2_000;

export async function openSuppressions(options: SuppressionOptions): Promise<OpenSuppressions> {
  const { dataDirectory, store, logger } = options;
  const known = createSuppressions(await readSuppressionFile(dataDirectory), options.now);
  let tail: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let failing = false;

  const save = () => writeSuppressionFile(dataDirectory, known.data());

  /** One after another: all go by way of the same file. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  }

  async function exchangeNow(): Promise<void> {
    if ((await countSuppressions(store)) === known.count()) return;
    const theirs = await readSuppressions(store);
    if (known.merge(theirs)) await save();
    const has = new Set([...theirs.keys.map(({ keyId }) => keyId), ...theirs.entries.map(({ hmac }) => hmac)]);
    const { keys, entries } = known.data();
    await writeSuppressions(store, {
      keys: keys.filter(({ keyId }) => !has.has(keyId)),
      entries: entries.filter(({ hmac }) => !has.has(hmac)),
    });
  }

  return {
    isErased: known.isErased,
    add: (workspaceId, id) =>
      inTurn(async () => {
        const entry = known.add(workspaceId, id);
        await save();
        await exchangeNow();
        return entry;
      }),
    exchange: () => inTurn(exchangeNow),
    start() {
      timer ??= setInterval(() => {
        inTurn(exchangeNow).then(
          () => {
            failing = false;
          },
          (error: unknown) => {
            if (!failing)
              logger.warn({ error: String(error) }, 'suppressions not exchanged with the store; trying again');
            failing = true;
          },
        );
      }, EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      await tail;
    },
    count: known.count,
    workspaces: () => [...new Set(known.data().entries.map(({ workspaceId }) => workspaceId))],
  };
}
