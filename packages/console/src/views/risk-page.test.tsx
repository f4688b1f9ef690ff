// @vitest-environment happy-dom
import type { FlagTriage, RiskFlag } from '@tidemark/protocol';
import { render } from 'preact';
import { afterEach, describe, expect, it } from 'vitest';
import { flagOf } from '../../../../test/fixtures/risk-flag.js';
import type { FlagBoard, FlagBoardState } from '../state/flag-board.js';
import { createStore } from '../state/store.js';
import { RiskPage } from './risk-page.js';

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const drawn = () => new Promise((resolve) => setTimeout(resolve));
const shown = () => all('[data-test=flag]').map((element) => element.dataset.flag);

function show(flags: readonly RiskFlag[] | undefined) {
  const judged: FlagTriage[] = [];
  const board: FlagBoard = {
    state: createStore<FlagBoardState>({
      flags,
      precision: {
        sale_rush: { kind: 'sale_rush', raised: 20, resolved: 8, falsePositives: 3, precision: 8 / 11 },
        velocity: { kind: 'velocity', raised: 2, resolved: 0, falsePositives: 0, precision: null },
      },
      fault: '',
    }),
    events: async () => ({
      isCut: true,
      refused: [
        { batch_id: 'b', event_index: 3, reason: 'wrong_type', field: 'shares', received_at: 2_000, raw: '{}' },
      ],
      events: [{ event_id: 'e1', event_type: 'order', corrected_at: 1_000, page: '/order', name: '', surface: 'h5' }],
    }),
    async triage(_flagId, triage) {
      judged.push(triage);
      return 'This key may only read flags.';
    },
    wake: () => {},
    close: () => {},
  };
  const choice = { view: 'risk', range: 'all', surface: 'all' } as const;
  render(<RiskPage board={board} choice={choice} now={() => 60_000} />, document.body);
  return judged;
}

async function press(selector: string) {
  all(selector)[0]?.click();
  await drawn();
}

async function type(selector: string, text: string) {
  const input = document.querySelector<HTMLInputElement>(selector);
  if (input === null) throw new Error(`no ${selector}`);
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await drawn();
}

afterEach(() => {
  render(null, document.body);
});

describe('RiskPage', () => {
  it('says what to do when nothing is flagged, when nothing is known yet, and when nothing fits', async () => {
    show(undefined);
    expect(all('[data-test=empty]')[0]?.textContent).toContain('Loading');
    render(null, document.body);
    show([]);
    expect(all('[data-test=empty]')[0]?.textContent).toContain('Nothing was flagged');
    render(null, document.body);
    show([flagOf({ flagId: 'a' })]);
    await type('[data-test=flag-filter]', 'zebra');
    expect(all('[data-test=empty]')[0]?.textContent).toContain('Widen the filter');
  });

  it('shows why a flag was raised, by what numbers, when it is pressed; and closes it again', async () => {
    show([flagOf({ flagId: 'a', count: 3 }), flagOf({ flagId: 'b', status: 'resolved' })]);
    expect(shown()).toEqual(['a']);
    await press('[data-test=flag]');
    const text = all('[data-test=flag-detail]')[0]?.textContent ?? '';
    for (const words of [
      'Sale rush',
      'P30',
      'four times as fast',
      'Sales per minute',
      '41',
      'usually at most 9',
      '3 times in all',
      '8 of 11 that were judged',
    ]) {
      expect(text).toContain(words);
    }
    await press('[data-test=flag-events]');
    await drawn();
    expect(all('[data-test=flag-event]').map((row) => row.dataset.event)).toEqual(['e1']);
    expect(all('[data-test=flag-refused]').map((row) => row.textContent)).toEqual([
      expect.stringMatching(/Refused: Wrong type shares$/),
    ]);
    expect(all('[data-test=flag-detail]')[0]?.textContent).toContain('There are more');
    await press('[data-test=flag-close]');
    expect(all('[data-test=flag-detail]')).toEqual([]);
  });

  it('takes a verdict, a false positive only with a reason, and says when the collector does not take it', async () => {
    const judged = show([flagOf({ flagId: 'a' })]);
    await press('[data-test=flag]');
    const button = () => document.querySelector<HTMLButtonElement>('[data-test=triage-false_positive]');
    expect(button()?.disabled).toBe(true);
    await type('[data-test=triage-reason]', ' a drill ');
    expect(button()?.disabled).toBe(false);
    await press('[data-test=triage-false_positive]');
    await press('[data-test=triage-snooze]');
    expect(judged).toEqual([
      { action: 'false_positive', reason: 'a drill' },
      { action: 'snooze', reason: 'a drill', untilMs: 60_000 + 86_400_000 },
    ]);
    expect(all('[data-test=triage-fault]')[0]?.textContent).toContain('only read');
  });
});
