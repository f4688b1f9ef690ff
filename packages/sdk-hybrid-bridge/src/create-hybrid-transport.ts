import {
  BRIDGE_LIMITS,
  type BridgeIdentity,
  type BridgeRefusal,
  type ConsentByPurpose,
  createLogicalClock,
  type DeliveryOutcome,
  isBefore,
  PURPOSES,
  type Stamp,
  type ToPage,
} from '@tidemark/protocol';
import { type CutMessage, createDialogue } from './handshake/dialogue.js';
import type { BridgedPage } from './page.js';
import { createPageIdentity } from './page-identity.js';
import type { Container } from './ports/find-messenger.js';
import type { Messenger } from './ports/messenger.js';
import { openPort, type Port } from './ports/open-port.js';
import { createHandOver } from './relay/hand-over.js';
import { type ShownView, viewAfter } from './relay/shown-view.js';

export interface HybridOptions {
  /** The host, where no container tells of it: a started `MessagePort`, or `frame(origin)`. */
  readonly messenger?: Messenger;
  /**
   * `cutIntoPieces`, for containers that take short messages only. Without it a batch that is too long is halved, and an
   * event that is too long alone goes by HTTP.
   */
  readonly cut?: CutMessage;
}

export interface BridgeHealth {
  /** Undefined while none was found. */
  readonly container: Container | undefined;
  /** Whether the host takes events now; else they go by HTTP. */
  readonly connected: boolean;
  /** Messages that were not heard, by reason. */
  readonly refused: Readonly<Partial<Record<BridgeRefusal, number>>>;
}

/** A feature of sdk-web: `init({ features: [createHybridTransport()] })`. */
export interface HybridTransport {
  (page: BridgedPage): () => void;
  health(): BridgeHealth;
}

const LOOK_EVERY_MS = 250;
/** Batches in a row without an answer; then the host is gone until it is heard again. */
const UNANSWERED_MAX = 2;
const RETRY: DeliveryOutcome = { kind: 'retry' };

/**
 * Hands a page's events to the native app around it, which has the visitor, the session and a durable queue; sends them by
 * HTTP where there is no such app, or none any more.
 */
