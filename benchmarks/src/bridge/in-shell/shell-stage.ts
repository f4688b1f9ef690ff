import type { Host, PageChannel } from '@tidemark/sdk-hybrid-bridge/native';
import { createRandom } from '../../load/random.js';
import { FAIR_MESSAGES, type MessageWeather, type Moment } from '../plan.js';
import type { ShellSettings, ShellState } from '../shell-report.js';
import { countInDatabase } from './count-in-database.js';
import { createDisk } from './disk.js';
import { createLossyWay } from './lossy-way.js';
import { titleOf } from './message-title.js';
import { type MortalHost, startHost } from './mortal-host.js';
import { createTrackedEvents, type TrackedEvents } from './tracked-events.js';
import { createWebView, type WebView } from './web-view.js';

/** A host, a frame with a page, a disk for the host, and a bad bridge between the two. */
export interface ShellStage {
  readonly settings: ShellSettings;
  readonly webView: WebView;
  readonly pageEvents: TrackedEvents;
  readonly hostEvents: TrackedEvents;
  host(): Host | undefined;
  openHost(): void;
  killHost(): void;
  /** The app makes another channel for the page that comes. */
  renewChannel(): void;
  setMessages(weather: MessageWeather): void;
  /** Whether the page hears nothing at all. */
  setSilence(isSilent: boolean): void;
  /** Resolves within the next such moment. */
  next(moment: Moment): Promise<void>;
  /** For the pages that come from here on; undefined: the container's object never comes. */
  setObjectAfterMs(next: () => number | undefined): void;
  trackInPage(): boolean;
  trackInHost(): boolean;
  /** When the page last gave the container something, and when it last heard something: `performance.now()`. */
  crossing(): { readonly handedAt: number; readonly heardAt: number };
  note(text: string): void;
  trace(): readonly string[];
  state(): Promise<ShellState>;
}

/** Enough for any run; the beginning tells the most. */
const TRACE_MAX = 6_000;

export function createShellStage(settings: ShellSettings): ShellStage {
  const { seed, writeKey, appId } = settings;
  const startedAt = performance.now();
  const sinceStart = (): number => performance.now() - startedAt;
  const trace: string[] = [];
  const faults: string[] = [];
  const disk = createDisk(createRandom(seed + 0x10000));
  const pageEvents = createTrackedEvents('page');
  const hostEvents = createTrackedEvents('host');
  const waiting = new Map<Moment, (() => void)[]>();
  let messages = FAIR_MESSAGES;
  let isSilent = false;
  let objectAfterMs: () => number | undefined = () => 0;
  let mortal: MortalHost | undefined;
  let channel: PageChannel | undefined;
  let handedAt = 0;
  let heardAt = 0;

  function note(text: string): void {
    if (trace.length < TRACE_MAX) trace.push(`${Math.round(sinceStart())} ${text}`);
  }

  /** Whoever waits for this moment goes on. */
  function passes(text: string, how: 'said' | 'heard'): void {
    for (const type of ['batch', 'ack'] as const) {
      if (!text.includes(`"type":"${type}"`)) continue;
      for (const go of waiting.get(`${type} ${how}`) ?? []) go();
      waiting.delete(`${type} ${how}`);
    }
  }

  const sayToHost = createLossyWay({
    random: createRandom(seed + 0x20000),
    weather: () => messages,
    deliver(text) {
      channel?.receive(text);
      passes(text, 'heard');
    },
    note: (text, fate) => note(`to host: ${titleOf(text)} ${fate}`),
  });
  const sayToPage = createLossyWay({
    random: createRandom(seed + 0x30000),
    weather: () => (isSilent ? { ...messages, lost: 1 } : messages),
    deliver(text) {
      heardAt = performance.now();
      webView.page()?.tidemarkBridge?.receive(text);
      passes(text, 'heard');
    },
    note: (text, fate) => note(`to page: ${titleOf(text)} ${fate}`),
  });
  const webView = createWebView({
    initOptions: {
      endpoint: settings.pageEndpoint,
      writeKey,
      appId,
      automaticViews: false,
      flushIntervalMs: settings.pageFlushMs,
    },
    say(text) {
      handedAt = performance.now();
      sayToHost(text);
      passes(text, 'said');
    },
    objectAfterMs: () => objectAfterMs(),
    onWritten: pageEvents.written,
    note,
  });

  function renewChannel(): void {
    channel?.close();
    const host = mortal?.host();
    // What a dead host says is never said: the link belongs to its life.
    channel = host?.connect({
      send: (text) => {
        if (mortal?.host() !== host) return;
        sayToPage(text);
        passes(text, 'said');
      },
      origin: location.origin,
    });
  }

  return {
    settings,
    webView,
    pageEvents,
    hostEvents,
    host: () => mortal?.host(),
    openHost() {
      note('the host is opened');
      mortal = startHost({
        disk,
        endpoint: settings.hostEndpoint,
        writeKey,
        appId,
        flushIntervalMs: settings.hostFlushMs,
        onOpen(host) {
          note(`the host is there, with ${host.health().queued} events`);
          renewChannel();
          host.screen('home');
        },
        onWritten: { page: pageEvents.written, host: hostEvents.written },
        onFault: (fault) => faults.push(`host: ${String(fault)}`),
      });
    },
    killHost() {
      note(`the host dies with ${mortal?.host()?.health().queued ?? 'unknown'} events`);
      mortal?.die();
      mortal = channel = undefined;
    },
    renewChannel,
    setMessages(next) {
      messages = next;
    },
    setSilence(next) {
      isSilent = next;
    },
    next: (moment) =>
      new Promise((resolve) => {
        waiting.set(moment, [...(waiting.get(moment) ?? []), resolve]);
      }),
    setObjectAfterMs(next) {
      objectAfterMs = next;
    },
    trackInPage() {
      const page = webView.page();
      if (!page?.client) return false;
      page.client.track('page', { n: pageEvents.next() });
      return true;
    },
    trackInHost() {
      const host = mortal?.host();
      host?.track('host', { n: hostEvents.next() });
      return host !== undefined;
    },
    crossing: () => ({ handedAt, heardAt }),
    note,
    trace: () => trace,
    state: async () => ({
      inDatabase: await countInDatabase(`tidemark-${writeKey.slice(-12)}`),
      page: webView.page()?.client?.health(),
      bridge: webView.page()?.bridgeHealth?.(),
      host: mortal?.host()?.health(),
      faults,
    }),
  };
}
