import {
  type BatchContext,
  type ConsentByPurpose,
  type ConsentState,
  type EpochMs,
  LIMITS,
  PURPOSES,
  type Purpose,
  SURFACES,
  type VisitorId,
} from '@tidemark/protocol';
import { readDevice } from '../browser/device.js';
import type { SmallStorage } from '../browser/small-storage.js';
import type { Session } from '../identity/session.js';
import { cutText } from './clean-fields.js';
import type { InitOptions } from './client.js';
import { SDK_VERSION } from './version.js';

/** What all events share. It is held to the protocol here: a bad event falls alone, a bad context takes its batch along. */
export interface Context {
  /** As of an event at that time. */
  at(now: EpochMs): Omit<BatchContext, 'queueId'>;
  /** @returns the id as the collector takes it. */
  identify(userId: string): string;
  /** @returns the purposes that the protocol knows, of those that were given. */
  consent(purposes: ConsentByPurpose): ConsentByPurpose;
}

export interface ContextSources {
  readonly storage: SmallStorage;
  readonly visitorId: VisitorId;
  readonly sessionAt: (now: EpochMs) => Session;
}

export function createContext(options: InitOptions, { storage, visitorId, sessionAt }: ContextSources): Context {
  const appId = text(options.appId) ?? 'web';
  const release = text(options.release);
  const surface = SURFACES.find((known) => known === options.surface) ?? 'h5';
  const device = readDevice();
  let userId = text(storage.get('user'));
  let consent: ConsentByPurpose | undefined;
  return {
    at(now) {
      const { sessionId, startedAt } = sessionAt(now);
      return {
        appId,
        ...(release ? { release } : {}),
        surface,
        sdk: { name: 'sdk-web', version: SDK_VERSION },
        visitorId,
        ...(userId ? { userId } : {}),
        sessionId,
        sessionStartedAt: startedAt,
        device,
        ...(consent ? { consent } : {}),
      };
    },
    identify(id) {
      userId = text(id);
      storage.set('user', userId ?? '');
      return userId ?? '';
    },
    consent(purposes) {
      const decided: { [P in Purpose]?: ConsentState } = {};
      for (const purpose of PURPOSES) {
        const state = purposes[purpose];
        if (state === 'granted' || state === 'denied') decided[purpose] = state;
      }
      consent = { ...consent, ...decided };
      return decided;
    },
  };
}

/** A name or an id as the collector takes it; JavaScript callers give numbers. */
function text(value: string | undefined): string | undefined {
  return value === undefined || value === null ? undefined : cutText(String(value), LIMITS.nameLength) || undefined;
}
