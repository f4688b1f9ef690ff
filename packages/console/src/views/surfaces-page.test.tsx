// @vitest-environment happy-dom
import type { ContentComparison, ContentRow, SurfacesReport } from '@tidemark/protocol';
import { render } from 'preact';
import { afterEach, describe, expect, it } from 'vitest';
import type { ContentBoard, ContentChoice } from '../state/content-board.js';
import type { WatchedReport } from '../state/report-watch.js';
import { createStore } from '../state/store.js';
import { SurfacesPage } from './surfaces-page.js';

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const drawn = () => new Promise((resolve) => setTimeout(resolve));

const row = (name: string, surface: 'h5' | 'native', conversionRatio: number): ContentRow => ({
  name,
  surface,
  sessions: 400,
  views: 500,
  conversions: 400 * conversionRatio,
  conversionRatio,
  dropOffs: 40,
  dropOffRatio: 0.1,
  failures: 4,
  errorRatio: 0.01,
  dwellMsMedian: 21_000,
  dwellMsP25: 9_000,
  dwellMsP75: 40_000,
  dwellMsP90: 70_000,
  lcpMsP75: surface === 'h5' ? 1_900 : null,
  inpMsP75: null,
  clsP75: surface === 'h5' ? 0 : null,
  fcpMsP75: null,
  ttfbMsP75: null,
});

const compared = (name: string, figure: string, ends: readonly [number, number] | undefined): ContentComparison => ({
  name,
  figure,
  h5: { value: 0.12, count: 400 },
  native: { value: ends ? 0.2 : null, count: ends ? 400 : 0 },
  difference: ends ? -0.08 : null,
  low: ends ? -0.1 : null,
  high: ends ? -0.06 : null,
  lowTogether: ends?.[0] ?? null,
  highTogether: ends?.[1] ?? null,
  method: 'newcombe',
});

const REPORT: SurfacesReport = {
  rows: [row('product', 'h5', 0.12), row('product', 'native', 0.2), row('', 'h5', 0.1), row('', 'native', 0.2)],
  totals: { sessions: 1_000, everyNth: 1 },
  comparison: [
    compared('product', 'conversionRatio', [-0.14, -0.02]),
    compared('', 'conversionRatio', [-0.14, 0.02]),
    compared('product', 'lcpMs', undefined),
  ],
  ways: [
    { name: 'product', fromSurface: 'h5', surface: 'native', way: 'bridge_call', views: 12, share: 0.3 },
    { name: 'product', fromSurface: 'h5', surface: 'h5', way: 'link', views: 28, share: 0.7 },
  ],
};

function show(report: SurfacesReport | undefined, fault = '') {
  const board: ContentBoard = {
    state: createStore<WatchedReport<'surfaces'>>({ report, stale: false, fault }),
    by: createStore<ContentChoice>('template'),
    changed: () => {},
    wake: () => {},
    close: () => {},
  };
  render(<SurfacesPage board={board} />, document.body);
  return board;
}

afterEach(() => {
  render(null, document.body);
});

describe('SurfacesPage', () => {
  it('says in words what is sure after everything that was looked at, and nothing else', () => {
    show(REPORT);
    expect(all('[data-test=sure]')[0]?.textContent).toContain('1 of 2 comparisons differ beyond what chance does');
    expect(all('[data-test=sure-difference]').map((element) => element.textContent)).toEqual([
      '“product” converts less often on H5: 12.0% of sessions, 20.0% on native.',
    ]);
    const unsure = { ...REPORT, comparison: REPORT.comparison.slice(1) };
    render(null, document.body);
    show(unsure);
    expect(all('[data-test=sure]')[0]?.textContent).toContain('Nothing differs for sure: of 1 comparison');
  });

  it('shows both surfaces side by side, and the difference with its interval; only what is sure is coloured', () => {
    show(REPORT);
    expect(all('[data-test=content-row]').map((element) => element.dataset.name)).toEqual(['product', '']);
    const cells = all('td[data-figure=conversionRatio]');
    expect(cells.map((cell) => cell.dataset.sure)).toEqual(['true', 'false']);
    expect(cells[0]?.textContent).toMatch(/12\.0%20\.0%.*\u22128\.0 pts$/);
    expect(cells[0]?.querySelector('svg')?.getAttribute('aria-label')).toBe(
      '\u22128.0 pts, from \u221210.0 pts to \u22126.0 pts (95 %); from \u221214.0 pts to \u22122.0 pts beside all the others',
    );
    expect(all('.vitals')[0]?.textContent).toBe('LCP1.9 sCLS0.00');
  });

  it('shows the ways between the surfaces alone', () => {
    show(REPORT);
    expect(all('[data-test=way]').map((element) => element.textContent)).toEqual([
      'productH5→toNativebridge call30.0% 12',
    ]);
  });

  it('asks for modules when they are chosen', async () => {
    const board = show(REPORT);
    document.querySelector<HTMLInputElement>('input[name=content][value=module]')?.click();
    await drawn();
    expect(board.by.get()).toBe('module');
  });

  it('says what to do when there is nothing, and why when nothing comes', () => {
    show({ ...REPORT, rows: [], comparison: [], ways: [] });
    expect(all('[data-test=empty]')[0]?.textContent).toContain('Nothing was shown in this time.');
    render(null, document.body);
    show(undefined, 'The report needs more than its 30 seconds.');
    expect(all('[data-test=empty]')[0]?.textContent).toContain('No figures yet.');
    expect(all('[data-test=fault]')[0]?.textContent).toContain('30 seconds');
  });
});
