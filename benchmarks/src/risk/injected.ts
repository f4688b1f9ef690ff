import {
  type CandidateFlag,
  createFlagBank,
  FLAG_KINDS,
  type FlagKind,
  type RiskEvent,
} from '@tidemark/analytics/anomalies';
import {
  type AnomalyKind,
  type AnomalyTruth,
  createSimulation,
  DEFAULT_START_AT,
  type SimulationSettings,
} from '@tidemark/analytics/simulator';
import { quantile } from '../quantile.js';
import { type CrowdLead, crowdLeads, type LeadFigures, leadFigures } from './crowd-lead.js';
import { createSimulatedEvents } from './simulated-events.js';

/** What of one kind was put in, what of it was found, and what was flagged that was not put in. */
export interface InjectedFigures extends LeadFigures {
  readonly kind: FlagKind;
  readonly cases: number;
  readonly recall: number;
  readonly falseFlags: number;
  readonly falsePer10k: number;
  /** From the moment the case begins, by the events' own clock. */
  readonly delayMsP95: number | null;
}

export interface InjectedResult {
  readonly injected: readonly InjectedFigures[];
  /** Surges of herding that were told with blind following as a reason. */
  readonly blindFollowing: LeadFigures & { readonly cases: number; readonly told: number };
  readonly falsePer10kAll: number;
  readonly cleanSessions: number;
  readonly events: number;
  readonly cpuMicrosPerEvent: number;
  /** The same recall by what kind of case it was, where there are several. */
  readonly recallByDetail: Readonly<Record<string, string>>;
}

export interface InjectedWorld {
  readonly seed: number;
  readonly days: number;
  readonly users: number;
  /** As rare as fraud is where not given. */
  readonly casesPerKind?: number;
  readonly decoys: number;
  readonly breaks?: SimulationSettings['breaks'];
  /** Kinds whose cases count here: those that need months, or an app that breaks day after day, are told apart from those that need crowds. */
  readonly counts: 'dormant' | 'breaks' | 'others';
}

/** Seeds nothing was tuned on, or looked at: tuning used those below 100, and 9,001 to 9,004. */
const UNSEEN_SEED = 20_001;

/** More than 100,000 clean sessions and 200 cases of each kind, of pages and of outages; of drift there are 22 in a world, whatever is asked for. */
export const FULL_WORLDS: readonly InjectedWorld[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => ({
    seed: UNSEEN_SEED + i,
    days: 35,
    users: 1_500,
    casesPerKind: 25,
    decoys: 25,
    counts: 'others' as const,
  })),
  ...[0, 1, 2, 3].map((i) => ({
    seed: UNSEEN_SEED + 100 + i,
    days: 130,
    users: 60,
    casesPerKind: 52,
    decoys: 10,
    counts: 'dormant' as const,
  })),
  ...[0, 1, 2, 3].flatMap((i) => [
    {
      seed: UNSEEN_SEED + 200 + i,
      days: 35,
      users: 3_000,
      decoys: 25,
      breaks: 'pages' as const,
      counts: 'breaks' as const,
    },
    {
      seed: UNSEEN_SEED + 300 + i,
      days: 70,
      users: 600,
      decoys: 25,
      breaks: 'outages' as const,
      counts: 'breaks' as const,
    },
  ]),
];

/** What is played in a minute or less: seeds of its own. */
export const QUICK_WORLDS: readonly InjectedWorld[] = [
  { seed: 503, days: 16, users: 250, casesPerKind: 4, decoys: 4, counts: 'others' },
  { seed: 504, days: 12, users: 2_000, decoys: 4, breaks: 'pages', counts: 'breaks' },
  { seed: 505, days: 22, users: 500, decoys: 4, breaks: 'outages', counts: 'breaks' },
];

/** What the simulator calls a kind, where that differs. */
const KINDS: Partial<Record<AnomalyKind, FlagKind>> = {
  dormant_large_order: 'dormant_then_large_order',
  new_device_sensitive: 'new_device_sensitive_action',
};
/** A flag may come so long after its case: the last batch, a form that runs out, orders that fill a block. */
const GRACE_MS = 3_600_000;
/** A collector that is up looks at its clock so often; it is up as long as people are about. */
const TICK_MS = 60_000;
const DAY_MS = 86_400_000;
/** A crowd of fewer is none. */
const CROWD_LEAST = 12;

interface Tally {
  cases: number;
  found: number;
  falseFlags: number;
  readonly delaysMs: number[];
}

/** What came of one world. Plain data, so that it may have been played by another process. */
export interface PlayedWorld {
  readonly tallies: Readonly<Record<string, Tally>>;
  readonly details: Readonly<Record<string, { cases: number; found: number }>>;
  /** By what told of them. */
  readonly leads: Readonly<Record<string, readonly CrowdLead[]>>;
  readonly cleanSessions: number;
  readonly events: number;
  readonly cpuMicros: number;
}

