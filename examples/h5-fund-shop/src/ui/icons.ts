import { svg } from '../dom.js';

export type IconName = 'back' | 'products' | 'holdings' | 'check' | 'chevron' | 'wave' | 'minus' | 'plus' | 'clock';

const PATHS: Readonly<Record<IconName, string>> = {
  back: 'M15 5l-7 7 7 7',
  products: 'M4 19V9m5.3 10V5m5.4 14v-7M20 19V8',
  holdings: 'M4 8.5h16v11H4zM9 8.5V6a1.5 1.5 0 0 1 1.5-1.5h3A1.5 1.5 0 0 1 15 6v2.5M4 13.5h16',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  chevron: 'M6 9.5l6 6 6-6',
  wave: 'M3 10c3 0 3-3 6-3s3 3 6 3 3-3 6-3M3 17c3 0 3-3 6-3s3 3 6 3 3-3 6-3',
  minus: 'M6 12h12',
  plus: 'M6 12h12M12 6v12',
  clock: 'M12 7.5V12l3 2m5.5-2a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0z',
};

/** A 24 px line icon in the colour of the text around it. Decorative: the label stands beside it. */
export function icon(name: IconName): SVGSVGElement {
  return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: PATHS[name] }));
}
