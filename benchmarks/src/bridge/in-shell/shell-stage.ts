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
import { type BridgedWindow, createWebView, type WebView } from './web-view.js';

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
/** sdk-web gives its database a second from the first event on. */
const OPEN_WITHIN_MS = 900;

export function createShellStage(settings: ShellSettings): ShellStage {
  const { seed, writeKey, appId } = settings;
  const startedAt = performance.now();
  const sinceStart = (): number => performance.now() - startedAt;
  const trace: string[] = [];
  const faults: string[] = [];
  const disk = createDisk(createRandom(seed + 0x10000));
  const pageEvents = createTrackedEvents('page', sinceStart);
  const hostEvents = createTrackedEvents('host', sinceStart);
  const waiting = new Map<Moment, (() => void)[]>();
  let messages = FAIR_MESSAGES;
  let isSilent = false;
  let objectAfterMs: () => number | undefined = () => 0;
  let mortal: MortalHost | undefined;
  let channel: PageChannel | undefined;
  let handedAt = 0;
  let heardAt = 0;
  /** Of the page that is there now, from its first event on. */
  let opening:
    | { readonly page: BridgedWindow; readonly from: number; readonly since: number; isOpen: boolean }
    | undefined;

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

  /** A database that does not open in its time makes a queue in memory: what that held by then may die with its page. */
  function watchOpening(page: BridgedWindow, n: number): void {
    if (opening?.page !== page) opening = { page, from: n, since: performance.now(), isOpen: false };
    if (opening.isOpen) return;
    if (performance.now() - opening.since > OPEN_WITHIN_MS) {
      note(`the page keeps its events in memory, from ${opening.from} to ${n}`);
      pageEvents.doubt(opening.from);
    }
    opening.isOpen = page.client?.health().storage === 'indexeddb';
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
        onFault: (fault) => faults.push(`host: ${String(fault)}`),
      });
    },
    killHost() {
      note(`the host dies with ${mortal?.host()?.health().queued ?? 'unknown'} events`);
      hostEvents.ended();
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
      const n = pageEvents.next();
      page.client.track('page', { n });
      watchOpening(page, n);
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
