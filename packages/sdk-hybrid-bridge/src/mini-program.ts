import { type BridgeIdentity, createLogicalClock, isStamp, type Stamp } from '@tidemark/protocol';
import type { BridgedPage } from './page.js';
import { createPageIdentity } from './page-identity.js';
import { type ShownView, viewAfter } from './relay/shown-view.js';

/** What WeChat gives a page in a mini program. */
interface MiniProgramWindow {
  readonly __wxjs_environment?: unknown;
  readonly wx?: { readonly miniProgram?: { readonly postMessage?: (message: { readonly data: unknown }) => void } };
}

/** The parameter of the page's address by which the mini program says who the visitor is. */
const PARAMETER = 'tidemark';

/**
 * For pages in a WeChat mini program, which hears a page only when it is left and cannot answer: its visitor and session come
 * with the address, events go by HTTP, and what was shown last is posted when the page is hidden. Elsewhere it does nothing.
 */
export function miniProgram(): (page: BridgedPage & { onHide(listener: () => void): void }) => () => void {
  return (page) => {
    const { __wxjs_environment, wx } = window as MiniProgramWindow;
    const stop = (): void => undefined;
    if (__wxjs_environment !== 'miniprogram') return stop;
    const clock = createLogicalClock(page.clock.now);
    let view: ShownView | undefined;
    const given = readAddress();
    if (given && createPageIdentity(page).adopt(given)) clock.hear(given.at);
    page.atEvent((event) => {
      view = viewAfter(event, view);
      const [logicalMs, logicalCount] = clock.tick();
      return { logicalMs, logicalCount };
    });
    page.onHide(() => {
      if (view) wx?.miniProgram?.postMessage?.({ data: { tidemark: 1, type: 'view', at: clock.tick(), ...view } });
    });
    return stop;
  };
}

/** Whatever the address says, as far as its stamp; the rest is the client's to check. */
function readAddress(): (BridgeIdentity & { readonly at: Stamp }) | undefined {
  try {
    const given = JSON.parse(new URLSearchParams(location.search).get(PARAMETER) ?? '');
    return isStamp(given.at) ? given : undefined;
  } catch {
    return undefined;
  }
}
