import type { Logger } from '../observe/logger.js';
import type { DecisionRow } from '../store/decisions/decision-rows.js';
import type { DecisionRecord } from './decision-record.js';

/** Writes decisions down behind the answers: an answer never waits for the store. */
export interface DecisionLog {
  add(records: readonly DecisionRecord[]): void;
  /** The same, as it is to stand in the table. */
  addRow(row: DecisionRow): void;
  /** One that is not in the store yet. */
  find(workspaceId: string, decisionId: string): DecisionRow | undefined;
  /** All of a workspace that are not in the store yet. */
  waiting(workspaceId: string): readonly DecisionRow[];
  /** Takes out what waits about a user. */
  forget(workspaceId: string, userId: string): void;
  flush(): Promise<void>;
  /** Writes what waits, if the store takes it. */
  close(): Promise<void>;
}

export interface DecisionLogOptions {
  readonly write: (rows: readonly DecisionRow[]) => Promise<void>;
  readonly storeReady: () => boolean;
  readonly logger: Pick<Logger, 'warn'>;
  readonly countLost: (count: number) => void;
}

const EVERY_MS = 1_000;
/** While the store is down: some 3 KB each. The oldest go first, and are counted. */
const WAITING_MAX = 20_000;

export function createDecisionLog({ write, storeReady, logger, countLost }: DecisionLogOptions): DecisionLog {
  let waiting: DecisionRow[] = [];
  let tail: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function flushOnce(): Promise<void> {
    if (waiting.length === 0 || !storeReady()) return;
    const rows = [...waiting]; // what comes while they are written is not among them
    try {
      await write(rows);
      const written = new Set(rows);
      waiting = waiting.filter((row) => !written.has(row));
    } catch (error) {
      logger.warn({ error: String(error), decisions: rows.length }, 'decisions are not written down; tried again');
    }
  }

  function flush(): Promise<void> {
    tail = tail.then(flushOnce);
    return tail;
  }

  function later(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush().then(() => {
        if (waiting.length > 0) later();
      });
    }, EVERY_MS).unref();
  }

  function addRows(rows: readonly DecisionRow[]): void {
    for (const row of rows) waiting.push(row);
    const over = waiting.length - WAITING_MAX;
    if (over > 0) {
      waiting = waiting.slice(over);
      countLost(over);
    }
    later();
  }

  return {
    add: (records) => addRows(records.map(rowOf)),
    addRow: (row) => addRows([row]),
    find: (workspaceId, decisionId) =>
      waiting.find((row) => row.workspaceId === workspaceId && row.decisionId === decisionId),
    waiting: (workspaceId) => waiting.filter((row) => row.workspaceId === workspaceId),
    forget(workspaceId, userId) {
      waiting = waiting.filter((row) => row.workspaceId !== workspaceId || row.userId !== userId);
    },
    flush,
    async close() {
      clearTimeout(timer);
      await flush();
      countLost(waiting.length);
    },
  };
}

function rowOf({
  workspaceId,
  decisionId,
  decidedAt,
  modelVersion,
  asked,
  columns,
  answer,
}: DecisionRecord): DecisionRow {
  return {
    workspaceId,
    decisionId,
    decidedAt,
    modelVersion,
    userId: asked.userId,
    productId: 'productId' in asked ? asked.productId : '',
    side: 'side' in asked ? asked.side : '',
    asked: JSON.stringify(asked),
    facts: JSON.stringify(columns),
    answer: JSON.stringify(answer),
  };
}
