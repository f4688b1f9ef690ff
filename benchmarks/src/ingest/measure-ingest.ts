import { loadavg } from 'node:os';
import { type LoadGenerator, startGenerator } from '../load/start-generator.js';
import { peakMemoryMiB, residentMemoryMiB } from '../process/proc.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { openCeiling } from './ceiling.js';
import { startCollectorContender } from './collector-contender.js';
import type { Contender } from './contender.js';
import { type DataDirectories, makeDataDirectories, type ViewsKind } from './data-directories.js';
import type { IngestFigures, IngestPlan, Part } from './figures.js';
import { type Entry, measureCosts } from './measure-costs.js';
import { measureLatency } from './measure-latency.js';
import { startPeer } from './peers/start-peer.js';
import { createRunner, type Runner } from './runner.js';
import { createScaling, type ScalingStep } from './scaling.js';

/** The peers take so much longer that fewer events tell as well. */
const ARRAY_SHARE = 4;
const REQUEST_SHARE = 20;

/** Sends made-up events through real collectors, ours and two naive ones, and reads what they cost. */
export function measureIngest(plan: IngestPlan, tell: (line: string) => void): Promise<IngestFigures> {
  const loadAverage = loadavg()[0] ?? 0;
  return withTemporaryDirectory(async (directory) => {
    const generator = startGenerator();
    const directories = await makeDataDirectories(directory);
    const stage = createStage(directories, plan.profileDirectory);
    try {
      const figures = await measureParts(plan, stage, generator, tell);
      return { ...figures, events: plan.events, views: directories.viewCount, loadAverage };
    } finally {
      generator.stop();
      stage.clear();
    }
  });
}

type Stage = ReturnType<typeof createStage>;

/** Starts contenders, each on a data directory of its own, and ends whichever were left when something failed. */
function createStage(directories: DataDirectories, profileDirectory: string | undefined) {
  const open: Contender[] = [];
  async function enter(starting: Promise<Contender>): Promise<Contender> {
    const contender = await starting;
    open.push(contender);
    return contender;
  }
  return {
    async ours(kind: ViewsKind, name: string): Promise<Contender> {
      const hasAllViews = kind === 'all';
      const options = { hasAllViews, profileDirectory: hasAllViews ? profileDirectory : undefined };
      return enter(startCollectorContender(name, await directories.copyOf(kind, name), options));
    },
    async peer(kind: Parameters<typeof startPeer>[0]): Promise<Contender> {
      return enter(startPeer(kind, await directories.copyOf('none', kind)));
    },
    directory: (name: string) => directories.copyOf('none', name),
    clear() {
      for (const contender of open) contender.destroy();
    },
  };
}

async function measureParts(
  plan: IngestPlan,
  stage: Stage,
  generator: LoadGenerator,
  tell: (line: string) => void,
): Promise<Partial<IngestFigures>> {
  const { events, eventsPerBatch, gzip } = plan;
  const has = (part: Part) => plan.parts.includes(part);
  const run = async (contender: Promise<Contender>) => createRunner(await contender, generator);
  const shareOf = (share: number) => Math.max(eventsPerBatch, Math.floor(events / share));
  let figures: Partial<IngestFigures> = {};

  const isGrown = has('cost') || has('latency') || has('scaling');
  const allViews = isGrown ? await run(stage.ours('all', 'all views')) : undefined;
  if (allViews) figures = { rssAtStartMiB: memoryOf(allViews, residentMemoryMiB) };
  const entries: Entry[] = [];
  if (has('cost')) {
    if (allViews) entries.push({ runner: allViews, events });
    entries.push({ runner: await run(stage.ours('six', 'six views')), events });
    entries.push({ runner: await run(stage.ours('none', 'no views')), events });
  }
  if (has('peers')) {
    entries.push({ runner: await run(stage.peer('array-interval')), events: shareOf(ARRAY_SHARE) });
    entries.push({ runner: await run(stage.peer('insert-per-request')), events: shareOf(REQUEST_SHARE) });
  }
  const ceiling = has('ceiling')
    ? await openCeiling(await stage.directory('ceiling'), { seed: 77, events, eventsPerBatch, gzip }, generator)
    : undefined;
  if (entries.length > 0 || ceiling) {
    const { bills, ceilingMicros } = await measureCosts(plan, entries, ceiling, tell);
    await ceiling?.close();
    const billOf = (name: string) => bills[entries.findIndex(({ runner }) => runner.contender.name === name)];
    const [full, six, plain] = ['all views', 'six views', 'no views'].map(billOf);
    const [array, request] = ['array-interval', 'insert-per-request'].map(billOf);
    if (full && six && plain) {
      figures = {
        ...figures,
        cpuMicrosPerEvent: plain.cpuMicrosPerEvent,
        cpuMicrosPerEventSixViews: six.cpuMicrosPerEvent,
        cpuMicrosPerEventAllViews: full.cpuMicrosPerEvent,
        collectorMicrosPerEvent: full.serverMicrosPerEvent,
        engineMicrosPerEvent: full.engineMicrosPerEvent,
      };
    }
    if (ceilingMicros !== undefined) figures = { ...figures, ceilingMicrosPerEvent: ceilingMicros };
    if (array && request) {
      const arrayInterval = { cpuMicrosPerEvent: array.cpuMicrosPerEvent };
      const insertPerRequest = { cpuMicrosPerEvent: request.cpuMicrosPerEvent };
      figures = { ...figures, peers: { arrayInterval, insertPerRequest } };
    }
    for (const { runner } of entries) if (runner !== allViews) await runner.contender.stopAndAudit(runner.sentEvents());
  }
  if (allViews) figures = { ...figures, ...(await measureGrown(plan, allViews, tell)) };
  return figures;
}

/**
 * What is looked at as the table grows. All of it fills one table: rows that one part sent are there for the next, which spares a
 * whole run millions of events.
 */
async function measureGrown(
  plan: IngestPlan,
  runner: Runner,
  tell: (line: string) => void,
): Promise<Partial<IngestFigures>> {
  const { eventsPerBatch, gzip, scalingRows } = plan;
  const has = (part: Part) => plan.parts.includes(part);
  const table = createScaling(runner, { eventsPerBatch, gzip });
  const scaling: ScalingStep[] = [];
  async function grow(sizes: readonly number[]): Promise<void> {
    for (const size of has('scaling') ? sizes : []) {
      const step = await table.growTo(size);
      tell(`${step.rows} rows: ${step.cpuMicrosPerEvent.toFixed(1)} us/event`);
      scaling.push(step);
    }
  }
  await grow(scalingRows.slice(0, -1));
  const latency = has('latency') ? await measureLatency(plan, runner, tell) : {};
  await grow(scalingRows.slice(-1));
  const rssMiB = memoryOf(runner, peakMemoryMiB);
  await runner.contender.stopAndAudit(runner.sentEvents());
  tell(`all views: each of ${runner.sentEvents()} events is there once, in the tables and in each view`);
  return { ...latency, rssMiB, ...(scaling.length > 0 && { scaling }) };
}

function memoryOf({ contender }: Runner, read: (pid: number) => number) {
  return { collector: read(contender.serverPid), engine: read(contender.enginePid) };
}
