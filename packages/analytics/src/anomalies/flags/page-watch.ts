import { allOf, createEntityTable, type EntityTable } from './entity-table.js';
import { type CandidateFlag, makeFlag } from './flag.js';
import { evidenceOf, type FlatBreak } from './flat-watch.js';
import { nameNumbers } from './number-rows.js';
import { isFrequent, newPageFlow, type PageFlow, watchFlow } from './page-flow.js';
import type { RiskEvent } from './risk-event.js';
import type { TableState } from './table-state.js';
import { workspacePartId } from './workspace-part.js';

const VERSION = 1;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Pages of a surface that are watched; the rest is counted. */
export const PAGES_MAX = 200;
/** Of each surface those named by template, and those named by path. */
const GROUPS_MAX = 64;
/** Who looks at no other page by then has not gone on. */
const GOES_ON_MS = 10 * MINUTE_MS;
/** Of more that break within the hour the surface is told: it is one incident. */
const TOLD_APART = 2;
/** A page that nobody came to for longer than a weekend is gone: when it comes back, as a campaign does, it is another. */
const GONE_MS = 3 * DAY_MS;

/** The page that a device looked at last, and when, as part of its row. */
export const LAST_PAGE = nameNumbers({ page: -1, atMs: -1 });

/** One page. Plain data. */
export interface WatchedPage {
  /** Of all pages of the workspace: how a device's row names it. */
  readonly number: number;
  readonly sinceMs: number;
  seenMs: number;
  /** Since the last look at all: visits, and of how many one went on to another page. */
  visits: number;
  goneOn: number;
  /** The turn of the last visit, and of the last that went on: each is counted once. */
  visitTurn: number;
  goneOnTurn: number;
  /** Visits of the surface that come to it; and of its own visits, those that go on. */
  readonly arrivals: PageFlow;
  readonly onward: PageFlow;
}

/** The pages of a surface that are named in one way. Plain data but for the map. */
export interface PageGroup {
  readonly pages: Map<string, WatchedPage>;
  /** Who looked last; another one's look is another turn, so that nobody counts for many. */
  visitor: string;
  turn: number;
  /** Turns since the last look at all pages, and when that was. */
  turns: number;
  lookedMs: number;
  /** Views of pages for which there was no room. */
  unwatched: number;
  /** Since when there was none, and nobody was asked to make some. */
  fullMs: number;
  /** Breaks that followed one another within the hour: since when, the last of them, how many. */
  incident: { fromMs: number; toldMs: number; breaks: number };
}

/** The pages of the app, as far as they are followed. */
export interface PageWatch {
  readonly groups: EntityTable<PageGroup>;
  /**
   * Finds pages that nobody comes to, or goes on from, any more, while others of the surface are visited.
   *
   * @param numbers - rows, of which that of the device has {@link LAST_PAGE} from `at` on; takes the view in.
   */
  find(numbers: Float64Array, at: number, event: RiskEvent): readonly CandidateFlag[];
  /** Views of pages that there was no room to watch. */
  unwatched(): number;
}

const NONE: readonly CandidateFlag[] = [];

