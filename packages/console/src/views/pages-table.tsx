import type { PageRow } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { nextSort, type PageSort } from '../state/sort-pages.js';
import { PageStatisticsRow } from './page-statistics-row.js';
import { PAGES_COLUMNS } from './pages-columns.js';
import { SortHeader } from './sort-header.js';

export interface PagesTableProps {
  readonly rows: readonly PageRow[];
  readonly viewsMax: number;
  readonly sort: PageSort;
  onSort(sort: PageSort): void;
}

export function PagesTable({ rows, viewsMax, sort, onSort }: PagesTableProps): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls sideways on a narrow screen must be reachable by keyboard
    <section class="table-box" tabIndex={0} aria-label="Page statistics, table">
      <table class="pages-table">
        <thead>
          <tr>
            {PAGES_COLUMNS.map((column) => (
              <SortHeader
                key={column.column}
                column={column}
                sort={sort}
                onSort={() => onSort(nextSort(sort, column.column))}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <PageStatisticsRow key={`${row.surface} ${row.page}`} row={row} viewsMax={viewsMax} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
