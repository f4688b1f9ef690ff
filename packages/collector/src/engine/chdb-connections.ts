import { createRequire } from 'node:module';

/** What is used of chDB's session. Results say their own format in the SQL; the option is a default. */
interface ChdbSession {
  queryAsync(sql: string, options: { readonly format: string }): Promise<{ bytes(): Uint8Array }>;
  queryBindAsync(sql: string, params: Bound, options: { readonly format: string }): Promise<{ bytes(): Uint8Array }>;
  query(sql: string): string;
  close(): void;
}

/** Values of `{name:Type}` placeholders, as text. */
export type Bound = Readonly<Record<string, string>>;

export interface ChdbConnections {
  /** Runs a statement that changes something; one after another. */
  write(sql: string, bound: Bound): Promise<Uint8Array>;
  /** Runs a query; a connection runs one at a time, several connections run side by side. */
  read(sql: string, bound: Bound): Promise<Uint8Array>;
  close(): void;
}

const READERS = 3;

/**
 * Opens a data directory with the embedded engine: one connection that writes, several that read.
 * Loaded here and not by an import, so that the reason is told when the platform has no binary.
 *
 * @throws what the engine throws: no binary for this platform, or a directory that another process holds.
 */
export function openChdb(path: string, database: string): ChdbConnections {
  const { Session } = createRequire(import.meta.url)('chdb') as {
    Session: new (path: string) => ChdbSession;
  };
  const open = () => {
    const session = new Session(path);
    session.query(`CREATE DATABASE IF NOT EXISTS ${database}`);
    session.query(`USE ${database}`);
    return session;
  };
  const writer = inOrder(open());
  const readers = Array.from({ length: READERS }, () => inOrder(open()));
  let turn = 0;
  return {
    write: (sql, bound) => writer.run(sql, bound),
    read(sql, bound) {
      const reader = readers.find((candidate) => candidate.idle()) ?? readers[turn++ % READERS] ?? writer;
      return reader.run(sql, bound);
    },
    close() {
      for (const connection of [writer, ...readers]) connection.close();
    },
  };
}

/** Questions after a failure until nothing of it is left; one has always been enough. */
const CLEAR_MAX = 3;
const CLEAN = '1\n';

/**
 * What a query had written when it failed stays in the connection, and stands before the answer to the next one, which may be
 * another workspace's: it is asked for here, and thrown away.
 */
async function clear(session: ChdbSession): Promise<void> {
  for (let left = CLEAR_MAX; left > 0; left--) {
    const answer = await session
      .queryAsync('SELECT 1 FORMAT TabSeparated', { format: 'TabSeparated' })
      .catch(() => undefined);
    if (answer && Buffer.from(answer.bytes()).toString('utf8') === CLEAN) return;
  }
}

function inOrder(session: ChdbSession) {
  let tail: Promise<unknown> = Promise.resolve();
  let running = 0;
  return {
    idle: () => running === 0,
    run(sql: string, bound: Bound): Promise<Uint8Array> {
      running++;
      const query = () =>
        Object.keys(bound).length === 0
          ? session.queryAsync(sql, { format: 'TabSeparated' })
          : session.queryBindAsync(sql, bound, { format: 'TabSeparated' });
      const result = tail.then(query).then((answer) => answer.bytes());
      tail = result.catch(() => clear(session)).finally(() => running--);
      return result;
    },
    close: () => session.close(),
  };
}
