import { type CandidateFlag, createFlagBank, type FlagKind } from '@tidemark/analytics/anomalies';
import type { RiskFlag } from '@tidemark/protocol';
import type { RecentEvent } from '../../store/features/recent-events.js';
import { labelsOf } from './label-days.js';
import { underPolicy, type WrittenPolicy } from './risk-policy.js';

/** What a policy would have made of the flags of a kind. */
export interface PolicyReplay {
  readonly kind: string;
  /** That there were, under whatever policy held then. */
  readonly flags: number;
  readonly told: number;
  /** Of those that would have been told: found true, found false, judged by nobody. */
  readonly labelledTrue: number;
  readonly labelledFalse: number;
  readonly unlabelled: number;
  /** Found true, and not told any more. */
  readonly missedTrue: number;
  /** The same as a sentence. */
  readonly summary: string;
}

/** Incidents that were not told then, by entity and day. */
export type IncidentReplay = Omit<PolicyReplay, 'flags' | 'missedTrue'>;

const DAY_MS = 86_400_000;
const STRUCTURING: FlagKind = 'structuring';

/** Of detectors' flags alone: rules are simulated by themselves, and what a roll-up stands for is not known one by one. */
export function simulatePolicy(flags: readonly RiskFlag[], { kinds }: WrittenPolicy): readonly PolicyReplay[] {
  const byKind = new Map<string, RiskFlag[]>();
  for (const flag of flags.filter(({ detector }) => detector.startsWith('anomalies/'))) {
    byKind.set(flag.kind, [...(byKind.get(flag.kind) ?? []), flag]);
  }
  return [...byKind].sort().map(([kind, own]) => {
    const wanted = kinds[kind as FlagKind]; // of a kind that is gone nothing is said
    const isTold = ({ score }: RiskFlag) => !wanted?.off && score >= (wanted?.threshold ?? 0);
    const told = own.filter(isTold);
    const count = (some: readonly RiskFlag[], status: RiskFlag['status']) =>
      some.filter((flag) => flag.status === status).length;
    const labelledTrue = count(told, 'resolved');
    const counts = { told: told.length, labelledTrue, labelledFalse: count(told, 'false_positive') };
    const missedTrue = count(own, 'resolved') - labelledTrue;
    return { kind, flags: own.length, ...finish(counts), missedTrue };
  });
}

/** Shows placed orders to the detector of structuring, under a policy with another limit than there was. */
export function createLimitReplay(policy: WrittenPolicy & { readonly reportingLimit: number }, fromMs: number) {
  const bank = createFlagBank({ reportingLimit: policy.reportingLimit });
  const incidents = new Map<string, CandidateFlag>();
  return {
    add({ userId, phase, shares, price, occurredAtMs, receivedAtMs }: RecentEvent): void {
      if (userId === '' || phase !== 'placed') return;
      const atMs = Math.min(occurredAtMs, receivedAtMs);
      const order = { productId: '', side: 'sell', amount: shares * price } as const; // of an order the amount alone is looked at
      for (const flag of bank.observe({ atMs, action: 'order', userId, deviceId: '', address: '', order })) {
        if (flag.kind !== STRUCTURING || flag.lastMs < fromMs || !underPolicy(flag, policy)) continue;
        incidents.set(flag.dedupeKey, flag);
      }
    },
    finish: (flags: readonly RiskFlag[]) => countIncidents(STRUCTURING, [...incidents.values()], flags),
  };
}

/** @param flags - of the same time: one that somebody judged labels what else its entity did on that day. */
export function countIncidents(
  kind: FlagKind,
  incidents: readonly CandidateFlag[],
  flags: readonly RiskFlag[],
): IncidentReplay {
  const labels = labelsOf(flags);
  const own = incidents.map(({ entityId, lastMs }) => labels.get(`${entityId}\n${Math.floor(lastMs / DAY_MS)}`));
  const count = (label: 'true' | 'false') => own.filter((one) => one === label).length;
  return { kind, ...finish({ told: own.length, labelledTrue: count('true'), labelledFalse: count('false') }) };
}

function finish(counts: Pick<PolicyReplay, 'told' | 'labelledTrue' | 'labelledFalse'>) {
  const { told, labelledTrue, labelledFalse } = counts;
  const summary = `would have told ${told}, of which ${labelledTrue} already labelled true, ${labelledFalse} false positive`;
  return { ...counts, unlabelled: told - labelledTrue - labelledFalse, summary };
}
