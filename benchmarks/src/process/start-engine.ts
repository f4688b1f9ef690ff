import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The embedded engine on a data directory that no collector holds, with nothing of the collector before it. */
export interface EngineProcess {
  readonly pid: number;
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Runs one statement; what it answers, as it came. */
  run(statement: string): Promise<string>;
  /** Runs one SELECT. */
  rows<Row>(select: string): Promise<Row[]>;
  close(): Promise<void>;
}

const ENGINE = fileURLToPath(new URL('../../../packages/collector/dist/engine/main.js', import.meta.url));
const DATABASE = 'tidemark';
const USER = 'benchmarks';

/** @param dataDirectory - of a collector; the engine's tables lie in a folder of it. */
export async function startEngine(dataDirectory: string): Promise<EngineProcess> {
  const password = randomBytes(16).toString('hex');
  const child = spawn(process.execPath, [ENGINE], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.pid === undefined) throw new Error('the engine could not be started');
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const start = { directory: join(dataDirectory, 'engine'), database: DATABASE, user: USER, password };
  child.stdin.write(`${JSON.stringify(start)}\n`);
  const port = await new Promise<number>((resolve, reject) => {
    void ended.then(() => reject(new Error('the engine ended before it was ready')));
    createInterface({ input: child.stdout }).once('line', (line) => {
      const report = JSON.parse(line) as { readonly kind: string; readonly port?: number; readonly message?: string };
      if (report.port === undefined) reject(new Error(`the engine did not open the tables: ${report.message}`));
      else resolve(report.port);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  const authorization = `Basic ${Buffer.from(`${USER}:${password}`).toString('base64')}`;

  async function run(statement: string): Promise<string> {
    const answer = await fetch(url, { method: 'POST', headers: { authorization }, body: statement });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  }

  return {
    pid: child.pid,
    url,
    user: USER,
    password,
    database: DATABASE,
    run,
    async rows<Row>(select: string) {
      const lines = (await run(`${select} FORMAT JSONEachRow`)).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Row); // the caller knows what it selected
    },
    async close() {
      child.stdin.end(); // its life line
      await ended;
    },
  };
}
