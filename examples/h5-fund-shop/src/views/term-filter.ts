import type { Product } from '../catalog.js';
import type { Segment } from '../ui/segments.js';

export type TermFilter = 'all' | 'up-to-30' | '31-to-90' | 'over-90';

export const TERM_FILTERS: readonly Segment<TermFilter>[] = [
  { key: 'all', label: 'All' },
  { key: 'up-to-30', label: '≤ 30 days' },
  { key: '31-to-90', label: '31–90' },
  { key: 'over-90', label: '> 90' },
];

export function matchesTerm(product: Product, filter: TermFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'up-to-30':
      return product.termDays <= 30;
    case '31-to-90':
      return product.termDays > 30 && product.termDays <= 90;
    case 'over-90':
      return product.termDays > 90;
  }
}
