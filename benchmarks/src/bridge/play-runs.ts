import { someAtATime } from '../process/some-at-a-time.js';
import { sleep } from '../process/wait-until.js';
import { FAIR } from '../sdk/weather.js';
import type { BridgeWorld } from './bridge-world.js';
import { type OpenShell, openShell } from './open-shell.js';
import type { RunPlan } from './plan.js';
import type { ShellPageWindow, ShellReport } from './shell-report.js';

/** A run as far as it is known before the store is read. */
export interface PlayedRun {
  readonly plan: RunPlan;
  readonly appId: string;
  /** Undefined where the run itself broke: then `fault` says how, and it proves nothing. */
  readonly report: ShellReport | undefined;
  readonly fault: string | undefined;
  readonly seconds: number;
  /** Different events that crossed the wire, and crossings beyond the first of each that the collector took. */
  readonly wireEvents: number;
  readonly wireCopies: number;
}

/** Longer than the longest a run may take by its own bounds: 16 s, and two drains of 60 s. */
const RUN_MAX_MS = 150_000;

/** Plays all, so many at a time: they mostly wait. @param onPlayed - called after each, in the order of their ends. */
export async function playRuns(
  world: BridgeWorld,
  plans: readonly RunPlan[],
  atATime: number,
  onPlayed: (run: PlayedRun) => void,
): Promise<PlayedRun[]> {
  return await someAtATime(plans, atATime, async (plan) => {
    const run = await playRun(world, plan);
    onPlayed(run);
    return run;
  });
}

/** A run that breaks must not take the others with it: its fault is its outcome. */
async function playRun(world: BridgeWorld, plan: RunPlan): Promise<PlayedRun> {
  const { seed, pageFlushMs, hostFlushMs } = plan;
  const appId = `bridge.${seed}`;
  const startedAt = performance.now();
  const head = { plan, appId };
  const seconds = (): number => Math.round((performance.now() - startedAt) / 100) / 10;
  let shell: OpenShell | undefined;
  try {
    shell = await openShell(world, { appId, seed, pageFlushMs, hostFlushMs });
    const report = await withinTime(playIn(shell, plan));
    const { log } = shell;
    const wireCopies = Math.round(log.copiesRatio() * log.events());
    return { ...head, report, fault: undefined, seconds: seconds(), wireEvents: log.events(), wireCopies };
  } catch (error) {
    return { ...head, report: undefined, fault: String(error), seconds: seconds(), wireEvents: 0, wireCopies: 0 };
  } finally {
    await shell?.close();
  }
}

async function playIn(shell: OpenShell, plan: RunPlan): Promise<ShellReport> {
  const { page, pageNetwork, hostNetwork } = shell;
  const playing = page.evaluate((given) => (window as unknown as ShellPageWindow).shell.play(given), plan);
  const changing = plan.networks.map(async ({ atMs, ...weathers }) => {
    await sleep(atMs);
    pageNetwork.setWeather(weathers.page);
    hostNetwork.setWeather(weathers.host);
  });
  await Promise.all([playing, ...changing]);
  for (const network of [pageNetwork, hostNetwork]) network.setWeather(FAIR);
  return await page.evaluate(() => (window as unknown as ShellPageWindow).shell.drain());
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${RUN_MAX_MS / 1_000} s`)), RUN_MAX_MS);
  });
  work.catch(() => undefined); // told to nobody when it ends with the shell that is closed on it
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
