import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** Latest touches, judged against those before them. */
const RECENT = 5;
/** Touches before anything is said of a user's own. */
const OWN_LEAST = 8;
/** The own profile follows slowly: fingers age, phones change. */
const OWN_SPAN = 200;
/** Nobody's touches vary by less than 5 %; of eight one does not know it well. */
const SPREAD_LEAST = 0.05;
/** Standard errors, and how many times longer or shorter: both, since with many touches little is significant. */
const Z_LEAST = 8;
const CHANGE_LEAST = Math.log(1.25);

/** How one user touches: ln of durations, so that twice as long and half as long are as far. Plain data. */
export interface TouchProfile {
  n: number;
  mean: number;
  /** Mean square from the mean. */
  variance: number;
  recent: number[];
  at: number;
  sinceMs: number;
  toldMs: number;
}

export interface OperatorProfile {
  tap: TouchProfile | undefined;
  key: TouchProfile | undefined;
}

export function newOperatorProfile(): OperatorProfile {
  return { tap: undefined, key: undefined };
}

/**
 * Finds users whose hand has become another's: the latest touches against the user's own before.
 *
 * @param own - of the event's user; takes the event in.
 * @see P. S. Teh et al., "A survey on touch dynamics authentication in mobile devices", Computers & Security 2016.
 */
export function findOperatorChange(own: OperatorProfile, event: RiskEvent): CandidateFlag | undefined {
  let flag: CandidateFlag | undefined;
  if (isDuration(event.tapMs)) {
    own.tap ??= newTouchProfile(event.atMs);
    flag = judge(own.tap, event.tapMs, event, 'tap');
  }
  if (isDuration(event.keyGapMs)) {
    own.key ??= newTouchProfile(event.atMs);
    flag = judge(own.key, event.keyGapMs, event, 'key') ?? flag;
  }
  return flag;
}

function isDuration(ms: number | undefined): ms is number {
  return ms !== undefined && ms > 0 && Number.isFinite(ms);
}

function newTouchProfile(sinceMs: number): TouchProfile {
  return { n: 0, mean: 0, variance: 0, recent: [], at: 0, sinceMs, toldMs: -1 };
}

function judge(
  profile: TouchProfile,
  ms: number,
  event: RiskEvent,
  what: keyof typeof WORDS,
): CandidateFlag | undefined {
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
  const isTold = profile.toldMs >= 0 && Math.abs(event.atMs - profile.toldMs) < DAY_MS;
  if (isTold || z < Z_LEAST || Math.abs(shift) < CHANGE_LEAST) return undefined;
  profile.toldMs = event.atMs;
  return flagOf(profile, event, what, shift, z);
}

/** What is far out counts as three spreads: a few strange touches must not become the own ones. */
function learn(profile: TouchProfile, value: number): void {
  profile.n = Math.min(OWN_SPAN, profile.n + 1);
  const spread = Math.max(SPREAD_LEAST, Math.sqrt(profile.variance));
  const raw = value - profile.mean;
  const step = profile.n <= OWN_LEAST / 2 ? raw : Math.max(-3 * spread, Math.min(3 * spread, raw));
  profile.mean += step / profile.n;
  if (profile.n > 1) profile.variance += (step * step - profile.variance) / profile.n;
}

const WORDS = { tap: 'A tap', key: 'From key to key it' } as const;

function flagOf(
  { n, mean, recent, sinceMs }: TouchProfile,
  event: RiskEvent,
  what: keyof typeof WORDS,
  shift: number,
  z: number,
): CandidateFlag {
  const [now, before] = [Math.exp(mean + shift), Math.exp(mean)];
  return makeFlag(
    {
      kind: 'operator_change',
      entityKind: 'user',
      entityId: event.userId,
      firstMs: event.atMs,
      lastMs: event.atMs,
      windowMs: DAY_MS,
      // Student's tail with few degrees of freedom is far heavier than the normal one: a power of z.
      surprise: Math.min(n, 20) * 0.5 * Math.log1p((z * z) / n),
      evidence: [
        {
          metric: `${what === 'tap' ? 'duration of a tap' : 'gap between keys'}, ms`,
          observed: now,
          expectedLow: before / Math.exp(CHANGE_LEAST),
          expectedHigh: before * Math.exp(CHANGE_LEAST),
          baselineSpanMs: event.atMs - sinceMs,
          n: n + recent.length,
        },
      ],
      reasons: [
        {
          code: `other_${what}`,
          text: `${WORDS[what]} takes ${Math.round(now)} ms of late; this user's own ${n} before took ${Math.round(before)} ms.`,
        },
      ],
    },
    VERSION,
  );
}
