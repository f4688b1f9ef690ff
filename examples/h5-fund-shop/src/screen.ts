import { h } from './dom.js';
import type { View } from './shop.js';
import type { TabBar } from './ui/tab-bar.js';

const SHOP_NAME = 'Quay';

export interface Screen {
  readonly element: HTMLElement;
  show(view: View): void;
}

/** Holds one view at a time and tells the old one when it goes. */
export function createScreen(tabBar: TabBar): Screen {
  const element = h('main', { class: 'screen' });
  let current: View | undefined;

  return {
    element,
    show(view) {
      const isFirst = current === undefined;
      current?.dispose?.();
      current = view;
      document.title = `${view.title} · ${SHOP_NAME}`;
      tabBar.light(view.tab);
      element.replaceChildren(view.element);
      // A page that loads announces itself; one that is swapped in does not, so the heading takes the focus.
      if (!isFirst) element.querySelector('h1')?.focus({ preventScroll: true });
    },
  };
}
