// @vitest-environment happy-dom
import type { PageRow } from '@tidemark/protocol';
import { render } from 'preact';
import { afterEach, describe, expect, it } from 'vitest';
import type { TimeRange } from '../state/choice.js';
import type { ReportsState } from '../state/reports-loader.js';
import { PagesPanel } from './pages-panel.js';

const row = (page: string, views: number): PageRow => ({
  page,
  surface: 'h5',
  views,
  visitors: 1,
  entries: 0,
  exits: 0,
  bounces: 0,
  bounceRatio: 0,
  dwellMsMedian: null,
  dwellMsP25: null,
  dwellMsP75: null,
  dwellMsP90: null,
});

function stateOf(rows: readonly PageRow[]): ReportsState {
  const figures = {
    sessions: 0,
    visitors: 0,
    events: 0,
    views: 0,
    users: 0,
    bounces: 0,
    bounceRatio: 0,
    durationMsMedian: 0,
  };
  const reports = {
    pages: { rows, totals: figures, comparison: [], nextCursor: null },
    sessions: { rows: [], totals: figures },
    visitors: { rows: [], totals: figures },
  };
  return { reports, stale: false, fault: '' };
}

const show = (rows: readonly PageRow[], range: TimeRange = 'all') =>
  render(<PagesPanel state={stateOf(rows)} range={range} />, document.body);
const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const shownPages = () => all('[data-test=page-row]').map((element) => element.dataset.page);
const drawn = () => new Promise((resolve) => setTimeout(resolve));

async function press(selector: string) {
  all(selector)[0]?.click();
  await drawn();
}

afterEach(() => {
  render(null, document.body);
});

describe('PagesPanel', () => {
  it('sorts by a column when its header is pressed, and says so to a screen reader', async () => {
    show([row('/b', 2), row('/a', 1)]);
    expect(shownPages()).toEqual(['/b', '/a']);
    await press('th[data-column=page] button');
    expect(shownPages()).toEqual(['/a', '/b']);
    expect(all('[aria-sort=ascending]').map((header) => header.dataset.column)).toEqual(['page']);
  });

  it('shows a hundred rows, and more when asked', async () => {
    show(Array.from({ length: 150 }, (_, index) => row(`/page/${index}`, 150 - index)));
    expect(shownPages()).toHaveLength(100);
    await press('[data-test=show-more]');
    expect(shownPages()).toHaveLength(150);
    expect(all('[data-test=show-more]')).toEqual([]);
  });

  it('filters by the name, and says what to do when nothing is left', async () => {
    show([row('/funds', 2), row('/orders', 1)]);
    const input = document.querySelector<HTMLInputElement>('[data-test=page-filter]');
    if (input === null) throw new Error('no filter');
    input.value = 'xyz';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await drawn();
    expect(all('[data-test=empty]')[0]?.textContent).toContain('Clear the filter');
  });

  it('says what to do when there is nothing at all, and when there is nothing in this time', () => {
    show([]);
    expect(all('[data-test=empty]')[0]?.textContent).toBe('No events yet.Open the shop and click around.');
    show([], 'hour');
    expect(all('[data-test=empty]')[0]?.textContent).toContain('choose a longer range');
  });
});