export function createPageWatch(saved?: TableState<unknown, string | number>): PageWatch {
  const groups = createEntityTable<PageGroup>(newGroup, GROUPS_MAX, saved, reviveGroup);
  const byNumber: (WatchedPage | undefined)[] = [];
  let evicted = -1;

  /** Numbers of groups that were forgotten are free again. */
  function numberAll(): void {
    if (groups.evicted() === evicted) return;
    evicted = groups.evicted();
    byNumber.length = 0;
    for (const [, { pages }] of allOf(groups)) for (const page of pages.values()) keep(page);
  }

  function keep(page: WatchedPage): WatchedPage {
    while (byNumber.length <= page.number) byNumber.push(undefined);
    byNumber[page.number] = page;
    return page;
  }
  function pageOf(group: PageGroup, name: string, nowMs: number): WatchedPage | undefined {
    const known = group.pages.get(name);
    if (known) return known;
    if (group.pages.size >= PAGES_MAX) {
      group.unwatched++;
      if (group.fullMs < 0) group.fullMs = nowMs;
      return undefined;
    }
    numberAll();
    const free = byNumber.indexOf(undefined);
    const page = keep(newPage(free < 0 ? byNumber.length : free, nowMs));
    group.pages.set(name, page);
    return page;
  }
  function forget(group: PageGroup, name: string, { number }: WatchedPage): void {
    group.pages.delete(name);
    byNumber[number] = undefined;
  }
  function goOn(numbers: Float64Array, at: number, page: WatchedPage | undefined, atMs: number): void {
    const before = byNumber[numbers[at] ?? -1];
    const sinceMs = atMs - (numbers[at + 1] ?? 0);
    numbers[at] = page?.number ?? -1;
    numbers[at + 1] = atMs;
    if (!before || before === page || sinceMs < 0 || sinceMs > GOES_ON_MS) return;
    if (before.goneOnTurn !== before.visitTurn) before.goneOn++;
    before.goneOnTurn = before.visitTurn;
  }
  /** Once a minute: who asks at each view what did not happen asks in vain. */
  function lookAtAll(group: PageGroup, surface: string, nowMs: number): readonly CandidateFlag[] {
    const { lookedMs: fromMs, turns } = group;
    const flags: CandidateFlag[] = [];
    const isFull = group.fullMs >= 0 && nowMs - group.fullMs >= DAY_MS;
    const awayMs = nowMs - fromMs >= DAY_MS ? nowMs - fromMs : 0; // in which nobody came to any page
    for (const [name, page] of group.pages) {
      const { arrivals, onward, visits, goneOn } = page;
      const flat = watchFlow(arrivals, fromMs, nowMs, turns, visits);
      const drop = watchFlow(onward, fromMs, nowMs, visits, goneOn);
      page.visits = 0;
      page.goneOn = 0;
      page.seenMs = Math.min(nowMs, page.seenMs + awayMs);
      if (flat) flags.push(tell(group, name, surface, nowMs, flat, FLAT));
      if (drop) flags.push(tell(group, name, surface, nowMs, drop, DROP));
      const isSeldom = isFull && nowMs - page.sinceMs >= DAY_MS && !isFrequent(arrivals);
      if (isSeldom || nowMs - page.seenMs >= GONE_MS) forget(group, name, page);
    }
    if (isFull) group.fullMs = -1;
    group.turns = 0;
    group.lookedMs = nowMs;
    return flags;
  }

  numberAll();
  return {
    groups,
    unwatched: () => [...allOf(groups)].reduce((sum, [, { unwatched }]) => sum + unwatched, 0),
    find(numbers, at, event) {
      const { surface = '', template = '', page: path = '', deviceId, atMs } = event;
      const name = template === '' ? path : template;
      if (name === '' || event.automation) return NONE;
      const nowMs = event.delivery?.receivedMs ?? atMs;
      // Where names go missing all pages would be flat at once: those named otherwise are counted apart.
      const group = groups.of(template === '' ? `${surface} by path` : surface);
      if (group.visitor !== deviceId) {
        group.visitor = deviceId;
        group.turn++;
        group.turns++;
      }
      const page = pageOf(group, name, nowMs);
      if (page) {
        page.seenMs = nowMs;
        if (page.visitTurn !== group.turn) page.visits++;
        page.visitTurn = group.turn;
      }
      goOn(numbers, at, page, atMs);
      if (group.lookedMs < 0 || nowMs < group.lookedMs - HOUR_MS) group.lookedMs = nowMs;
      return nowMs - group.lookedMs < MINUTE_MS ? NONE : lookAtAll(group, surface, nowMs);
    },
  };
}

interface Said {
  readonly code: 'page_flat' | 'page_drop';
  readonly metric: string;
  readonly text: (page: string, surface: string, found: FlatBreak) => string;
}

const FLAT: Said = {
  code: 'page_flat',
  metric: 'visits that come to the page',
  text: (page, surface, { trials, came, expected }) =>
    `Of ${trials} visits, ${came} came to page ${page} on ${surface}; about ${Math.round(expected)} are usual.`,
};
const DROP: Said = {
  code: 'page_drop',
  metric: 'visits of the page that go on to another',
  text: (page, surface, { trials, came, expected }) =>
    `Of ${trials} visits of page ${page} on ${surface}, ${came} went on to another page; about ${Math.round(expected)} are usual.`,
};

function tell(
  group: PageGroup,
  page: string,
  surface: string,
  nowMs: number,
  found: FlatBreak,
  { code, metric, text }: Said,
): CandidateFlag {
  const { fromMs: sinceMs, toldMs, breaks } = group.incident;
  const isOther = breaks === 0 || nowMs - toldMs > HOUR_MS;
  group.incident = { fromMs: isOther ? nowMs : sinceMs, toldMs: nowMs, breaks: isOther ? 1 : breaks + 1 };
  const isApart = group.incident.breaks <= TOLD_APART;
  return makeFlag(
    {
      kind: 'funnel_break',
      entityKind: 'workspace',
      entityId: workspacePartId(isApart ? { part: 'page', page, surface } : { part: 'surface', surface }),
      firstMs: isApart ? found.fromMs : group.incident.fromMs,
      lastMs: nowMs,
      windowMs: HOUR_MS,
      surprise: found.surprise,
      evidence: [evidenceOf(metric, found, found.trials)],
      reasons: [{ code, text: text(page, surface, found) }],
    },
    VERSION,
  );
}

function newGroup(): PageGroup {
  return {
    pages: new Map(),
    visitor: '',
    turn: 0,
    turns: 0,
    lookedMs: -1,
    unwatched: 0,
    fullMs: -1,
    incident: { fromMs: -1, toldMs: -1, breaks: 0 },
  };
}

function newPage(number: number, nowMs: number): WatchedPage {
  return {
    number,
    sinceMs: nowMs,
    seenMs: nowMs,
    visits: 0,
    goneOn: 0,
    visitTurn: -1,
    goneOnTurn: -1,
    arrivals: newPageFlow(),
    onward: newPageFlow(),
  };
}

function reviveGroup(plain: unknown): PageGroup {
  const group = plain as PageGroup; // of the same name, so of the same make
  return { ...newGroup(), ...group, pages: new Map(group.pages) };
}
