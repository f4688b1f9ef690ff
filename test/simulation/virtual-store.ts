import { integerBetween, type Random } from '../../benchmarks/src/load/random.js';
import type { StoreConnection } from '../../packages/collector/src/store/connect.js';
import { ROW_LAYOUTS } from '../../packages/collector/src/store/encode-rows.js';
import { type Life, never } from './life.js';
import { type Row, readRows } from './read-row-binary.js';
import type { VirtualTime } from './virtual-time.js';

/** What the loader asks of the client, as `loadRows` does. */
export interface Insertion {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Buffer;
  readonly token: string;
}

/**
 * A store as the embedded engine is one: tables of parts, each table and each view's target with the tokens of its last loads,
 * rows that are visible before they are durable, and an answer that goes out when they are both. It lives on the collector's
 * machine: killed with it, and its power goes with it.
 *
 * Not in this world: the milliseconds in which a power cut finds a part on the disk and its token not (see the known limits).
 */
export interface VirtualStore {
  of(
    life: Life,
    insert?: (insertion: Insertion, proceed: (insertion: Insertion) => Promise<void>) => Promise<void>,
  ): StoreConnection;
  cutPower(keepTokens: boolean): void;
  setTrouble(trouble: StoreTrouble): void;
  /** Rows of the raw table, copies included. */
  events(): Row[];
  /** Sums of the aggregates. */
  sums(target: AggregateName): ReadonlyMap<string, number>;
}

export interface StoreTrouble {
  readonly isDown: boolean;
  /** Of loads that end with an error before, amid or after they are done. */
  readonly failRatio: number;
  readonly slowMs: number;
}

const AGGREGATES = {
  sessions: ({ session_id }: Row) => session_id,
  page_stats: ({ event_type, page }: Row) => (event_type === 'page_view' ? page : undefined),
};
export type AggregateName = keyof typeof AGGREGATES;
const AGGREGATE_NAMES = Object.keys(AGGREGATES) as AggregateName[]; // its own keys

/** Groups of an aggregate that the rows of a part make. */
export function countBy(target: AggregateName, rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = AGGREGATES[target](row);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

interface Part {
  readonly rows: readonly Row[];
  readonly counts: ReadonlyMap<string, number>;
  readonly token: string;
  isDurable: boolean;
}

interface Table {
  parts: Part[];
  tokens: string[];
}

/** Far fewer than the real thousand, and more than are ever loaded again. */
const TOKENS_KEPT = 100;
const WANTED = new Set(['event_id', 'session_id', 'event_type', 'page', 'queue_id', 'seq']);
const STEP_MS = { low: 1, high: 15 };

export function createVirtualStore(time: VirtualTime, random: Random): VirtualStore {
  const tables = new Map<string, Table>();
  let trouble: StoreTrouble = { isDown: false, failRatio: 0, slowMs: 0 };

  function table(name: string): Table {
    const known = tables.get(name) ?? { parts: [], tokens: [] };
    tables.set(name, known);
    return known;
  }

  function pause(life: Life): Promise<void> {
    return new Promise((resolve) => {
      time.after(integerBetween(random, STEP_MS.low, STEP_MS.high) + trouble.slowMs, () => life.alive && resolve());
    });
  }

  function refuseWhen(isDown: boolean): void {
    if (isDown) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  }

  /** The part becomes visible, or is known by its token already. */
  function addPart(name: string, part: Part): void {
    const { parts, tokens } = table(name);
    if (tokens.includes(part.token)) return;
    parts.push(part);
    tokens.push(part.token);
    if (tokens.length > TOKENS_KEPT) tokens.shift();
  }

  async function insertInto(life: Life, { table: name, columns, rows: bytes, token }: Insertion): Promise<void> {
    const brokenAt = random() < trouble.failRatio ? integerBetween(random, 0, 3) : -1;
    await pause(life);
    refuseWhen(trouble.isDown || brokenAt === 0);
    const layout = ROW_LAYOUTS.find((one) => one.table === name)?.columns ?? [];
    const typed = columns.map(
      (column) => layout.find((one) => one.name === column) ?? { name: column, type: 'unknown' },
    );
    const rows = readRows(bytes, typed, WANTED);
    addPart(name, { rows, counts: new Map(), token, isDurable: false });
    await pause(life);
    refuseWhen(brokenAt === 1); // the raw rows are there, the views' are not
    if (name === 'events') {
      for (const target of AGGREGATE_NAMES) {
        addPart(target, { rows: [], counts: countBy(target, rows), token, isDurable: false });
        await pause(life);
        refuseWhen(brokenAt === 2);
      }
    }
    for (const { parts } of tables.values()) for (const part of parts) part.isDurable ||= part.token === token;
    await pause(life);
    refuseWhen(brokenAt === 3); // all is done, and the answer is lost
  }

  return {
    of(life, insert = (insertion, proceed) => proceed(insertion)) {
      async function exec(request: { query: string; values: AsyncIterable<Buffer>; clickhouse_settings: unknown }) {
        if (!life.alive) return never<never>();
        const chunks: Buffer[] = [];
        for await (const chunk of request.values) chunks.push(chunk);
        const [, name = '', columns = ''] = /^INSERT INTO (\w+) \((.*)\) FORMAT RowBinary$/.exec(request.query) ?? [];
        const { insert_deduplication_token: token } = request.clickhouse_settings as {
          insert_deduplication_token: string;
        };
        const insertion = { table: name, columns: columns.split(', '), rows: Buffer.concat(chunks), token };
        await insert(insertion, (asked) => insertInto(life, asked));
        return { stream: [] };
      }
      const client = () => ({ exec }) as unknown as ReturnType<StoreConnection['client']>; // all that a load asks of it
      return { client, spoolDirectory: () => undefined, ping: async () => true, close: async () => undefined };
    },
    cutPower(keepTokens) {
      for (const one of tables.values()) {
        one.parts = one.parts.filter((part) => {
          if (part.isDurable || random() < 0.5) return true;
          one.tokens = one.tokens.filter((token) => token !== part.token);
          return false;
        });
        if (!keepTokens) one.tokens = [];
        for (const part of one.parts) part.isDurable = true;
      }
    },
    setTrouble(next) {
      trouble = next;
    },
    events: () => table('events').parts.flatMap(({ rows }) => rows),
    sums(target) {
      const sums = new Map<string, number>();
      for (const { counts } of table(target).parts)
        for (const [key, n] of counts) sums.set(key, (sums.get(key) ?? 0) + n);
      return sums;
    },
  };
}
