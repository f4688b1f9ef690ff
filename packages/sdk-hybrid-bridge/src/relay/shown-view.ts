import { LIMITS, type ViewMessage } from '@tidemark/protocol';
import type { PageEvent } from '../page.js';

/** What the page shows now, and which of its modules were seen. */
export type ShownView = Pick<ViewMessage, 'page' | 'template' | 'modules'>;

/** @returns the view after that event; the same object where nothing changed. */
export function viewAfter(event: PageEvent, view: ShownView | undefined): ShownView | undefined {
  const { type, page, template, module, visibleRatio = 1 } = event;
  if (type === 'page_view' && page !== undefined) return { page, ...(template ? { template } : {}), modules: [] };
  const isSeen = type === 'exposure' && module !== undefined && visibleRatio >= 0.5;
  const isNew = view && isSeen && !view.modules.includes(module) && view.modules.length < LIMITS.modulesCount;
  return isNew ? { ...view, modules: [...view.modules, module] } : view;
}
