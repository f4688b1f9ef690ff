import { lowerSeverity } from '@tidemark/analytics/anomalies';
import type { FlagRow } from '../../store/tables/flags.js';
import { RULE_KIND } from '../rules/judge-rules.js';
import type { Judged } from './found-flags.js';

/** How often kinds were judged false of entities: what is found of them again has to be more striking. */
export interface FalsePositives {
  lower<F extends Judged>(workspaceId: string, flag: F): F;
  /** @param by - 1 for one more, -1 for one that is taken back. */
  note(row: FlagRow, by: number): void;
  forget(workspaceId: string, forms: readonly string[]): void;
  counts(): Readonly<Record<string, number>>;
}

/** What one takes off the next flag of the same kind and entity, nats: one severity. */
const OFF = Math.log(100);

export function createFalsePositives(saved: Readonly<Record<string, number>> = {}): FalsePositives {
  const counts = new Map(Object.entries(saved));
  return {
    lower(workspaceId, flag) {
      const times = counts.get(keyOf(workspaceId, flag)) ?? 0;
      if (times === 0) return flag;
      const text = `This kind was judged a false positive for this entity ${times} times before: its score is lowered.`;
      return {
        ...flag,
        surprise: Math.max(0, flag.surprise - times * OFF),
        severity: lowerSeverity(flag.severity, times),
        reasons: [...flag.reasons, { code: 'false_positive_before', text }],
      };
    },
    note({ workspaceId, flag: { kind, detector, entity } }, by) {
      const key = keyOf(workspaceId, { kind, detector, entityKind: entity.kind, entityId: entity.id });
      counts.set(key, Math.max(0, (counts.get(key) ?? 0) + by));
    },
    forget(workspaceId, forms) {
      for (const key of counts.keys()) {
        if (forms.some((form) => key.startsWith(`${workspaceId}|`) && key.endsWith(`:${form}`))) counts.delete(key);
      }
    },
    counts: () => Object.fromEntries(counts),
  };
}

function keyOf(
  workspaceId: string,
  { kind, detector, entityKind, entityId }: { kind: string; detector: string; entityKind: string; entityId: string },
): string {
  const judged = kind === RULE_KIND ? detector : kind; // each rule answers for itself
  return `${workspaceId}|${judged}|${entityKind}:${entityId}`;
}
