import type { FlagPage, RiskFlag } from '@tidemark/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { flagOf } from '../../../../test/fixtures/risk-flag.js';
import type { ApiOutcome, Refusal } from '../api/api-outcome.js';
import { createClock } from '../clock.js';
import { openFlagBoard } from './flag-board.js';

const ok = (flags: readonly RiskFlag[], cursor: string, more = false): ApiOutcome<FlagPage> => ({
  kind: 'ok',
  value: { flags, cursor, more },
});

const judged = (resolved: number) => ({ kind: 'sale_rush', raised: 9, resolved, falsePositives: 0, precision: 1 });

/** A feed that answers by the cursor it is given. */
function setUp(answers: Record<string, ApiOutcome<FlagPage>>) {
  const asked: (string | undefined)[] = [];
  /** How many pages had been asked for when it was asked what became of flags. */
  const judgements: number[] = [];
  const refusals: Refusal[] = [];
  const eyes = { open: true };
  const board = openFlagBoard({
    api: {
      async flags(cursor) {
        asked.push(cursor);
        return answers[cursor ?? ''] ?? ok([], cursor ?? '');
      },
      async flagPrecision() {
        judgements.push(asked.length);
        return { kind: 'ok', value: { kinds: [judged(judgements.length)] } };
      },
      async flagEvents(flagId) {
        return flagId === 'a'
          ? { kind: 'ok', value: { events: [{ event_id: 'e1' }], refused: [], isCut: false } }
          : { kind: 'unreachable' };
      },
      async triage(flagId, { action }) {
        if (action === 'snooze') return { kind: 'unreachable' };
        return { kind: 'ok', value: flagOf({ flagId, status: 'resolved' }) };
      },
    },
    clock: createClock(),
    isVisible: () => eyes.open,
    onRefused: (refusal) => refusals.push(refusal),
  });
  return { board, asked, judgements, refusals, eyes };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('openFlagBoard', () => {
  it('reads the feed to its end, and from then on only what is new; a flag told again stands as it was told last', async () => {
    const { board, asked } = setUp({
      '': ok([flagOf({ flagId: 'a', lastAt: 1 })], '1', true),
      1: ok([flagOf({ flagId: 'b', lastAt: 2 })], '2'),
      2: ok([flagOf({ flagId: 'a', lastAt: 3, count: 2 })], '3'),
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(board.state.get().flags?.map(({ flagId }) => flagId)).toEqual(['b', 'a']);
    await vi.advanceTimersByTimeAsync(5_100);
    expect(board.state.get().flags?.map(({ flagId, count }) => [flagId, count])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(asked).toEqual([undefined, '1', '2']);
    board.close();
  });

  it('knows how many of a kind were found true, and asks again when a flag has changed and not before', async () => {
    const { board, asked, judgements } = setUp({
      '': ok([flagOf({ flagId: 'a' })], '1'),
      1: ok([], '1'),
    });
    expect(board.state.get().precision).toEqual({});
    await vi.advanceTimersByTimeAsync(100);
    expect(board.state.get().precision).toEqual({ sale_rush: judged(1) });
    await vi.advanceTimersByTimeAsync(5_100);
    expect([asked.length, judgements]).toEqual([2, [1]]);
    board.close();
  });

  it('keeps what it has when the collector does not answer, says so, and goes on from there', async () => {
    const answers: Record<string, ApiOutcome<FlagPage>> = {
      '': ok([flagOf({ flagId: 'a' })], '1'),
      1: { kind: 'unreachable' },
    };
    const { board } = setUp(answers);
    await vi.advanceTimersByTimeAsync(5_200);
    expect(board.state.get()).toMatchObject({ flags: [{ flagId: 'a' }], fault: 'The collector does not answer.' });
    answers['1'] = ok([flagOf({ flagId: 'b' })], '2');
    await vi.advanceTimersByTimeAsync(5_100);
    expect(board.state.get().fault).toBe('');
    expect(board.state.get().flags).toHaveLength(2);
    board.close();
  });

  it('shows a verdict at once, and says why when there is none', async () => {
    const { board } = setUp({ '': ok([flagOf({ flagId: 'a' })], '1') });
    await vi.advanceTimersByTimeAsync(100);
    expect(await board.triage('a', { action: 'snooze', untilMs: 1 })).toBe('The collector does not answer.');
    expect(board.state.get().flags?.[0]?.status).toBe('open');
    expect(await board.events('a')).toEqual({ events: [{ event_id: 'e1' }], refused: [], isCut: false });
    expect(await board.events('b')).toBe('The collector does not answer.');
    expect(await board.triage('a', { action: 'resolve' })).toBe('');
    expect(board.state.get().flags?.[0]?.status).toBe('resolved');
    board.close();
  });

  it('asks nothing while nobody looks, and gives up a key that is refused', async () => {
    const { board, asked, eyes } = setUp({});
    eyes.open = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBeLessThanOrEqual(1);
    board.close();
    const refused = setUp({ '': { kind: 'refused', refusal: { status: 401 } } });
    await vi.advanceTimersByTimeAsync(100);
    expect(refused.refusals).toEqual([{ status: 401 }]);
    refused.board.close();
  });
});
