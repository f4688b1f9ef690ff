import { type Container, findMessenger } from './find-messenger.js';
import type { Messenger } from './messenger.js';

/** The way between a page and its host. */
export interface Port {
  readonly container: Container;
  /** Never throws: what the container does not take is as good as lost, and its sender waits in vain. */
  send(text: string): void;
}

/** Ours in the page's window: what containers call that have no other way to speak to a page. */
interface Receiver {
  tidemarkBridge?: { readonly receive: (text: unknown) => void };
}

/**
 * @param hear - called with what the host says, and whether it came from a foreign origin.
 * @param signal - ends the listening.
 * @returns undefined where there is no container, or none yet, or another client of the page has it.
 */
export function openPort(
  given: Messenger | undefined,
  hear: (text: unknown, isForeign?: boolean) => void,
  signal: AbortSignal,
): Port | undefined {
  const found = findMessenger(given);
  if (!found) return undefined;
  const [container, messenger] = found;
  const page = window as Receiver; // a name of ours
  if (!given) {
    if (page.tidemarkBridge) return undefined; // a host speaks with one client of a page: to it, two are one that starts anew
    page.tidemarkBridge = { receive: (text) => hear(text) };
    signal.addEventListener('abort', () => Reflect.deleteProperty(page, 'tidemarkBridge'));
  }
  messenger.addEventListener?.('message', ({ data, isForeign }) => hear(data, isForeign), { signal });
  return {
    container,
    async send(text) {
      const answer = await (async () => messenger.postMessage(text))().catch(() => undefined);
      if (typeof answer === 'string' && answer) hear(answer); // most answer nothing
    },
  };
}