export function playWorld(world: InjectedWorld): PlayedWorld {
  const tallies = new Map<FlagKind, Tally>(FLAG_KINDS.map((kind) => [kind, newTally()]));
  const details = new Map<string, { cases: number; found: number }>();
  const leads: Record<string, CrowdLead[]> = {};
  const run = play(world);
  judge(run, world, tallies, details, leads);
  const { cleanSessions, events, cpuMicros } = run;
  return {
    tallies: Object.fromEntries(tallies),
    details: Object.fromEntries(details),
    leads,
    cleanSessions,
    events,
    cpuMicros,
  };
}

export function injectedFigures(worlds: readonly PlayedWorld[]): InjectedResult {
  const sum = (of: (world: PlayedWorld) => number) => worlds.reduce((total, world) => total + of(world), 0);
  const cleanSessions = sum((world) => world.cleanSessions);
  const events = sum((world) => world.events);
  const per10k = (count: number) => (1e4 * count) / Math.max(1, cleanSessions);
  const leadsOf = (alarm: string) => worlds.flatMap(({ leads }) => leads[alarm] ?? []);
  const of = (kind: FlagKind) => worlds.map(({ tallies }) => tallies[kind] ?? newTally());
  const injected = FLAG_KINDS.map((kind) => {
    const total = (what: 'cases' | 'found' | 'falseFlags') => of(kind).reduce((all, one) => all + one[what], 0);
    const delaysMs = of(kind).flatMap((one) => one.delaysMs);
    const cases = total('cases');
    return {
      kind,
      cases,
      recall: cases === 0 ? 0 : total('found') / cases,
      falseFlags: total('falseFlags'),
      falsePer10k: per10k(total('falseFlags')),
      delayMsP95: delaysMs.length === 0 ? null : quantile(delaysMs, 0.95),
      ...leadFigures(leadsOf(kind)),
    };
  });
  const names = [...new Set(worlds.flatMap(({ details }) => Object.keys(details)))];
  const detail = (name: string, what: 'cases' | 'found') => sum(({ details }) => details[name]?.[what] ?? 0);
  const followed = leadsOf('blind_following');
  const surges = injected.find(({ kind }) => kind === 'herding_surge')?.cases ?? 0;
  return {
    injected,
    blindFollowing: { cases: surges, told: followed.length, ...leadFigures(followed) },
    falsePer10kAll: per10k(injected.reduce((all, { falseFlags }) => all + falseFlags, 0)),
    cleanSessions,
    events,
    cpuMicrosPerEvent: sum((world) => world.cpuMicros) / Math.max(1, events),
    recallByDetail: Object.fromEntries(
      names.map((name) => [name, `${detail(name, 'found')}/${detail(name, 'cases')}`]),
    ),
  };
}

function newTally(): Tally {
  return { cases: 0, found: 0, falseFlags: 0, delaysMs: [] };
}

interface Run {
  readonly flags: readonly { readonly flag: CandidateFlag; readonly event: { readonly surface?: string } }[];
  readonly truths: readonly AnomalyTruth[];
  readonly orders: readonly RiskEvent[];
  readonly addresses: ReadonlyMap<string, ReadonlySet<string>>;
  readonly cleanSessions: number;
  readonly events: number;
  readonly cpuMicros: number;
}

function play({ counts: _, ...settings }: InjectedWorld): Run {
  const simulation = createSimulation(settings);
  if (simulation.kind === 'refused') throw new RangeError(`the simulator refused ${simulation.reason}`);
  const bank = createFlagBank({ reportingLimit: 50_000 });
  const read = createSimulatedEvents();
  const flags: { flag: CandidateFlag; event: { readonly surface?: string } }[] = [];
  const sessions = new Map<string, string>();
  const addresses = new Map<string, Set<string>>();
  const orders: RiskEvent[] = [];
  let [events, cpuMicros] = [0, 0];
  let tickedMs = DEFAULT_START_AT;
  const endMs = DEFAULT_START_AT + settings.days * DAY_MS;
  let waiting: ReturnType<typeof read>[number][] = [];
  function observeWaiting(): void {
    const before = process.cpuUsage();
    for (const { event } of waiting) {
      tickUntil(event.delivery?.receivedMs ?? event.atMs);
      for (const flag of bank.observe(event)) flags.push({ flag, event });
    }
    const { user, system } = process.cpuUsage(before);
    cpuMicros += user + system;
    events += waiting.length;
    waiting = [];
  }
  function tickUntil(nowMs: number): void {
    for (; tickedMs + TICK_MS <= Math.min(nowMs, endMs); tickedMs += TICK_MS) {
      for (const flag of bank.tick(tickedMs)) flags.push({ flag, event: {} });
    }
  }
  for (const posted of simulation.batches) {
    for (const one of read(posted)) {
      const { deviceId, address } = one.event;
      sessions.set(one.sessionId, deviceId);
      if (address !== '' && !addresses.get(deviceId)?.has(address)) {
        addresses.set(deviceId, (addresses.get(deviceId) ?? new Set()).add(address));
      }
      if (one.event.action === 'order') orders.push(one.event);
      waiting.push(one);
    }
    if (waiting.length > 10_000) observeWaiting();
  }
  observeWaiting();
  const truths = simulation.truth().anomalies;
  const suspect = new Set(truths.flatMap(({ visitorIds = [] }) => visitorIds.map(String)));
  const cleanSessions = [...sessions.values()].filter((deviceId) => !suspect.has(deviceId)).length;
  return { flags, truths, orders, addresses, cleanSessions, events, cpuMicros };
}

