import { mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { constants, getPriority, setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { type ChdbConnections, openChdb } from './chdb-connections.js';
import type { EngineReport, EngineStart } from './child-protocol.js';
import { createHttpInterface } from './http-interface.js';
import { createBodyLoader } from './load-body.js';
import { SERVER_SETTINGS_FILE, serverSettings } from './server-settings.js';
import { createTokenSync } from './sync-tokens.js';

/*
 * The engine's process. It is a child, so that a fault in the native library can never take down the process that
 * acknowledges events. Its standard input is its life line: when the parent is gone it closes, and the engine leaves
 * at once, because an orphan would hold the lock of the data directory.
 */

// The tables hold people's events: for their owner alone, also when the collector is not started by our command line.
process.umask(0o077);

// Where processors are few, whoever waits for an acknowledgement comes before loads, merges and queries. Its threads inherit it.
setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + 5));

/** A former engine that is still dying holds the directory's lock for a moment. */
const LOCK_WAIT_MS = 10_000;
const LOCK_RETRY_MS = 100;

function report(message: EngineReport): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Not process.exit: that would wait for native work that is still running. */
function leave(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

async function openWhenFree(directory: string, database: string): Promise<ChdbConnections> {
  const deadline = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      return openChdb(directory, database);
    } catch (error) {
      const locked = /Cannot lock file/.test(String(error));
      if (!locked || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
    }
  }
}

async function start(config: EngineStart): Promise<void> {
  const directory = resolve(config.directory);
  const spoolDirectory = join(directory, 'spool');
  mkdirSync(spoolDirectory, { recursive: true });
  for (const name of readdirSync(spoolDirectory)) unlinkSync(join(spoolDirectory, name));
  const dataDirectory = join(directory, 'data');
  writeFileSync(join(directory, SERVER_SETTINGS_FILE), serverSettings(getPriority()));
  process.chdir(directory);
  const connections = await openWhenFree(dataDirectory, config.database);
  const server = createHttpInterface({
    connections,
    loader: createBodyLoader(connections, spoolDirectory, createTokenSync(dataDirectory)),
    user: config.user,
    password: config.password,
  });
  server.requestTimeout = 0; // the one client is ours, and a large segment may take its time
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo; // listening on TCP, so it is an AddressInfo
    report({ kind: 'ready', port, spoolDirectory });
  });
}

process.stdout.on('error', leave); // nobody is left to report to

let input = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  const started = input.includes('\n');
  input += chunk;
  if (started || !input.includes('\n')) return;
  start(JSON.parse(input) as EngineStart).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const missing = /Cannot find (module|package)|no native binding|failed to load native binding/i.test(message);
    report({ kind: missing ? 'missing' : 'failed', message });
    process.exitCode = 1;
    process.stdin.destroy();
  });
});
process.stdin.on('end', leave);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined); // the parent decides when
