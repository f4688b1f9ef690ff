import { describe, expect, it } from 'vitest';
import { flagOf } from '../../../../test/fixtures/risk-flag.js';
import { DEFAULT_FLAG_CHOICE, filterFlags } from './filter-flags.js';

const flags = [
  flagOf({ flagId: 'open', lastAt: 5_000, surface: 'h5', severity: 'low', entity: { kind: 'user', id: 'u-77' } }),
  flagOf({ flagId: 'seen', lastAt: 4_000, surface: 'native', status: 'acknowledged' }),
  flagOf({ flagId: 'wrong', lastAt: 3_000, status: 'false_positive', kind: 'velocity' }),
];
const idsOf = (choice: Partial<typeof DEFAULT_FLAG_CHOICE>, from?: number, surface: 'all' | 'h5' | 'native' = 'all') =>
  filterFlags(flags, { ...DEFAULT_FLAG_CHOICE, ...choice }, from, surface).map(({ flagId }) => flagId);

describe('filterFlags', () => {
  it('shows what asks for somebody unless told otherwise', () => {
    expect(idsOf({})).toEqual(['open', 'seen']);
    expect(idsOf({ group: 'judged' })).toEqual(['wrong']);
    expect(idsOf({ group: 'all' })).toEqual(['open', 'seen', 'wrong']);
  });

  it('takes severity, time and surface; what a server sent belongs to both surfaces', () => {
    expect(idsOf({ severity: 'low' })).toEqual(['open']);
    expect(idsOf({ group: 'all' }, 4_000)).toEqual(['open', 'seen']);
    expect(idsOf({ group: 'all' }, undefined, 'native')).toEqual(['seen', 'wrong']);
  });

  it('finds words of the kind, the entity and the reasons in any case', () => {
    expect(idsOf({ group: 'all', text: ' VELOC ' })).toEqual(['wrong']);
    expect(idsOf({ group: 'all', text: 'sale rush' })).toEqual(['open', 'seen']);
    expect(idsOf({ text: 'u-77' })).toEqual(['open']);
    expect(idsOf({ text: 'four times' })).toEqual(['open', 'seen']);
  });
});
