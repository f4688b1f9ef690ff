import type { Carrier } from '@tidemark/protocol';
import type { BridgeHealth } from '@tidemark/sdk-hybrid-bridge';
import type { Client, InitOptions } from '@tidemark/sdk-web';

/** What the page's own script leaves in its window. */
export interface BridgedWindow extends Window {
  client?: Client;
  bridgeHealth?: () => BridgeHealth;
  /** The way of its batches, bridge included. */
  carrier?: Carrier;
  /** `performance.now()` before `init`, and when the first batch left by HTTP; how many did. */
  initAt?: number;
  firstHttpAt?: number;
  httpPosts?: number;
  TidemarkAndroid?: { readonly postMessage: (text: string) => void };
  readonly tidemarkBridge?: { readonly receive: (text: string) => void };
}

/** What a page finds in the window around it. */
export interface ShellWindow extends Window {
  webView?: Pick<WebView, 'enter' | 'written'>;
}

/** A frame with a page, that an app may kill. */
export interface WebView {
  /** Called by the page's first script; what it gives to `init`. */
  enter(page: BridgedWindow): InitOptions;
  /** Called by the page's first script: the browser has committed this event. */
  written(n: number): void;
  open(): void;
  /** The page ends between two of its tasks, and hears nothing of it. */
  kill(): void;
  /** It hears `pagehide`. */
  reload(): void;
  page(): BridgedWindow | undefined;
}

export interface WebViewOptions {
  readonly initOptions: InitOptions;
  /** The page says something. */
  readonly say: (text: string) => void;
  /** When the container's object appears in the next page; undefined: never. */
  readonly objectAfterMs: () => number | undefined;
  readonly onWritten: (n: number) => void;
  readonly note: (text: string) => void;
}

/** All that a page can hear of its end. */
const LAST_WORDS = ['beforeunload', 'pagehide', 'visibilitychange', 'freeze', 'unload'];

export function createWebView({ initOptions, say, objectAfterMs, onWritten, note }: WebViewOptions): WebView {
  let frame: HTMLIFrameElement | undefined;
  let isKilling = false;
  let current: BridgedWindow | undefined;

  return {
    enter(page) {
      current = page;
      const silence = (event: Event): void => {
        if (isKilling) event.stopImmediatePropagation();
      };
      for (const type of LAST_WORDS) page.addEventListener(type, silence, true);
      const afterMs = objectAfterMs();
      note(`a page begins, its object ${afterMs === undefined ? 'never comes' : `comes after ${afterMs} ms`}`);
      const inject = (): void => {
        if (current === page) page.TidemarkAndroid = { postMessage: say };
      };
      if (afterMs === 0) inject();
      else if (afterMs !== undefined) setTimeout(inject, afterMs);
      return initOptions;
    },
    written: onWritten,
    open() {
      frame = document.createElement('iframe');
      frame.src = '/page';
      document.body.append(frame);
    },
    kill() {
      isKilling = true;
      frame?.remove();
      isKilling = false;
      frame = current = undefined;
    },
    reload() {
      const page = current;
      current = undefined;
      page?.location.reload();
    },
    page: () => current,
  };
}
