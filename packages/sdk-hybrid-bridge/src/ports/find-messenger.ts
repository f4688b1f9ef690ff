import type { Messenger } from './messenger.js';

/** What a page may lie in that can take its events; `given`: the app named it. */
export type Container = 'given' | 'capacitor' | 'flutter' | 'android' | 'harmony' | 'ios' | 'react_native';

/** What shells put into a page's window; all of it foreign, so all of it optional. */
interface ContainerWindow {
  readonly TidemarkAndroid?: Messenger;
  readonly TidemarkHarmony?: Messenger;
  readonly TidemarkFlutter?: Messenger;
  readonly ReactNativeWebView?: Messenger;
  readonly webkit?: { readonly messageHandlers?: { readonly tidemark?: Messenger } };
  readonly flutter_inappwebview?: { readonly callHandler?: (name: string, text: string) => unknown };
  readonly Capacitor?: { readonly Plugins?: { readonly Tidemark?: CapacitorPlugin } };
}

interface CapacitorPlugin {
  send(message: { readonly text: string }): Promise<{ readonly text?: string } | undefined>;
  addListener(type: 'message', listener: (message: { readonly text?: string }) => void): unknown;
}

/**
 * Finds the container that the page runs in, by the object that it injects and never by the user agent: a shell without our
 * object is a shell that cannot take events. One that is injected late is not there yet: ask again after a while.
 *
 * @param given - what the app names instead.
 */
export function findMessenger(given: Messenger | undefined): readonly [Container, Messenger] | undefined {
  const page = window as ContainerWindow;
  const plugin = page.Capacitor?.Plugins?.Tidemark;
  const flutter = page.flutter_inappwebview;
  const found: readonly (readonly [Container, Messenger | undefined])[] = [
    ['given', given],
    [
      'capacitor',
      plugin && {
        postMessage: async (text) => (await plugin.send({ text }))?.text,
        addEventListener: (type, listener) => plugin.addListener(type, ({ text }) => listener({ data: text })),
      },
    ],
    ['flutter', flutter?.callHandler && { postMessage: (text) => flutter.callHandler?.('tidemark', text) }],
    ['android', page.TidemarkAndroid],
    ['harmony', page.TidemarkHarmony],
    ['ios', page.webkit?.messageHandlers?.tidemark],
    ['flutter', page.TidemarkFlutter],
    ['react_native', page.ReactNativeWebView],
  ];
  for (const [container, messenger] of found) if (messenger?.postMessage) return [container, messenger];
  return undefined;
}
