import {
  type CalibratedScore,
  type CalibrationState,
  type CandidateFlag,
  createScoreCalibration,
  FLAG_CATALOG,
  FLAG_KINDS,
  type FlagEvidence,
  type FlagKind,
  PERCENTILE_DAYS,
  type ScoreCalibration,
} from '@tidemark/analytics/anomalies';
import type { RiskFlag } from '@tidemark/protocol';

/** What all workspaces' traffic has shown, by workspace. Plain data. */
export type CalibrationStates = Readonly<Record<string, CalibrationState>>;

/** Says of a flag how many of the workspace's own sessions raise one as strong that nobody has confirmed. */
export interface CalibrateFlags {
  /** Of a batch of a device; of history nothing is counted. */
  countSession(workspaceId: string, sessionId: string, receivedAtMs: number): void;
  /** The flag with its rate as evidence and in words, or with the word that it is unknown. */
  tell(workspaceId: string, flag: CandidateFlag, receivedAtMs: number): CandidateFlag;
  /** A new incident; those to come are told beside it. */
  count(workspaceId: string, flag: CandidateFlag, receivedAtMs: number): void;
  /** Somebody found a flag to be true. */
  confirm(workspaceId: string, flag: RiskFlag): void;
  save(): CalibrationStates;
}

const DAY_MS = 86_400_000;
const SPAN_MS = 30 * DAY_MS;
/** Sessions told apart; one that is longer without an event than so many others began is counted again. */
export const SESSIONS_MAX = 100_000;

export function createCalibrateFlags(saved: CalibrationStates = {}): CalibrateFlags {
  const byWorkspace = new Map<string, ScoreCalibration>(
    Object.entries(saved).map(([workspaceId, state]) => [workspaceId, createScoreCalibration(state)]),
  );
  const seen = new Set<string>();

  function of(workspaceId: string): ScoreCalibration {
    const known = byWorkspace.get(workspaceId) ?? createScoreCalibration();
    byWorkspace.set(workspaceId, known);
    return known;
  }

  return {
    countSession(workspaceId, sessionId, receivedAtMs) {
      if (sessionId === '') return;
      const key = `${workspaceId}|${sessionId}`;
      const isNew = !seen.delete(key);
      seen.add(key); // behind all others
      if (isNew) of(workspaceId).addSessions(receivedAtMs);
      if (seen.size > SESSIONS_MAX) seen.delete(seen.values().next().value as string); // not empty
    },
    count: (workspaceId, flag, receivedAtMs) => of(workspaceId).addCandidate({ ...flag, lastMs: receivedAtMs }),
    tell(workspaceId, flag, receivedAtMs) {
      const score = of(workspaceId).scoreOf({ ...flag, lastMs: receivedAtMs }); // sessions are counted by that clock
      const { falsePer10k } = score;
      const evidence = [...flag.evidence, ...placesOf(score)];
      if (falsePer10k.kind === 'unknown') {
        const text =
          'How many false flags of this kind come as strong is unknown: fewer than 1,000 sessions were seen.';
        return { ...flag, evidence, reasons: [...flag.reasons, { code: 'false_positive_rate_unknown', text }] };
      }
      const { value, sessions } = falsePer10k;
      const text = `Of 10,000 sessions of this workspace, ${shown(value)} at most raise a flag of this kind as strong that nobody has confirmed (of ${sessions} sessions).`;
      const metric = {
        metric: 'falsePer10k',
        observed: value,
        expectedLow: 0,
        expectedHigh: FLAG_CATALOG[flag.kind].budgetPer10k,
        baselineSpanMs: SPAN_MS,
        n: sessions,
      };
      return {
        ...flag,
        evidence: [...evidence, metric],
        reasons: [...flag.reasons, { code: 'false_positive_rate', text }],
      };
    },
    confirm(workspaceId, { kind, score, raisedAt }) {
      if (!isFlagKind(kind)) return;
      const read = { kind, surprise: score, lastMs: raisedAt };
      of(workspaceId).confirm(read as CandidateFlag); // of a confirmed one no more is read
    },
    save: () => Object.fromEntries([...byWorkspace].map(([workspaceId, one]) => [workspaceId, one.save()])),
  };
}

/** Share of the workspace's flags of the kind that were weaker, over each span that is known. */
function placesOf({ percentiles }: CalibratedScore): FlagEvidence[] {
  return PERCENTILE_DAYS.flatMap((days) => {
    const place = percentiles[days];
    if (place.kind === 'unknown') return [];
    const { value, n } = place;
    const metric = `percentile${days}d`;
    return [{ metric, observed: value, expectedLow: 0, expectedHigh: 1, baselineSpanMs: days * DAY_MS, n }];
  });
}

function isFlagKind(kind: string): kind is FlagKind {
  return (FLAG_KINDS as readonly string[]).includes(kind);
}

function shown(per10k: number): string {
  return String(Number(per10k.toPrecision(2)));
}