export function createHybridTransport(options: HybridOptions = {}): HybridTransport {
  const refused: Partial<Record<BridgeRefusal, number>> = {};
  let port: Port | undefined;
  let connected = false;

  function start(page: BridgedPage): () => void {
    const clock = createLogicalClock(page.clock.now);
    const identity = createPageIdentity(page);
    const pageStartedAt = page.clock.now();
    const stopping = new AbortController();
    let unanswered = 0;
    let toldIdentity = '';
    let identifiedAt: Stamp = [0, 0];
    let decidedAt: Stamp = [0, 0];
    let isTold = false;
    /** Somebody was identified on this page, and no host has heard of it. */
    let isUntold = false;
    /** Decisions that both sides know; others were made here while there was no host, and are later than what one holds. */
    let shared = page.consent.purposes();
    let isShown = false;
    let view: ShownView | undefined;
    let endGreeting = (): void => undefined;
    /** Ends with the welcome, or when the host has had its time. */
    const greeting = new Promise<void>((resolve) => {
      endGreeting = resolve;
    });

    const dialogue = createDialogue({
      clock,
      send: (text) => port?.send(text),
      cut: options.cut,
      onMessage,
      onRefused(reason) {
        refused[reason] = (refused[reason] ?? 0) + 1;
      },
    });
    const handOver = createHandOver(
      (json) => dialogue.say('batch', `{"batch":${json}}`),
      () => ++unanswered >= UNANSWERED_MAX && lose(),
    );

    function lose(): void {
      connected = false;
      dialogue.beginAnew();
    }

    function tell(type: 'identity' | 'consent' | 'view' | 'bye' | 'pong', fields: object = {}): void {
      if (connected) dialogue.say(type, JSON.stringify(fields));
    }

    /** Says `hello` where there is somebody who has not answered yet. */
    function look(): void {
      if (connected || stopping.signal.aborted) return;
      port ??= openPort(options.messenger, dialogue.hear, stopping.signal);
      if (!port) return;
      const { userAgent } = navigator;
      const times = { pageStartedAt, sentAt: page.clock.now() };
      const hello = { versions: [1], maxChars: 0, ...identity.read(), ...times, userAgent };
      dialogue.say('hello', JSON.stringify(hello));
    }

    /** Out of the back-forward cache: the host has spoken with the pages between, and told this one of nothing. */
    function onPageShow({ persisted }: PageTransitionEvent): void {
      if (!persisted) return;
      lose();
      look();
    }

    function onMessage(message: ToPage): void {
      unanswered = 0;
      switch (message.type) {
        case 'welcome':
          welcome(message, message.consent);
          break;
        case 'identity':
          adopt(message);
          break;
        case 'consent':
          if (isBefore(decidedAt, message.at)) {
            decidedAt = message.at;
            decide(message.purposes);
          }
          break;
        case 'ack':
        case 'nack':
          handOver.answer(message);
          break;
        case 'ping':
          tell('pong');
          break;
        case 'bye':
          lose();
          break;
      }
    }

    function welcome(message: Extract<ToPage, { type: 'welcome' }>, consent: ConsentByPurpose): void {
      const { userId } = identity.read();
      const isFirst = !connected;
      adopt(message);
      if (typeof message.hostNonce !== 'string') throw new TypeError();
      connected = true;
      if (isUntold && userId !== undefined && message.userId === undefined) {
        identity.adopt({ ...message, userId });
        tellIdentity();
      }
      isUntold = false;
      if (isFirst) shareConsent(consent); // what changes later is told by itself
      if (!isShown && message.screen) page.emit({ type: 'transition', fromPage: message.screen, way: 'bridge_call' });
      isShown = true;
      if (view) tell('view', view);
      endGreeting();
      page.send();
    }

    function adopt(message: BridgeIdentity & { readonly at: Stamp }): void {
      if (!isBefore(identifiedAt, message.at)) return;
      if (!identity.adopt(message)) throw new TypeError();
      identifiedAt = message.at;
      toldIdentity = JSON.stringify(identity.read());
    }

    /** The page may have identified somebody, or begun a session. */
    function tellIdentity(): void {
      const own = identity.read();
      const json = JSON.stringify(own);
      if (json === toldIdentity) return;
      tell('identity', own);
      identity.adopt(own); // it is the app's, too, from here on
      identifiedAt = clock.tick();
      toldIdentity = json;
    }

    /** The visitor decided here: what a host said before it heard of that is late. */
    function tellConsent(): void {
      if (isTold) return;
      decidedAt = clock.tick();
      if (!connected) return;
      shared = page.consent.purposes();
      tell('consent', { purposes: shared });
    }

    /** What a host holds from earlier is left where the visitor decided otherwise here while there was none. */
    function shareConsent(theirs: ConsentByPurpose): void {
      const ours = page.consent.purposes();
      const news = PURPOSES.filter((purpose) => theirs[purpose] && shared[purpose] === ours[purpose]);
      decide(Object.fromEntries(news.map((purpose) => [purpose, theirs[purpose]])));
      if (PURPOSES.some((purpose) => shared[purpose] !== theirs[purpose])) tell('consent', { purposes: shared });
    }

    /** What was decided on the other side. */
    function decide(purposes: ConsentByPurpose): void {
      const known = page.consent.purposes();
      if (JSON.stringify({ ...known, ...purposes }) !== JSON.stringify(known)) {
        isTold = true;
        page.consent.decide(purposes);
        isTold = false;
      }
      shared = page.consent.purposes();
    }

    page.atEvent((event) => {
      const shown = viewAfter(event, view);
      if (shown && shown !== view) tell('view', shown);
      view = shown;
      if (event.type === 'identify') {
        isUntold = !connected;
        if (connected) tellIdentity();
      }
      const [logicalMs, logicalCount] = clock.tick();
      return { logicalMs, logicalCount };
    });
    page.onConsent(tellConsent);
    page.carry((http) => ({
      ...http,
      ready: greeting,
      async post(batchId, json, isWanted) {
        if (connected) tellIdentity();
        else look();
        if (!isWanted()) return RETRY;
        return (connected && (await handOver.batch(batchId, json))) || http.post(batchId, json, isWanted);
      },
      postLeaving: (batchId, json) =>
        connected ? handOver.batch(batchId, json).then((outcome) => outcome ?? RETRY) : http.postLeaving(batchId, json),
      async ask(batchIds) {
        if (connected) return []; // the host knows each event again by itself
        look(); // where nobody answers, it is asked again and again, and nothing else is tried
        return http.ask(batchIds);
      },
    }));

    addEventListener('pageshow', onPageShow, { signal: stopping.signal });
    const looking = setInterval(look, LOOK_EVERY_MS);
    setTimeout(endGreeting, BRIDGE_LIMITS.welcomeWithinMs);
    void greeting.then(() => clearInterval(looking));
    look();
    return () => {
      tell('bye');
      endGreeting();
      stopping.abort();
      lose();
    };
  }

  return Object.assign(start, {
    health: () => ({ container: port?.container, connected, refused: { ...refused } }),
  });
}
