/** One way in which an app and a page in its WebView can speak, played as the real one behaves. */
export interface Container {
  readonly label: string;
  /** What the page finds in its window, as a sentence for the panel. */
  readonly note: string;
  /** Puts the container's object into the page's window, before any script of the page runs. */
  install(page: Window, shell: ShellEnd): PageEnd;
}

/** The shell's end of the line. */
export interface ShellEnd {
  /** The page said something. @param origin - where the container tells it. */
  hear(text: unknown, origin?: string): void;
}

/** The page's end of the line. */
export interface PageEnd {
  /** Gives a text to the page. */
  say(text: string): void;
  /** The WebView is gone. */
  close?(): void;
}

/** What `evaluateJavascript` of all systems does: later, and without an answer. */
export function evaluateReceive(page: Window, text: string): void {
  setTimeout(() => {
    const { tidemarkBridge } = page as { tidemarkBridge?: { receive(text: string): void } }; // the page's own
    tidemarkBridge?.receive(text);
  });
}

/** Where the page is from, as the system knows it: not asked of the page. */
export function originOf(page: Window): string {
  return page.location.origin;
}
