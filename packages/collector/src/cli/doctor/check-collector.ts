import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Config } from '../../boot/config.js';
import { keysFile } from '../../boot/open-workspaces.js';
import { ownerOf } from '../../wal/lock-directory.js';
import { type Finding, findingsOf } from './finding.js';

const { ok, warn, fail } = findingsOf('Collector');
const ANSWER_WITHIN_MS = 3_000;

/** A collector that runs on the data directory, as far as it can be seen from outside. */
export interface CollectorState {
  readonly findings: readonly Finding[];
  /** Its address, when it answers. */
  readonly url: string | undefined;
  /** Somebody holds the directory's lock. */
  readonly locked: boolean;
}

export async function checkCollector(config: Config): Promise<CollectorState> {
  const url = await addressOf(config.dataDirectory);
  const locked = (await ownerOf(config.dataDirectory)) !== undefined;
  const answer = url === undefined ? undefined : await ask(`${url}/livez`);
  if (url !== undefined && answer?.status === 200) {
    return { findings: [ok('collector', `it answers at ${url}`), ...(await checkWork(url))], url, locked };
  }
  if (locked) {
    const where = url === undefined ? 'it has not said where it listens' : `${url} does not answer`;
    const advice =
      'Look at its log; if it hangs, stop it (kill PID, from collector.lock) and start it again: nothing is lost.';
    return {
      findings: [fail('collector', `a process holds the data directory, but ${where}`, advice)],
      url: undefined,
      locked,
    };
  }
  const findings = [ok('collector', 'it is stopped; tidemark serve starts it'), await checkPort(config)];
  return { findings, url: undefined, locked };
}

async function addressOf(dataDirectory: string): Promise<string | undefined> {
  const text = await readFile(keysFile(dataDirectory), 'utf8').catch(() => '{}');
  try {
    return (JSON.parse(text) as { readonly url?: string }).url; // written by the collector
  } catch {
    return undefined;
  }
}

/** What it says of itself. */
async function checkWork(url: string): Promise<Finding[]> {
  const ready = await ask(`${url}/readyz`);
  const body = (await ready?.json().catch(() => undefined)) as Partial<Readiness> | undefined;
  const checks = Object.entries(body?.checks ?? {});
  const failing = checks.filter(([, { ok: well }]) => !well);
  const advice = 'It accepts events all the same while wal and disk are well; see the lines below for the store.';
  const said = failing.map(([name, { detail }]) => `${name}: ${detail}`).join('; ');
  const readiness =
    ready?.status === 200
      ? ok('readiness', checks.map(([name]) => name).join(', '))
      : warn('readiness', said || 'it does not say', advice);
  return [readiness, ...(await checkMetrics(url))];
}

interface Readiness {
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
}

async function checkMetrics(url: string): Promise<Finding[]> {
  const text = await (await ask(`${url}/metrics`))?.text();
  if (text === undefined) return [];
  const sumOf = (name: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  const findings: Finding[] = [];
  const shed = sumOf('tidemark_shed_requests_total');
  if (shed > 0) {
    const advice =
      'Start more collectors behind the load balancer, or raise the limit that tidemark_shed_requests_total names.';
    findings.push(warn('overload', `${shed} requests were refused for want of room since its start`, advice));
  } else findings.push(ok('overload', 'no request was refused for want of room since its start'));
  const rejected = sumOf('tidemark_events_total{outcome="rejected"}');
  if (rejected > 0) {
    const advice =
      'Look at reason and field in the table "rejected": an SDK or an app sends what the protocol does not know.';
    findings.push(warn('rejected events', `${rejected} since its start, kept with their reasons`, advice));
  } else findings.push(ok('rejected events', 'none since its start'));
  const failed = sumOf('tidemark_failed_loads_total');
  const restarts = sumOf('tidemark_engine_restarts');
  if (failed > 0 || restarts > 0) {
    const found = `${failed} loads failed and were tried again, the engine was started again ${restarts} times`;
    findings.push(warn('loading', found, 'Look for "load failed" and "engine ended" in the log.'));
  } else findings.push(ok('loading', 'no load failed since its start'));
  return findings;
}

/** @returns undefined when nobody answers in time. */
function ask(url: string): Promise<Response | undefined> {
  return fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(() => undefined);
}

function checkPort({ host, port }: Config): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const advice = taken
        ? 'Stop what listens there, or choose another with TIDEMARK_PORT.'
        : 'Choose another with TIDEMARK_HOST and TIDEMARK_PORT.';
      resolve(
        fail(
          'port',
          `${host}:${port} ${taken ? 'is taken by another program' : `cannot be used (${error.code})`}`,
          advice,
        ),
      );
    });
    server.listen(port, host, () => server.close(() => resolve(ok('port', `${host}:${port} is free`))));
  });
}
