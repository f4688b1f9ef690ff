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
  /** So many new events were accepted. */
  spend(workspaceId: string, events: number): void;
}

export function createDailyBudget(registry: Pick<Registry, 'workspace'>, usage: DailyUsage): DailyBudget {
  return {
    check(workspaceId) {
      const budget = registry.workspace(workspaceId)?.dailyEvents ?? 0;
      if (budget === 0 || usage.of(workspaceId) < budget) return;
      throw new HttpProblem(
        'budget_exhausted',
        `This workspace has sent its ${budget} events of today; keep the rest until midnight UTC.`,
        { retryAfterSeconds: usage.secondsLeft() },
      );
    },
    spend: usage.add,
  };
}
