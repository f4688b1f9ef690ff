import type { PageRow } from '@tidemark/protocol';

export type PageColumn = keyof PageRow;

export interface PageSort {
  readonly column: PageColumn;
  readonly direction: 'ascending' | 'descending';
}

/** Most viewed first: the order in which the report comes. */
export const DEFAULT_SORT: PageSort = { column: 'views', direction: 'descending' };

/** Sorts a copy. What is unknown stays at the end in both directions; equals fall back to views, then to the name. */
export function sortPages(rows: readonly PageRow[], { column, direction }: PageSort): PageRow[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const left = a[column];
    const right = b[column];
    if (left === null || right === null) {
      if (left !== right) return left === null ? 1 : -1;
    } else {
      const order = sign * compare(left, right);
      if (order !== 0) return order;
    }
    return b.views - a.views || compare(a.page, b.page) || compare(a.surface, b.surface);
  });
}

/** The next sort when a column's header is pressed: numbers start with the largest, names with A. */
export function nextSort(sort: PageSort, column: PageColumn): PageSort {
  if (sort.column === column) {
    return { column, direction: sort.direction === 'ascending' ? 'descending' : 'ascending' };
  }
  return { column, direction: column === 'page' || column === 'surface' ? 'ascending' : 'descending' };
}

/** Rows whose page contains the text, in whatever case. */
export function filterPages(rows: readonly PageRow[], text: string): readonly PageRow[] {
  const wanted = text.trim().toLowerCase();
  return wanted === '' ? rows : rows.filter((row) => row.page.toLowerCase().includes(wanted));
}

function compare(left: string | number, right: string | number): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const a = String(left);
  const b = String(right);
  return a < b ? -1 : a > b ? 1 : 0;
}
