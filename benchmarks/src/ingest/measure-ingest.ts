import { loadavg } from 'node:os';
import type { SessionsReport } from '@tidemark/protocol';
import { type LoadGenerator, startGenerator } from '../load/start-generator.js';
import { median } from '../median.js';
import { childrenOf, createCpuClock, peakMemoryMiB } from '../process/proc.js';
import { readKeys, startCollector } from '../process/start-collector.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { sleep, waitUntil } from '../process/wait-until.js';

export interface IngestPlan {
  /** Of one round. */
  readonly events: number;
  readonly rounds: number;
  readonly eventsPerBatch: number;
  readonly gzip: boolean;
  /** Where the collector leaves a CPU profile when it ends; for whoever looks for what is slow. */
  readonly profileDirectory: string | undefined;
}

export interface IngestRound {
  /** 1 for the first. */
  readonly number: number;
  /** Collector and engine together, merges of the round included. */
  readonly cpuMicrosPerEvent: number;
  readonly collectorMicrosPerEvent: number;
  readonly engineMicrosPerEvent: number;
  /** From the first request until every event is in the store. */
  readonly eventsPerSecond: number;
}

/** Medians over the rounds. */
export interface IngestFigures extends Omit<IngestRound, 'number'> {
  readonly rssMiB: { readonly collector: number; readonly engine: number };
  readonly events: number;
  /** Of the last minute before the start: whether the machine was quiet. */
  readonly loadAverage: number;
}

const WARM_UP_EVENTS = 40_000;
const DEVICES = 2_000;
const CONNECTIONS = 16;
const QUERYABLE_WITHIN_MS = 120_000;
const POLL_MS = 50;
/** Merges of the round's parts are part of its price; they are over when the engine uses next to nothing. */
const QUIET_MICROS = 10_000;
const QUIET_LOOK_MS = 300;
const QUIET_WITHIN_MS = 10_000;

/** Sends rounds of made-up events through a real collector with its embedded engine and reads what they cost. */
export function measureIngest(plan: IngestPlan, onRound: (round: IngestRound) => void): Promise<IngestFigures> {
  const loadAverage = loadavg()[0] ?? 0;
  return withTemporaryDirectory(async (dataDirectory) => {
    const { profileDirectory } = plan;
    const nodeOptions = profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : [];
    const collector = startCollector({ dataDirectory, port: 0, nodeOptions });
    const generator = startGenerator();
    try {
      const url = await collector.url;
      const [engine] = childrenOf(collector.pid);
      if (!engine) throw new Error('the collector runs without an engine');
      const target = { url, ...readKeys(dataDirectory), collectorPid: collector.pid, enginePid: engine.pid };
      const runRound = createRounds(plan, target, generator);
      await runRound(0, WARM_UP_EVENTS);
      const rounds: IngestRound[] = [];
      for (let number = 1; number <= plan.rounds; number++) {
        const round = await runRound(number, plan.events);
        rounds.push(round);
        onRound(round);
      }
      return {
        cpuMicrosPerEvent: median(rounds.map((round) => round.cpuMicrosPerEvent)),
        collectorMicrosPerEvent: median(rounds.map((round) => round.collectorMicrosPerEvent)),
        engineMicrosPerEvent: median(rounds.map((round) => round.engineMicrosPerEvent)),
        eventsPerSecond: median(rounds.map((round) => round.eventsPerSecond)),
        rssMiB: { collector: peakMemoryMiB(collector.pid), engine: peakMemoryMiB(engine.pid) },
        events: plan.events,
        loadAverage,
      };
    } finally {
      generator.stop();
      collector.kill('SIGTERM');
      await collector.ended;
    }
  });
}

interface RoundTarget {
  readonly url: string;
  readonly writeKey: string;
  readonly secretKey: string;
  readonly collectorPid: number;
  readonly enginePid: number;
}

/** Rounds share one collector; each is checked to the last event before the next begins. */
function createRounds(plan: IngestPlan, target: RoundTarget, generator: LoadGenerator) {
  const { url, writeKey, collectorPid, enginePid } = target;
  const { eventsPerBatch, gzip } = plan;
  const cpuMicros = createCpuClock();
  let sentBefore = 0;

  async function untilQuiet(): Promise<void> {
    let before = cpuMicros(enginePid);
    const isQuiet = async () => {
      await sleep(QUIET_LOOK_MS);
      const used = cpuMicros(enginePid) - before;
      before += used;
      return used <= QUIET_MICROS;
    };
    await waitUntil(isQuiet, QUIET_WITHIN_MS, 0);
  }

  return async (number: number, events: number): Promise<IngestRound> => {
    await generator.ask({ kind: 'prepare', seed: number, events, eventsPerBatch, devices: DEVICES, gzip });
    await untilQuiet();
    const collectorBefore = cpuMicros(collectorPid);
    const engineBefore = cpuMicros(enginePid);
    const startedAt = performance.now();
    await generator.ask({ kind: 'send', url, writeKey, connections: CONNECTIONS });
    const expected = sentBefore + events;
    const isLoaded = async () => (await loadedRows(url)) >= expected;
    if ((await waitUntil(isLoaded, QUERYABLE_WITHIN_MS, POLL_MS)) === undefined) {
      throw new Error(`not all of ${expected} events were in the store after ${QUERYABLE_WITHIN_MS / 1_000} s`);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    await untilQuiet();
    const collectorMicrosPerEvent = (cpuMicros(collectorPid) - collectorBefore) / events;
    const engineMicrosPerEvent = (cpuMicros(enginePid) - engineBefore) / events;
    const reported = await reportedEvents(url, target.secretKey);
    if (reported !== expected) throw new Error(`${expected} events were sent and the report counts ${reported}`);
    sentBefore = expected;
    return {
      number,
      cpuMicrosPerEvent: collectorMicrosPerEvent + engineMicrosPerEvent,
      collectorMicrosPerEvent,
      engineMicrosPerEvent,
      eventsPerSecond: events / seconds,
    };
  };
}

/** Rows that the store has acknowledged; cheaper to ask than a report. */
async function loadedRows(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^tidemark_loaded_rows_total (\d+)/m.exec(text)?.[1] ?? 0);
}

async function reportedEvents(url: string, secretKey: string): Promise<number> {
  const answer = await fetch(`${url}/v1/reports/sessions`, { headers: { authorization: `Bearer ${secretKey}` } });
  const report = (await answer.json()) as SessionsReport; // the answer to this name
  return report.totals.events;
}