function judge(
  run: Run,
  { counts }: InjectedWorld,
  tallies: ReadonlyMap<FlagKind, Tally>,
  details: Map<string, { cases: number; found: number }>,
  leads: Record<string, CrowdLead[]>,
): void {
  const kindOf = ({ kind }: AnomalyTruth) => KINDS[kind] ?? (kind as FlagKind); // the others have one name
  const found = new Map<AnomalyTruth, CandidateFlag[]>();
  for (const { flag } of run.flags) {
    const matching = run.truths.filter((truth) => isAbout(flag, truth, run.addresses));
    const own = matching.filter((truth) => kindOf(truth) === flag.kind);
    for (const truth of own) found.set(truth, [...(found.get(truth) ?? []), flag]);
    const tally = tallies.get(flag.kind);
    if (matching.length === 0 && tally && !run.truths.some((truth) => isOutcome(flag, truth))) tally.falseFlags++;
  }
  for (const truth of run.truths) {
    const kind = kindOf(truth);
    const tally = tallies.get(kind);
    const isCrowd = kind === 'sale_rush' || kind === 'herding_surge';
    if (!tally || countedIn(truth) !== counts) continue;
    if (isCrowd && (truth.userIds?.length ?? 0) < CROWD_LEAST) continue;
    tally.cases++;
    const name = truth.detail ? `${kind}: ${truth.detail}` : undefined;
    const detail = name === undefined ? undefined : (details.get(name) ?? { cases: 0, found: 0 });
    if (name && detail) details.set(name, detail);
    if (detail) detail.cases++;
    const told = found.get(truth);
    if (!told) continue;
    tally.found++;
    if (detail) detail.found++;
    const atMs = Math.min(...told.map(({ lastMs }) => lastMs));
    tally.delaysMs.push(Math.max(0, atMs - truth.from));
    for (const [alarm, lead] of Object.entries(crowdLeads(truth, told, run.orders, truth.to + GRACE_MS))) {
      leads[alarm] = [...(leads[alarm] ?? []), lead];
    }
  }
}

function countedIn({ kind, detail }: AnomalyTruth): InjectedWorld['counts'] {
  if (kind === 'dormant_large_order') return 'dormant';
  return kind === 'funnel_break' && detail !== undefined ? 'breaks' : 'others';
}

/** Whether a flag tells what came of a breakdown elsewhere on the surface: where no order can be placed nobody sees that one was. */
function isOutcome(flag: CandidateFlag, { surface, detail, ...truth }: AnomalyTruth): boolean {
  if (flag.kind !== 'funnel_break' || surface === undefined || !isAtItsTime(flag, truth)) return false;
  if (flag.entityId === 'all surfaces') return detail === 'silent';
  return flag.entityId === `surface ${surface}` || flag.entityId.endsWith(` on ${surface}`);
}

/** By its entity, or, where more than one broke, by the reason of a flag of the surface. */
function namesPage({ entityId, reasons }: CandidateFlag, { page, surface, detail }: AnomalyTruth): boolean {
  const name = `page ${page} on ${surface}`;
  if (!reasons.some(({ code }) => code === detail)) return false;
  return entityId === name || (entityId === `surface ${surface}` && reasons.some(({ text }) => text.includes(name)));
}

function isAtItsTime(flag: CandidateFlag, truth: Pick<AnomalyTruth, 'from' | 'to'>): boolean {
  return flag.lastMs >= truth.from && flag.firstMs <= truth.to + GRACE_MS;
}

/** Whether a flag speaks of somebody, or something, of a case, at its time. */
function isAbout(flag: CandidateFlag, truth: AnomalyTruth, addresses: Run['addresses']): boolean {
  if (!isAtItsTime(flag, truth)) return false;
  const { entityId } = flag;
  if (flag.entityKind === 'workspace') {
    if (truth.detail === 'flat_line') return entityId === 'all surfaces';
    if (truth.page !== undefined) return namesPage(flag, truth);
    if (truth.kind === 'funnel_break') {
      return entityId === `surface ${truth.surface}` && flag.reasons.some(({ code }) => code === 'orders_fail');
    }
    if (truth.detail === 'null_surge') return entityId.startsWith('surface ') && flag.kind === 'data_quality';
    if (truth.detail === 'silent') return entityId === `surface ${truth.surface}` && flag.kind === 'data_quality';
    if (truth.detail === 'refused') return entityId === 'deliveries';
    return truth.detail === 'release_cliff' && entityId.startsWith('release ');
  }
  if (flag.entityKind === 'product') return truth.productId === entityId;
  if (truth.userIds?.includes(entityId)) return true;
  const devices: readonly string[] = truth.visitorIds ?? [];
  if (flag.entityKind === 'device') return devices.includes(entityId);
  return devices.some((one) => addresses.get(one)?.has(entityId));
}
