import { h } from '../dom.js';
import { type IconName, iconOf } from './icons.js';

/** A line of a native list that leads somewhere. */
export function row(
  test: string,
  title: string,
  subtitle: string,
  onclick: () => void,
  symbol?: IconName,
): HTMLElement {
  return h(
    'button',
    { type: 'button', class: 'row', 'data-test': test, onclick },
    symbol !== undefined && h('span', { class: 'row-icon' }, iconOf(symbol)),
    h('span', { class: 'row-text' }, h('strong', {}, title), h('span', {}, subtitle)),
    iconOf('chevron'),
  );
}
