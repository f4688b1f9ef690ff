import { h } from '../dom.js';
import type { Formats } from '../format.js';

export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Names the value for tests. */
  readonly test?: string;
  readonly tone?: 'strong' | 'gain' | 'loss' | undefined;
}

/** Label and value, row by row. */
export function factTable(rows: readonly Fact[]): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    ...rows.map(({ label, value, test, tone }) =>
      h(
        'div',
        { class: 'fact' },
        h('dt', {}, label),
        h('dd', { class: tone && `tone-${tone}`, 'data-test': test }, value),
      ),
    ),
  );
}

/** A gain with its sign; coloured only when it is not zero. */
export function gainFact(label: string, amount: number, formats: Formats): Fact {
  const cents = Math.round(amount * 100);
  return { label, value: formats.change(cents / 100), tone: cents === 0 ? undefined : cents > 0 ? 'gain' : 'loss' };
}
