import type { RiskFlag } from '@tidemark/protocol';
import type { Judged } from './found-flags.js';

/** What a workspace is told in an hour. */
export interface FlagBudget {
  /** @returns whether there is room for one more new flag. */
  spend(workspaceId: string, flag: Judged, atMs: number): boolean;
}

/** Phones that were offline must not take the place of what is about people, nor bots that of what is about the app itself. */
export type BudgetOf = RiskFlag['severity'] | 'deliveries' | 'app';

/** New flags in an hour; the rest is rolled up into one that says so. */
export const BUDGET: Readonly<Record<BudgetOf, number>> = {
  info: 10,
  low: 30,
  medium: 100,
  high: 300,
  deliveries: 10,
  app: 30,
};

const NAMED: Readonly<Record<BudgetOf, string>> = {
  info: 'of severity info',
  low: 'of severity low',
  medium: 'of severity medium',
  high: 'of severity high',
  deliveries: 'of how devices deliver',
  app: 'of the app itself',
};

const HOUR_MS = 3_600_000;

export function createFlagBudget(): FlagBudget {
  const spent = new Map<string, number>();
  return {
    spend(workspaceId, flag, atMs) {
      const hour = hourOf(atMs);
      const budget = budgetOf(flag);
      const key = `${workspaceId}|${budget}|${hour}`;
      const count = (spent.get(key) ?? 0) + 1;
      spent.set(key, count);
      for (const old of spent.keys()) if (Number(old.slice(old.lastIndexOf('|') + 1)) < hour - 1) spent.delete(old);
      return count <= BUDGET[budget];
    },
  };
}

export function budgetOf({ kind, entityKind, severity }: Judged): BudgetOf {
  if (entityKind === 'workspace' && severity !== 'high') return 'app'; // a page key can make up releases: an outage is not rolled up with them
  return kind === 'data_quality' && entityKind === 'device' ? 'deliveries' : severity;
}

export function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS);
}

/** @param count - of flags beyond it. */
export function overBudget(budget: BudgetOf, count: number): RiskFlag['reasons'][number] {
  const text = `More than ${BUDGET[budget]} new flags ${NAMED[budget]} within the hour: ${count} more are told by this one alone.`;
  return { code: 'over_budget', text };
}
