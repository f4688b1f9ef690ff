import { describe, expect, it } from 'vitest';
import { createLogger } from '../observe/logger.js';
import { createRetention } from './retention.js';

const DAY_MS = 86_400_000;

function createBench() {
  const calls: string[] = [];
  const state = {
    nowMs: Date.UTC(2026, 4, 10, 15),
    turn: true,
    answer: 'ok' as 'ok' | 'held' | 'fault',
    dropped: 0,
    rollupDays: 0,
  };
  const retention = createRetention({
    workspaces: () => [
      { workspaceId: 'short', retentionDays: 3, rollupDays: 2 },
      { workspaceId: 'for ever', retentionDays: 0, rollupDays: 5 },
      { workspaceId: 'long', retentionDays: 365, rollupDays: state.rollupDays },
    ],
    isOurTurn: () => state.turn,
    async drop(workspaceId, beforeDay, rollupsFromDay) {
      calls.push([workspaceId, beforeDay, ...(rollupsFromDay ? [rollupsFromDay] : [])].join(' '));
      if (state.answer === 'fault') throw new Error('store fault');
      return state.answer === 'held' ? undefined : { events: 1, rejected: 1, copies: 1, decisions: 1 };
    },
    logger: createLogger('silent'),
    countDropped: (rows) => {
      state.dropped += rows;
    },
    now: () => state.nowMs,
  });
  return { calls, state, retention };
}

describe('retention', () => {
  it('deletes what arrived before the last kept day, once a day, and nothing of whoever keeps for ever', async () => {
    const { calls, state, retention } = createBench();
    await retention.look();
    expect(calls).toEqual(['short 2026-05-07', 'long 2025-05-10']);
    await retention.look();
    expect(calls).toHaveLength(2);
    state.nowMs += DAY_MS;
    await retention.look();
    expect(calls.slice(2)).toEqual(['short 2026-05-08', 'long 2025-05-11']);
    expect(state.dropped).toBe(16);
  });

  it('lets counts outlive their events where they are to, and looks again when that is changed', async () => {
    const { calls, state, retention } = createBench();
    await retention.look();
    state.rollupDays = 730;
    await retention.look();
    expect(calls).toEqual(['short 2026-05-07', 'long 2025-05-10', 'long 2025-05-10 2024-05-10']);
  });

  it('tries again what failed or was not its turn', async () => {
    const { calls, state, retention } = createBench();
    state.turn = false;
    await retention.look();
    expect(calls).toEqual([]);
    state.turn = true;
    for (const answer of ['fault', 'held', 'ok', 'ok'] as const) {
      state.answer = answer;
      await retention.look();
    }
    expect(calls.filter((call) => call.startsWith('short'))).toHaveLength(3);
    expect(state.dropped).toBe(8);
  });
});
