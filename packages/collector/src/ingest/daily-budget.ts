import { HttpProblem } from '../observe/http-problem.js';
import type { DailyUsage } from '../workspaces/daily-usage.js';
import type { Registry } from '../workspaces/registry.js';

export interface DailyBudget {
  /**
   * Before the body. Batches that are under way when the budget ends are still taken.
   *
   * @throws {HttpProblem} `budget_exhausted`, until UTC midnight.
   */
  check(workspaceId: string): void;
  /** Whether nothing more is taken of it today. */
  isSpent(workspaceId: string): boolean;
  /** So many new events were accepted. */
  spend(workspaceId: string, events: number): void;
}

export function createDailyBudget(registry: Pick<Registry, 'workspace'>, usage: DailyUsage): DailyBudget {
  const budgetOf = (workspaceId: string) => registry.workspace(workspaceId)?.dailyEvents ?? 0;
  function isSpent(workspaceId: string): boolean {
    const budget = budgetOf(workspaceId);
    return budget > 0 && usage.of(workspaceId) >= budget;
  }
  return {
    isSpent,
    check(workspaceId) {
      if (!isSpent(workspaceId)) return;
      throw new HttpProblem(
        'budget_exhausted',
        `This workspace has sent its ${budgetOf(workspaceId)} events of today; keep the rest until midnight UTC.`,
        { retryAfterSeconds: usage.secondsLeft() },
      );
    },
    spend: usage.add,
  };
}
