// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { frame } from './frame.js';
import type { Messenger } from './messenger.js';
import { openPort } from './open-port.js';

/** What a container puts into the window, and how its host speaks to the page apart from answers. */
interface Shell {
  readonly container: string;
  readonly inject: (said: (text: string) => unknown) => object;
  readonly speak?: (text: string) => void;
}

const receive = (text: string) => {
  const { tidemarkBridge } = window as { tidemarkBridge?: { receive(text: string): void } };
  tidemarkBridge?.receive(text);
};
let listener: ((event: { data: unknown }) => void) | undefined;
const withEvents = (said: (text: string) => unknown) => ({
  postMessage: (text: string) => void said(text),
  addEventListener: (_: 'message', given: typeof listener) => {
    listener = given;
  },
});

const SHELLS: readonly (readonly [string, Shell])[] = [
  [
    "Android's JavascriptInterface",
    { container: 'android', inject: (said) => ({ TidemarkAndroid: { postMessage: said } }), speak: receive },
  ],
  [
    "Android's WebMessageListener",
    {
      container: 'android',
      inject: (said) => ({ TidemarkAndroid: withEvents(said) }),
      speak: (text) => listener?.({ data: text }),
    },
  ],
  [
    "iOS's message handler with reply",
    {
      container: 'ios',
      inject: (said) => ({
        webkit: { messageHandlers: { tidemark: { postMessage: async (text: string) => said(text) } } },
      }),
    },
  ],
  [
    "iOS's message handler without",
    {
      container: 'ios',
      inject: (said) => ({
        webkit: { messageHandlers: { tidemark: { postMessage: (text: string) => void said(text) } } },
      }),
      speak: receive,
    },
  ],
  [
    'React Native',
    {
      container: 'react_native',
      inject: (said) => ({ ReactNativeWebView: { postMessage: (text: string) => void said(text) } }),
      speak: receive,
    },
  ],
  [
    "Flutter's JavaScriptChannel",
    {
      container: 'flutter',
      inject: (said) => ({ TidemarkFlutter: { postMessage: (text: string) => void said(text) } }),
      speak: receive,
    },
  ],
  [
    'flutter_inappwebview',
    {
      container: 'flutter',
      inject: (said) => ({
        flutter_inappwebview: { callHandler: async (name: string, text: string) => name === 'tidemark' && said(text) },
      }),
    },
  ],
  [
    'HarmonyOS',
    { container: 'harmony', inject: (said) => ({ TidemarkHarmony: { postMessage: said } }), speak: receive },
  ],
  [
    'Capacitor',
    {
      container: 'capacitor',
      inject: (said) => ({
        Capacitor: {
          Plugins: {
            Tidemark: {
              send: async ({ text }: { text: string }) => ({ text: said(text) }),
              addListener: (_: string, given: (message: { text: string }) => void) => {
                listener = ({ data }) => given({ text: String(data) });
              },
            },
          },
        },
      }),
      speak: (text) => listener?.({ data: text }),
    },
  ],
];

describe('openPort', () => {
  const injected: string[] = [];
  beforeEach(() => {
    listener = undefined;
    return () => {
      for (const name of [...injected.splice(0), 'tidemarkBridge']) Reflect.deleteProperty(window, name);
      vi.unstubAllGlobals();
    };
  });

  function inject(object: object): void {
    injected.push(...Object.keys(object));
    Object.assign(window, object);
  }
  function find(given?: Messenger) {
    const heard: unknown[] = [];
    const hear = (text: unknown, isForeign?: boolean) => heard.push(isForeign ? 'foreign' : text);
    return { port: openPort(given, hear, new AbortController().signal), heard };
  }
  const turn = () => new Promise((done) => setTimeout(done));

  it.each(SHELLS)('speaks and listens through %s', async (_, { container, inject: shellOf, speak }) => {
    const said: string[] = [];
    inject(
      shellOf((text) => {
        said.push(text);
        return `answer to ${text}`;
      }),
    );
    const { port, heard } = find();
    expect(port?.container).toBe(container);
    port?.send('hello');
    await turn();
    expect(said).toEqual(['hello']);
    const answers = heard.length;
    speak?.('spoken');
    expect(heard.slice(answers)).toEqual(speak ? ['spoken'] : []);
    expect([...heard, 'answer to hello']).toContain('answer to hello');
    expect(heard.length).toBeGreaterThan(0);
  });

  it('takes a page for one without a host when the shell gives it nothing to speak to', () => {
    expect(find().port).toBeUndefined();
    inject({
      webkit: { messageHandlers: {} },
      ReactNativeWebView: {},
      Capacitor: { Plugins: {} },
      flutter_inappwebview: {},
    });
    expect(find().port).toBeUndefined();
    expect(() => frame('https://app.example')).toThrow('no frame');
  });

  it('speaks through a port that it is given, before anything that lies in the window', async () => {
    inject({ ReactNativeWebView: { postMessage: () => undefined } });
    const { port1, port2 } = new MessageChannel();
    const arrived = new Promise((done) => port2.addEventListener('message', ({ data }) => done(data)));
    port1.start();
    port2.start();
    const { port, heard } = find(port1);
    expect(port?.container).toBe('given');
    port?.send('hello');
    expect(await arrived).toBe('hello');
    port2.postMessage('welcome');
    await vi.waitFor(() => expect(heard).toEqual(['welcome']));
    port1.close();
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('gone');
      },
    ],
    ['refuses later', () => Promise.reject(new Error('gone'))],
  ])('lets nothing of a container that %s into the page', async (_, postMessage) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    inject({ TidemarkAndroid: { postMessage } });
    const { port, heard } = find();
    expect(() => port?.send('hello')).not.toThrow();
    await turn();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(heard).toEqual([]);
  });
});
