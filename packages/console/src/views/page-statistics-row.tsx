import type { PageRow } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { PAGES_COLUMNS } from './pages-columns.js';
import { SurfaceMark } from './surface-mark.js';

export interface PageStatisticsRowProps {
  readonly row: PageRow;
  /** Views of the most viewed page: the length of a full bar. */
  readonly viewsMax: number;
}

export function PageStatisticsRow({ row, viewsMax }: PageStatisticsRowProps): VNode {
  return (
    <tr data-test="page-row" data-page={row.page} data-surface={row.surface}>
      {PAGES_COLUMNS.map((column) => {
        const text = column.text(row);
        switch (column.column) {
          case 'page':
            return (
              <th key={column.column} scope="row" data-column="page" title={row.page}>
                {text === '' ? '(no name)' : text}
              </th>
            );
          case 'surface':
            return (
              <td key={column.column} data-column="surface">
                <SurfaceMark surface={row.surface} />
              </td>
            );
          case 'views':
            return (
              <td key={column.column} class="is-number" data-column="views" data-value={row.views}>
                <span class="views">
                  <span class="bar" data-surface={row.surface} aria-hidden="true">
                    <span style={{ width: `${viewsMax === 0 ? 0 : (row.views / viewsMax) * 100}%` }} />
                  </span>
                  {text}
                </span>
              </td>
            );
          default:
            return (
              <td
                key={column.column}
                class={row[column.column] === 0 || row[column.column] === null ? 'is-number is-nothing' : 'is-number'}
                data-column={column.column}
                data-value={row[column.column] ?? ''}
              >
                {text}
              </td>
            );
        }
      })}
    </tr>
  );
}
