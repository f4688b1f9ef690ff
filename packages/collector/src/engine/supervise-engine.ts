import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { TidemarkError } from '../observe/errors.js';
import type { Logger } from '../observe/logger.js';
import type { EngineReport, EngineStart } from './child-protocol.js';

export interface EngineAddress {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Where rows are put for it to load. */
  readonly spoolDirectory: string;
}

export interface SupervisedEngine {
  /** Where the engine listens now; undefined while it starts or comes back. */
  address(): EngineAddress | undefined;
  /** Resolves when the engine answers; rejects when there is none for this platform, or when it is stopped before. */
  ready(): Promise<void>;
  pid(): number | undefined;
  restarts(): number;
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly directory: string;
  readonly database: string;
  /** What to run: the program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly logger: Logger;
}

const RESTART_BASE_MS = 200;
const RESTART_MAX_MS = 10_000;
/** An engine that lived so long was healthy: the next failure starts counting anew. */
const HEALTHY_MS = 30_000;
/** Native work that hangs must not hold up the collector's end. */
const STOP_WAIT_MS = 3_000;
/** Four running queries would fill libuv's default pool and hold a sync for seconds. */
const THREAD_POOL = '16';
/** What the library's allocator no longer needs goes back after a second, not five: 30 MiB less at the peak of loads and merges. */
const ALLOCATOR = 'dirty_decay_ms:1000,muzzy_decay_ms:0';

/** Starts the engine's process and starts it again whenever it dies. */
export function superviseEngine(options: EngineOptions): SupervisedEngine {
  const user = 'tidemark';
  const password = randomBytes(24).toString('base64url');
  let child: ChildProcess | undefined;
  let address: EngineAddress | undefined;
  let failures = 0;
  let restarts = 0;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let fatal: TidemarkError | undefined;
  const waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];

  function launch(): void {
    const startedAt = performance.now();
    const [program, ...args] = options.command;
    const started = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { JE_MALLOC_CONF: ALLOCATOR, ...process.env, UV_THREADPOOL_SIZE: THREAD_POOL },
    });
    child = started;
    const config: EngineStart = { directory: options.directory, database: options.database, user, password };
    started.stdin?.on('error', () => undefined); // a child that died early: its exit tells
    started.stdin?.write(`${JSON.stringify(config)}\n`);
    if (started.stdout) createInterface({ input: started.stdout }).on('line', onReport);
    started.once('error', (error) => onExit(started, String(error), startedAt));
    started.once('exit', (code, signal) => onExit(started, signal ?? `exit code ${code}`, startedAt));
  }

  function onReport(line: string): void {
    const report = readReport(line);
    if (!report) {
      options.logger.warn({ line: line.slice(0, 200) }, 'engine said something else');
    } else if (report.kind === 'ready') {
      const { port, spoolDirectory } = report;
      address = { url: `http://127.0.0.1:${port}`, user, password, spoolDirectory };
      options.logger.info({ port: report.port, pid: child?.pid }, 'engine ready');
      for (const waiter of waiting.splice(0)) waiter.resolve();
    } else if (report.kind === 'missing') {
      fatal = new TidemarkError(
        'engine_missing',
        `the embedded engine has no binary for ${process.platform}-${process.arch}: install the optional package "chdb" ` +
          'on a supported platform, or point TIDEMARK_CLICKHOUSE_URL at a ClickHouse server',
        { cause: new Error(report.message) },
      );
      for (const waiter of waiting.splice(0)) waiter.reject(fatal);
    } else {
      options.logger.error({ reason: report.message }, 'engine failed to start');
    }
  }

  function onExit(ended: ChildProcess, reason: string, startedAt: number): void {
    if (child !== ended) return; // told already, by the other of the two events
    child = undefined;
    address = undefined;
    if (stopping || fatal) return;
    failures = performance.now() - startedAt > HEALTHY_MS ? 1 : failures + 1;
    restarts++;
    const delayMs = Math.min(RESTART_MAX_MS, RESTART_BASE_MS * 2 ** (failures - 1));
    options.logger.warn({ reason, delayMs }, 'engine ended; starting it again');
    timer = setTimeout(launch, delayMs);
  }

  launch();
  return {
    address: () => address,
    ready() {
      if (fatal) return Promise.reject(fatal);
      if (address) return Promise.resolve();
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    pid: () => child?.pid,
    restarts: () => restarts,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      const stopped = new TidemarkError('store_refused', 'the engine was stopped before it was ready');
      for (const waiter of waiting.splice(0)) waiter.reject(stopped);
      const ending = child;
      if (!ending || ending.exitCode !== null) return;
      await new Promise<void>((resolve) => {
        const impatience = setTimeout(() => ending.kill('SIGKILL'), STOP_WAIT_MS);
        ending.once('exit', () => {
          clearTimeout(impatience);
          resolve();
        });
        ending.stdin?.end();
      });
    },
  };
}

/** The native library shares the pipe, and a stray line of its own must not take the collector down. */
function readReport(line: string): EngineReport | undefined {
  if (!line.startsWith('{"kind":')) return undefined;
  try {
    return JSON.parse(line) as EngineReport; // our own child's
  } catch {
    return undefined;
  }
}
