import { type CandidateFlag, makeFlag } from './flag.js';
import type { HandRhythm, RiskEvent } from './risk-event.js';

const VERSION = 2;
const DAY_MS = 86_400_000;
/** Latest durations, judged against those before them. */
const RECENT = 5;
/** Durations before anything is said of a user's own. */
const OWN_LEAST = 8;
/** The own profile follows slowly: fingers age, phones and mice change. */
const OWN_SPAN = 200;
/** Nobody's vary by less than 5 %; of eight one does not know it well. */
const SPREAD_LEAST = 0.05;
/** Standard errors, and how many times longer or shorter: both, since of many little is significant. */
const Z_LEAST = 8;
const CHANGE_LEAST = Math.log(1.25);

type Rhythm = keyof HandRhythm;

/** How long it takes one user: ln of durations, so that twice as long and half as long are as far. Plain data. */
export interface RhythmProfile {
  n: number;
  mean: number;
  /** Mean square from the mean. */
  variance: number;
  recent: number[];
  at: number;
  sinceMs: number;
  toldMs: number;
}

/** Each by itself: a user's phone and desktop are two hands. */
export type OperatorProfile = Partial<Record<Rhythm, RhythmProfile>>;

/** What is off of late, and by how many standard errors. */
interface Change {
  readonly rhythm: Rhythm;
  readonly profile: RhythmProfile;
  readonly shift: number;
  readonly z: number;
}

/**
 * Finds users whose hand has become another's: the latest durations against the user's own before.
 *
 * @param own - of the event's user; takes the event in.
 * @see P. S. Teh et al., "A survey on touch dynamics authentication in mobile devices", Computers & Security 2016.
 * @see N. Zheng, A. Paloski, H. Wang, "An efficient user verification system via mouse movements", CCS 2011.
 */
export function findOperatorChange(
  own: OperatorProfile,
  event: RiskEvent,
  rhythm: HandRhythm,
): CandidateFlag | undefined {
  const changes: Change[] = [];
  for (const name of RHYTHMS) {
    const ms = rhythm[name];
    if (ms === undefined || !(ms > 0 && Number.isFinite(ms))) continue;
    own[name] ??= newProfile(event.atMs);
    const change = judge(name, own[name], ms, event.atMs);
    if (change) changes.push(change);
  }
  return changes.length > 0 ? flagOf(changes, event) : undefined;
}

function newProfile(sinceMs: number): RhythmProfile {
  return { n: 0, mean: 0, variance: 0, recent: [], at: 0, sinceMs, toldMs: -1 };
}

function judge(rhythm: Rhythm, profile: RhythmProfile, ms: number, atMs: number): Change | undefined {
  const value = Math.log(ms);
  if (profile.recent.length < RECENT) {
    profile.recent.push(value);
    return undefined;
  }
  learn(profile, profile.recent[profile.at] ?? value);
  profile.recent[profile.at] = value;
  profile.at = (profile.at + 1) % RECENT;
  if (profile.n < OWN_LEAST) return undefined;
  const shift = profile.recent.reduce((sum, one) => sum + one, 0) / RECENT - profile.mean;
  const spread = Math.max(SPREAD_LEAST, Math.sqrt(profile.variance));
  const z = Math.abs(shift) / (spread * Math.sqrt(1 / RECENT + 1 / profile.n));
  const isTold = profile.toldMs >= 0 && Math.abs(atMs - profile.toldMs) < DAY_MS;
  if (isTold || z < Z_LEAST || Math.abs(shift) < CHANGE_LEAST) return undefined;
  profile.toldMs = atMs;
  return { rhythm, profile, shift, z };
}

/** What is far out counts as three spreads: a few strange ones must not become the own ones. */
function learn(profile: RhythmProfile, value: number): void {
  profile.n = Math.min(OWN_SPAN, profile.n + 1);
  const spread = Math.max(SPREAD_LEAST, Math.sqrt(profile.variance));
  const raw = value - profile.mean;
  const step = profile.n <= OWN_LEAST / 2 ? raw : Math.max(-3 * spread, Math.min(3 * spread, raw));
  profile.mean += step / profile.n;
  if (profile.n > 1) profile.variance += (step * step - profile.variance) / profile.n;
}

const WORDS: Readonly<Record<Rhythm, readonly [metric: string, sentence: string]>> = {
  tap: ['duration of a tap', 'A tap'],
  press: ['duration of a press of the mouse', 'A press of the mouse'],
  move: ['time from setting out to the press', 'To move the mouse to where it presses'],
  key: ['gap between keys', 'From key to key it'],
  keyboard: ['gap between keys of a keyboard', 'From key to key of a keyboard it'],
};
const RHYTHMS = Object.keys(WORDS) as readonly Rhythm[]; // the keys of the type

function flagOf(changes: readonly Change[], event: RiskEvent): CandidateFlag {
  return makeFlag(
    {
      kind: 'operator_change',
      entityKind: 'user',
      entityId: event.userId,
      firstMs: event.atMs,
      lastMs: event.atMs,
      windowMs: DAY_MS,
      surprise: Math.max(...changes.map(surpriseOf)),
      evidence: changes.map(({ rhythm, profile: { n, mean, recent, sinceMs }, shift }) => ({
        metric: `${WORDS[rhythm][0]}, ms`,
        observed: Math.exp(mean + shift),
        expectedLow: Math.exp(mean - CHANGE_LEAST),
        expectedHigh: Math.exp(mean + CHANGE_LEAST),
        baselineSpanMs: event.atMs - sinceMs,
        n: n + recent.length,
      })),
      reasons: changes.map(({ rhythm, profile: { n, mean }, shift }) => ({
        code: `other_${rhythm}`,
        text: `${WORDS[rhythm][1]} takes ${Math.round(Math.exp(mean + shift))} ms of late; this user's own ${n} before took ${Math.round(Math.exp(mean))} ms.`,
      })),
    },
    VERSION,
  );
}

/** Student's tail with few degrees of freedom is far heavier than the normal one: a power of z. */
function surpriseOf({ profile: { n }, z }: Change): number {
  return Math.min(n, 20) * 0.5 * Math.log1p((z * z) / n);
}
