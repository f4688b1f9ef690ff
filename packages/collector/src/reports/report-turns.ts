import { HttpProblem } from '../observe/http-problem.js';

/** Whose questions are answered when: a workspace that asks much waits for itself, and nobody else for it. */
export interface ReportTurns {
  /**
   * Runs a question when it is its workspace's turn.
   *
   * @throws {HttpProblem} `rate_limited` when too many of the workspace wait already.
   */
  take<T>(workspaceId: string, work: () => Promise<T>): Promise<T>;
}

const RETRY_SECONDS = 2;

/**
 * @param running - of one workspace at once.
 * @param waiting - of one workspace behind these, in order; a page that shows several reports asks for them together.
 */
export function createReportTurns(running: number, waiting: number): ReportTurns {
  const turns = new Map<string, { running: number; readonly queue: (() => void)[] }>();

  async function enter(workspaceId: string): Promise<void> {
    const turn = turns.get(workspaceId) ?? { running: 0, queue: [] };
    turns.set(workspaceId, turn);
    if (turn.running < running) {
      turn.running++;
      return;
    }
    if (turn.queue.length >= waiting) {
      throw new HttpProblem(
        'rate_limited',
        `This workspace has ${running} reports under way and ${waiting} waiting: ask for fewer at once.`,
        { retryAfterSeconds: RETRY_SECONDS },
      );
    }
    await new Promise<void>((resolve) => turn.queue.push(resolve));
  }

  function leave(workspaceId: string): void {
    const turn = turns.get(workspaceId);
    if (!turn) return;
    const next = turn.queue.shift();
    if (next)
      next(); // the place goes on to it
    else if (--turn.running === 0) turns.delete(workspaceId);
  }

  return {
    async take(workspaceId, work) {
      await enter(workspaceId);
      try {
        return await work();
      } finally {
        leave(workspaceId);
      }
    },
  };
}
