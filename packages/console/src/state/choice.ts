import { SURFACES, type Surface } from '@tidemark/protocol';

export const TIME_RANGES = ['hour', 'today', '7d', '30d', 'all'] as const;
export type TimeRange = (typeof TIME_RANGES)[number];
export type SurfaceChoice = Surface | 'all';
export const SURFACE_CHOICES: readonly SurfaceChoice[] = ['all', ...SURFACES];

export const PAGE_VIEWS = ['activity', 'surfaces', 'risk', 'orders', 'subjects'] as const;
export type PageView = (typeof PAGE_VIEWS)[number];

/** What the page is about: what is looked at, which time, which surface. */
export interface Choice {
  readonly view: PageView;
  readonly range: TimeRange;
  readonly surface: SurfaceChoice;
}

export const DEFAULT_CHOICE: Choice = { view: 'activity', range: 'today', surface: 'all' };

/** Reads a choice from the address, so that a view can be bookmarked; what is unknown falls back to the default. */
export function parseChoice(search: string): Choice {
  const params = new URLSearchParams(search);
  return {
    view: PAGE_VIEWS.find((view) => view === params.get('view')) ?? DEFAULT_CHOICE.view,
    range: TIME_RANGES.find((range) => range === params.get('range')) ?? DEFAULT_CHOICE.range,
    surface: SURFACE_CHOICES.find((surface) => surface === params.get('surface')) ?? DEFAULT_CHOICE.surface,
  };
}

/** The other way: empty for the default choice, else `?view=risk&range=7d&surface=h5`. */
export function formatChoice(choice: Choice): string {
  const params = new URLSearchParams();
  if (choice.view !== DEFAULT_CHOICE.view) params.set('view', choice.view);
  if (choice.range !== DEFAULT_CHOICE.range) params.set('range', choice.range);
  if (choice.surface !== DEFAULT_CHOICE.surface) params.set('surface', choice.surface);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
