import type { BrowserContext, Page } from 'playwright-core';
import type { Tables } from '../../chaos/open-tables.js';
import { sleep } from '../../process/wait-until.js';
import { type PageWindow, STEPPING_CLOCK, stepClock } from '../in-page.js';
import { openStage, type Stage, visit } from '../stage.js';
import type { World } from '../world.js';

/** What the page itself noted, by its monotonic clock. */
interface Mark {
  readonly atMs: number;
  readonly visible: boolean;
  readonly focused: boolean;
}

/** How a view went, and where its `view_end` is to be found. */
export interface DwellRun {
  readonly kind: 'leave' | 'crash' | 'clockStep';
  readonly appId: string;
  readonly page: string;
  readonly visibleMs: number;
  readonly focusedMs: number;
}

/** Largest difference between stored and true times, milliseconds; null when there is not exactly one `view_end`. */
export type DwellErrors = Readonly<Record<DwellRun['kind'], number | null>>;

const VISIBLE_FIRST_MS = 3_000;
const HIDDEN_MS = 2_000;
const VISIBLE_AGAIN_MS = 4_400;
const DAY_MS = 86_400_000;
const DELIVERED_WITHIN_MS = 15_000;

/** Notes each change of what the SDK goes by, past the SDK. */
const NOTE_MARKS = `
  const marks = [];
  function note() {
    marks.push({
      atMs: performance.now(), visible: document.visibilityState === 'visible', focused: document.hasFocus(),
    });
    localStorage.setItem('marks', JSON.stringify(marks));
  }
  document.addEventListener('visibilitychange', note, true);
  for (const type of ['focus', 'blur', 'pagehide']) window.addEventListener(type, note, true);
  note();`;

/** Plays three views of a known course, each in a browser of its own. */
export function playDwell(world: World): Promise<DwellRun[]> {
  return Promise.all((['leave', 'crash', 'clockStep'] as const).map((kind) => playView(world, kind)));
}

export async function judgeDwell(tables: Tables, runs: readonly DwellRun[]): Promise<DwellErrors> {
  type Row = { readonly appId: string; readonly page: string; readonly visibleMs: number; readonly dwellMs: number };
  const rows = await tables.rows<Row>(
    `SELECT app_id AS appId, page, visible_ms AS visibleMs, dwell_ms AS dwellMs FROM events
     WHERE event_type = 'view_end'`,
  );
  const errorOf = (kind: DwellRun['kind']): number | null => {
    const run = runs.find((one) => one.kind === kind);
    const [row, ...more] = rows.filter(({ appId, page }) => appId === run?.appId && page === run.page);
    if (!run || !row || more.length > 0) return null;
    return Math.round(Math.max(Math.abs(row.visibleMs - run.visibleMs), Math.abs(row.dwellMs - run.focusedMs)));
  };
  return { leave: errorOf('leave'), crash: errorOf('crash'), clockStep: errorOf('clockStep') };
}

async function playView(world: World, kind: DwellRun['kind']): Promise<DwellRun> {
  const appId = `figure.dwell-${kind}`;
  const stage = await openStage(world, appId, 1);
  try {
    const before = NOTE_MARKS + (kind === 'clockStep' ? STEPPING_CLOCK : '');
    const url = stage.addPage({ automaticViews: true }, before);
    const profile = await stage.newProfile();
    const browser = await stage.openKillable(profile);
    const { page, beganAtMs } = await lookAndLookAway(browser.context, url, stage.elsewhere, kind);
    const marks = kind === 'crash' ? await killed(page, browser.kill) : await left(page, stage.elsewhere);
    await browser.kill();
    await deliver(stage, profile);
    return { kind, appId, page: new URL(url).pathname, ...timesOf(marks, beganAtMs) };
  } finally {
    await stage.close();
  }
}

/** Three seconds in view, two behind another tab, four and a half in view again. */
async function lookAndLookAway(context: BrowserContext, url: string, elsewhere: string, kind: DwellRun['kind']) {
  const other = await visit(context, elsewhere);
  const page = await visit(context, url);
  const beganAtMs = await page.evaluate(() => (window as unknown as PageWindow).beforeInit);
  await sleep(VISIBLE_FIRST_MS);
  await other.bringToFront();
  await sleep(HIDDEN_MS);
  await page.bringToFront();
  await sleep(VISIBLE_AGAIN_MS / 2);
  if (kind === 'clockStep') await stepClock(page, DAY_MS);
  await sleep(VISIBLE_AGAIN_MS / 2);
  return { page, beganAtMs };
}

/** @returns marks, the last of which is the end. */
async function left(page: Page, elsewhere: string): Promise<readonly Mark[]> {
  await page.goto(elsewhere);
  const marks = await readMarks(page);
  await sleep(1_000); // what is sent on the way out
  return marks;
}

/** @returns marks, the last of which is the kill: by our clock, carried over to the page's. */
async function killed(page: Page, kill: () => Promise<void>): Promise<readonly Mark[]> {
  const marks = await readMarks(page);
  const askedAt = performance.now();
  const pageNow = await page.evaluate(() => performance.now());
  const offsetMs = pageNow - (askedAt + performance.now()) / 2;
  const killing = kill();
  const atMs = performance.now() + offsetMs;
  await killing;
  return [...marks, { atMs, visible: false, focused: false }];
}

async function readMarks(page: Page): Promise<readonly Mark[]> {
  const text = await page.evaluate(() => localStorage.getItem('marks') ?? '[]');
  return JSON.parse(text) as readonly Mark[]; // written by NOTE_MARKS
}

/** Another visit, of another page, brings what the first could not. */
async function deliver(stage: Stage, profile: string): Promise<void> {
  const { context, kill } = await stage.openKillable(profile);
  const page = await visit(context, stage.addPage({ automaticViews: true }));
  await sleep(1_000); // what is recovered is recovered by then
  await stage.drained([page], 1, DELIVERED_WITHIN_MS);
  await kill();
}

/** Adds up what held from each mark to the next, from the beginning of the view to the last mark. */
function timesOf(marks: readonly Mark[], beganAtMs: number): { visibleMs: number; focusedMs: number } {
  let visibleMs = 0;
  let focusedMs = 0;
  marks.forEach((mark, index) => {
    const next = marks[index + 1];
    if (!next) return;
    const ms = Math.max(0, next.atMs - Math.max(mark.atMs, beganAtMs));
    if (mark.visible) visibleMs += ms;
    if (mark.visible && mark.focused) focusedMs += ms;
  });
  return { visibleMs, focusedMs };
}
