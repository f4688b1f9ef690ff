import type { PageRow } from '@tidemark/protocol';
import { formatCount } from '../format/count.js';
import { formatDuration } from '../format/duration.js';
import { surfaceName } from '../format/surface.js';
import type { PageColumn } from '../state/sort-pages.js';

export interface PagesColumn {
  readonly column: PageColumn;
  readonly label: string;
  /** What exactly is counted. */
  readonly meaning: string;
  readonly isNumber: boolean;
  text(row: PageRow): string;
}

/** The columns of the page statistics, in their order. */
export const PAGES_COLUMNS: readonly PagesColumn[] = [
  column('page', 'Page', 'Path of the page or name of the screen', (row) => row.page),
  column('surface', 'Surface', 'H5 page or native screen', (row) => surfaceName(row.surface)),
  number('views', 'Views', 'Page and screen views'),
  number('visitors', 'Visitors', 'Visitors who viewed it'),
  number('entries', 'Entries', 'Sessions whose first view it was'),
  number('exits', 'Exits', 'Sessions whose last view it was'),
  number('bounces', 'Bounces', 'Sessions that saw this page once and nothing else'),
  {
    column: 'dwellMsMedian',
    label: 'Dwell',
    meaning: 'Median of the known dwells: visible, focused and attended time on the view',
    isNumber: true,
    text: (row) => formatDuration(row.dwellMsMedian),
  },
];

function column(name: PageColumn, label: string, meaning: string, text: (row: PageRow) => string): PagesColumn {
  return { column: name, label, meaning, isNumber: false, text };
}

type CountColumn = 'views' | 'visitors' | 'entries' | 'exits' | 'bounces';
function number(name: CountColumn, label: string, meaning: string): PagesColumn {
  return { column: name, label, meaning, isNumber: true, text: (row) => formatCount(row[name]) };
}
