import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface CollectorProcess {
  readonly pid: number;
  /** Its address, once its store is ready; rejects when it ends before. */
  readonly url: Promise<string>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
}

export interface CollectorProcessOptions {
  readonly dataDirectory: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Options for node itself. */
  readonly nodeOptions?: readonly string[];
  /** Variables that begin with TIDEMARK_. */
  readonly settings?: Readonly<Record<string, string>>;
}

const COMMAND = fileURLToPath(new URL('../../../packages/collector/dist/cli/main.js', import.meta.url));

/** Runs `tidemark serve` as built, with the embedded engine and its settings as they are. */
export function startCollector(options: CollectorProcessOptions): CollectorProcess {
  const { dataDirectory, port, nodeOptions = [], settings = {} } = options;
  const child = spawn(
    process.execPath,
    [...nodeOptions, COMMAND, 'serve', '--data', dataDirectory, '--host', '127.0.0.1', '--port', String(port)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...plainEnvironment(), ...settings } },
  );
  if (child.pid === undefined) throw new Error('the collector could not be started');
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
  });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  void ended.then(() => process.off('exit', killWithUs));
  const url = readAddress(child, ended);
  url.catch(() => undefined); // only some callers wait for it
  return { pid: child.pid, url, ended, kill: (signal) => void child.kill(signal) };
}

interface Keys {
  readonly writeKey: string;
  readonly readKey: string;
  readonly secretKey: string;
  /** The operator's own. */
  readonly adminKey: string;
}

/** Keys of the first workspace, as the collector leaves them for its owner. */
export function readKeys(dataDirectory: string): Keys {
  return JSON.parse(readFileSync(join(dataDirectory, 'keys.json'), 'utf8')) as Keys; // as it writes them
}

/** Settings of whoever runs this would change what is measured. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(([name]) => !name.startsWith('TIDEMARK_'));
  return { ...Object.fromEntries(ours), TIDEMARK_LOG_LEVEL: 'error' };
}

function readAddress(child: ChildProcess, ended: Promise<number | string>): Promise<string> {
  return new Promise((resolve, reject) => {
    void ended.then((how) => reject(new Error(`the collector ended (${how}) before it was ready`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /^collector\s+(http:\S+)/.exec(line)?.[1];
      if (address) resolve(address);
    });
  });
}
