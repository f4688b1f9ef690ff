import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The tables of a data directory whose collector has stopped. */
export interface Tables {
  /** Runs one SELECT. */
  rows<Row>(select: string): Promise<Row[]>;
  close(): Promise<void>;
}

const ENGINE = fileURLToPath(new URL('../../../packages/collector/dist/engine/main.js', import.meta.url));
const DATABASE = 'tidemark';
const USER = 'chaos';

/** Opens them with the engine itself, so that nothing of the collector stands between the rows and who counts them. */
export async function openTables(dataDirectory: string): Promise<Tables> {
  const password = randomBytes(16).toString('hex');
  const child = spawn(process.execPath, [ENGINE], { stdio: ['pipe', 'pipe', 'inherit'] });
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
  const authorization = `Basic ${Buffer.from(`${USER}:${password}`).toString('base64')}`;
  return {
    async rows<Row>(select: string) {
      const body = `${select} FORMAT JSONEachRow`;
      const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { authorization }, body });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Row); // the caller knows what it selected
    },
    async close() {
      child.stdin.end(); // its life line
      await ended;
    },
  };
}
