import { type CandidateFlag, createFlagBank, FLAG_KINDS, type FlagKind } from '@tidemark/analytics/anomalies';
import type { RiskFlag } from '@tidemark/protocol';
import { incidentId } from '../risk/known-flags.js';
import type { RiskRow } from '../risk/risk-rows.js';
import { underPolicy, type WrittenPolicy } from './risk-policy.js';
import { countIncidents, type IncidentReplay } from './simulate-policy.js';

/** What detectors find of a kind that policies of the time left out, wholly or in part. */
export interface KindReplay extends IncidentReplay {
  /** Of those that would have been told: told then, too. */
  readonly stored: number;
  /** What of the kind events do not tell, in a sentence; null where they tell all. */
  readonly notReplayed: string | null;
}

/** Detectors are shown events, one after another: not what was left out of deliveries, what models said, nor that time passes. */
const NOT_REPLAYED: Readonly<Partial<Record<FlagKind, string>>> = {
  data_quality:
    'What was refused and what came again is not shown: of schema, duplicates and refused nothing is known but the flags that are stored.',
  drift:
    'What models told of orders is not shown again: of calibration_drift and inputs_drift nothing is known but the flags that are stored.',
  funnel_break: 'No clock runs where nothing comes: of flat_line nothing is known but the flags that are stored.',
  replayed_stream: 'What came again is not shown: of same_events nothing is known but the flags that are stored.',
};

/** Kinds of which a policy tells what one that held left out: of these the stored flags alone say too little. */
export function kindsLeftOut(held: readonly WrittenPolicy[], wanted: WrittenPolicy): readonly FlagKind[] {
  return FLAG_KINDS.filter((kind) => held.some((one) => leastTold(wanted, kind) < leastTold(one, kind)));
}

function leastTold({ kinds }: WrittenPolicy, kind: FlagKind): number {
  const said = kinds[kind];
  return said?.off ? Number.POSITIVE_INFINITY : (said?.threshold ?? 0);
}

/**
 * Shows what came in to detectors of its own, in the order it came.
 *
 * @param fromMs - from what came before they only learn.
 */
export function createKindsReplay(
  workspaceId: string,
  policy: WrittenPolicy,
  kinds: readonly FlagKind[],
  fromMs: number,
) {
  const { reportingLimit } = policy;
  const bank = createFlagBank(reportingLimit === undefined ? {} : { reportingLimit });
  const incidents = new Map<string, CandidateFlag>();
  return {
    add({ event, receivedAtMs }: RiskRow): void {
      for (const flag of bank.observe(event)) {
        if (receivedAtMs < fromMs || !kinds.includes(flag.kind) || !underPolicy(flag, policy)) continue;
        incidents.set(flag.dedupeKey, flag);
      }
    },
    /** @param flags - of that time. */
    finish(flags: readonly RiskFlag[]): readonly KindReplay[] {
      const known = new Set(flags.map(({ flagId }) => flagId));
      return kinds.map((kind) => {
        const own = [...incidents.values()].filter((one) => one.kind === kind);
        const stored = own.filter(({ dedupeKey }) => known.has(incidentId(workspaceId, dedupeKey, 0))).length;
        return { ...countIncidents(kind, own, flags), stored, notReplayed: NOT_REPLAYED[kind] ?? null };
      });
    },
  };
}
