import type { VNode } from 'preact';
import type { PageSort } from '../state/sort-pages.js';
import type { PagesColumn } from './pages-columns.js';

export interface SortHeaderProps {
  readonly column: PagesColumn;
  readonly sort: PageSort;
  onSort(): void;
}

/** A column's header, which is a button: pressed it sorts, pressed again it turns round. */
export function SortHeader({ column, sort, onSort }: SortHeaderProps): VNode {
  const isSorted = sort.column === column.column;
  return (
    <th
      scope="col"
      class={column.isNumber ? 'is-number' : ''}
      data-column={column.column}
      aria-sort={isSorted ? sort.direction : 'none'}
    >
      <button type="button" class="sort" onClick={onSort} title={column.meaning}>
        {column.label}
        <svg class="sort-arrow" viewBox="0 0 8 8" width="8" height="8" aria-hidden="true">
          <path d="M4 1v6M1.5 4.5 4 7l2.5-2.5" />
        </svg>
      </button>
    </th>
  );
}
