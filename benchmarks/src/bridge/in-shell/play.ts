import { createRandom } from '../../load/random.js';
import { sleep, waitUntil } from '../../process/wait-until.js';
import { FAIR_MESSAGES, type Moment, type RunPlan, type Step } from '../plan.js';
import type { ShellReport } from '../shell-report.js';
import type { ShellStage } from './shell-stage.js';

/** For what a plan's end left in the air. */
const REST_MS = 1_200;
const UPON_MAX_MS = 2_000;
const DRAIN_MS = 60_000;
const LOOK_MS = 250;

/** Plays all steps of a plan at their time, while both sides track. */
export async function play(stage: ShellStage, plan: RunPlan): Promise<void> {
  const missing = [...plan.objectAfterMs];
  const last = missing.at(-1);
  stage.setMessages(plan.messages);
  stage.setObjectAfterMs(() => missing.shift() ?? last);
  stage.openHost();
  stage.webView.open();
  let isOver = false;
  const tracking = [
    trackEvery(plan.pageEveryMs, stage.trackInPage, () => isOver),
    trackEvery(plan.hostEveryMs, stage.trackInHost, () => isOver),
  ];
  const startedAt = performance.now();
  const playing = plan.steps.map(async (step) => {
    await sleep(step.atMs);
    await take(stage, step, () => isOver);
  });
  await sleep(plan.durationMs - (performance.now() - startedAt));
  isOver = true;
  await Promise.all([...tracking, ...playing]);
  stage.setSilence(false);
}

async function trackEvery(ms: number, track: () => boolean, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    track();
    await sleep(ms);
  }
}

async function take(stage: ShellStage, step: Step, isOver: () => boolean): Promise<void> {
  stage.note(`step: ${JSON.stringify(step)}`);
  switch (step.kind) {
    case 'kill':
    case 'reload':
      await upon(stage, step.upon);
      if (!stage.webView.page()?.client) return; // it is away already
      endPage(stage, step.kind);
      if (step.newChannel) stage.renewChannel();
      await sleep(step.awayMs);
      if (step.kind === 'kill') stage.webView.open();
      return;
    case 'host-death':
      await upon(stage, step.upon);
      if (!stage.host()) return; // it is dead already, or just starts
      stage.killHost();
      if (step.backAfterMs === undefined) return;
      await sleep(step.backAfterMs);
      if (!isOver()) stage.openHost();
      return;
    case 'silence':
      stage.setSilence(true);
      await sleep(step.forMs);
      stage.setSilence(false);
      return;
    case 'identify-in-host':
      stage.host()?.identify('host-user');
      return;
    case 'identify-in-page':
      stage.webView.page()?.client?.identify('page-user');
      return;
  }
}

/** A step that waits for a batch does not wait for ever. */
async function upon(stage: ShellStage, moment: Moment | undefined): Promise<void> {
  if (moment) await Promise.race([stage.next(moment), sleep(UPON_MAX_MS)]);
}

function endPage({ webView, note }: ShellStage, kind: 'kill' | 'reload'): void {
  note(kind === 'kill' ? 'the page is killed' : 'the page is loaded anew');
  webView[kind]();
}

/** The faults stop. Where the host is dead, the page must get rid of its events alone; then all come back. */
export async function drain(stage: ShellStage): Promise<ShellReport> {
  const { webView } = stage;
  stage.note('the faults stop');
  stage.setMessages(FAIR_MESSAGES);
  stage.setObjectAfterMs(() => 0);
  await sleep(REST_MS);
  const isAlone = !stage.host();
  const drainedAlone = isAlone ? await isEmptied(stage, DRAIN_MS) : undefined;
  if (isAlone) stage.openHost();
  // Half of the runs end with another page, the others with the one that lived through it.
  if (createRandom(stage.settings.seed + 0x40000)() < 0.5) {
    endPage(stage, 'kill');
    webView.open();
  }
  const drained = await isEmptied(stage, DRAIN_MS, () => stage.host()?.health().queued === 0);
  stage.note(drained ? 'all is delivered' : 'not all is delivered');
  const state = await stage.state();
  const { pageEvents, hostEvents } = stage;
  return {
    promised: [...pageEvents.promised(), ...hostEvents.promised()],
    late: [...pageEvents.late(), ...hostEvents.late()],
    drained,
    drainedAlone,
    state,
    trace: stage.trace(),
  };
}

/** Presses whoever has something, until page and host have nothing. */
async function isEmptied(stage: ShellStage, withinMs: number, isHostEmpty = () => true): Promise<boolean> {
  const isEmpty = async (): Promise<boolean> => {
    const client = stage.webView.page()?.client;
    // Not waited for: a flush may take as long as a host that says nothing.
    void client?.flush();
    void stage.host()?.flush();
    return client !== undefined && (await stage.state()).inDatabase === 0 && isHostEmpty();
  };
  return (await waitUntil(isEmpty, withinMs, LOOK_MS)) !== undefined;
}
