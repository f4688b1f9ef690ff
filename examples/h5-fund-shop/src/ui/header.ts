import { h } from '../dom.js';
import { icon } from './icons.js';

/** Title bar of an inner screen. The heading takes the focus when the screen opens, see `screen.ts`. */
export function backHeader(title: string, subtitle: string, backPath: string, backLabel: string): HTMLElement {
  return h(
    'header',
    { class: 'bar' },
    h('a', { class: 'icon-button', href: backPath, 'aria-label': backLabel, 'data-test': 'back' }, icon('back')),
    h(
      'div',
      { class: 'bar-text' },
      h('h1', { class: 'bar-title', tabindex: -1 }, title),
      subtitle !== '' && h('p', { class: 'caption' }, subtitle),
    ),
  );
}

/** Title of a tab's first screen. */
export function largeHeader(title: string, subtitle: string): HTMLElement {
  return h(
    'header',
    { class: 'masthead' },
    h('p', { class: 'brand' }, icon('wave'), 'Quay'),
    h('h1', { class: 'masthead-title', tabindex: -1 }, title),
    h('p', { class: 'masthead-subtitle' }, subtitle),
  );
}
