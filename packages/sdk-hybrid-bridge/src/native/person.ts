import {
  type BridgeIdentity,
  type ConsentByPurpose,
  type EpochMs,
  isBefore,
  type SessionId,
  type Stamp,
  type VisitorId,
} from '@tidemark/protocol';
import { cleanPurposes } from './clean-fields.js';
import { readJson } from './read-json.js';

/** Who uses the device, in which session, and what that person allows. One for the host and all its pages. */
export interface Person {
  identity(): BridgeIdentity;
  consent(): ConsentByPurpose;
  isDenied(): boolean;
  /** Whether 30 minutes went by without an event. */
  hasEnded(now: EpochMs): boolean;
  beginSession(now: EpochMs, at: Stamp): void;
  /** Something happened in this session. */
  keepAlive(sessionId: string, at: EpochMs): void;
  identify(userId: string, at: Stamp): void;
  /** Somebody else: another visitor and session, no user. */
  replace(now: EpochMs, at: Stamp): void;
  /** @returns false when it was said before what holds. */
  adopt(identity: BridgeIdentity, now: EpochMs, at: Stamp): boolean;
  /** @returns false when it was said before what holds. */
  decide(purposes: ConsentByPurpose, at: Stamp): boolean;
}

export interface PersonOptions {
  /** As `save` was given it. */
  readonly saved: string | undefined;
  /** What holds where nothing was saved. */
  readonly consent: ConsentByPurpose;
  readonly now: EpochMs;
  readonly newId: <T extends string>(timeMs: EpochMs) => T;
  readonly save: (text: string) => void;
}

export interface SavedPerson {
  readonly identity: BridgeIdentity;
  readonly lastEventAt: EpochMs;
  readonly consent: ConsentByPurpose;
}

const SESSION_ENDS_AFTER_MS = 30 * 60_000;
/** Of the last event; a session that is restored may end so much too early. */
const SAVE_EVERY_MS = 15_000;

export function createPerson({ saved, now: start, newId, save, ...options }: PersonOptions): Person {
  const known = readJson<SavedPerson>(saved); // written below
  let identity = known?.identity ?? somebodyNew(start);
  let lastEventAt = known?.lastEventAt ?? start;
  let consent = known?.consent ?? options.consent;
  let savedAt = lastEventAt;
  /** When identity and consent were last said; what the host starts with counts for none. */
  let identityAt: Stamp = [0, 0];
  let consentAt: Stamp = [0, 0];
  if (!known) saveNow();

  function somebodyNew(now: EpochMs): BridgeIdentity {
    return { visitorId: newId<VisitorId>(now), sessionId: newId<SessionId>(now), sessionStartedAt: now };
  }

  function saveNow(): void {
    savedAt = lastEventAt;
    save(JSON.stringify({ identity, lastEventAt, consent } satisfies SavedPerson));
  }

  function become(next: BridgeIdentity, now: EpochMs, at: Stamp): void {
    if (next.sessionId !== identity.sessionId) lastEventAt = now;
    identity = next;
    identityAt = at;
    saveNow();
  }

  return {
    identity: () => identity,
    consent: () => consent,
    isDenied: () => consent.analytics === 'denied',
    // A clock that was set back by more says nothing about the time between.
    hasEnded: (now) => Math.abs(now - lastEventAt) > SESSION_ENDS_AFTER_MS,
    beginSession: (now, at) =>
      become({ ...identity, sessionId: newId<SessionId>(now), sessionStartedAt: now }, now, at),
    keepAlive(sessionId, at) {
      if (sessionId !== identity.sessionId) return;
      lastEventAt = Math.max(lastEventAt, at);
      if (lastEventAt - savedAt >= SAVE_EVERY_MS) saveNow();
    },
    identify: (userId, at) => become({ ...identity, userId }, identity.sessionStartedAt, at),
    replace: (now, at) => become(somebodyNew(now), now, at),
    adopt(next, now, at) {
      if (!isBefore(identityAt, at)) return false;
      become(next, now, at);
      return true;
    },
    decide(purposes, at) {
      if (!isBefore(consentAt, at)) return false;
      consentAt = at;
      consent = { ...consent, ...cleanPurposes(purposes) };
      saveNow();
      return true;
    },
  };
}
