import { type BatchContext, type ConsentByPurpose, cutText, type EpochMs, LIMITS, SURFACES } from '@tidemark/protocol';
import { bare } from '../browser/bare.js';
import type { Clock } from '../browser/clock.js';
import type { SmallStorage } from '../browser/small-storage.js';
import type { Sessions } from '../identity/session.js';
import type { Visitor } from '../identity/visitor.js';
import type { InitOptions } from './client.js';
import { SDK_VERSION } from './version.js';

/** What all events share. It is held to the protocol here: a bad event falls alone, a bad context takes its batch along. */
export interface Context {
  /** JSON of the batch context without `queueId` and `device`, as of an event at that time. The same text for as long as nothing changes. */
  at(now: EpochMs): string;
  /** As of the last event; empty before the first. */
  last(): string;
  /** The epoch of the wall clock that a context of this page belongs to; undefined for one of another page. */
  epochOf(contextJson: string | undefined): number | undefined;
  userId(): string | undefined;
  /** @returns the id as the collector takes it. */
  identify(userId: string): string;
  /** Nobody is identified any more. */
  forget(): void;
}

export interface ContextSources {
  readonly storage: SmallStorage;
  readonly visitor: Pick<Visitor, 'id'>;
  readonly sessions: Pick<Sessions, 'at'>;
  readonly clock: Pick<Clock, 'steps' | 'offset'>;
  readonly purposes: () => ConsentByPurpose;
}

/** A better measured offset that differs by less is not worth a batch of its own. */
const OFFSET_CHANGE_MS = 1_000;

export function createContext(options: InitOptions, sources: ContextSources): Context {
  const { storage, visitor, sessions, clock } = sources;
  const appId = text(options.appId) ?? 'web';
  const release = text(options.release);
  const surface = SURFACES.find((known) => known === options.surface) ?? 'h5';
  let userId = text(storage.get('user'));
  let stamped: ReturnType<Clock['offset']>;
  let session: ReturnType<Sessions['at']> | undefined;
  let lastJson = '';
  let lastInputs: readonly unknown[] = [];
  const epochs = new Map<string | undefined, number>();

  function write({ sessionId, startedAt }: ReturnType<Sessions['at']>): string {
    const offset = clock.offset();
    if (!offset || !stamped || Math.abs(offset.offsetMs - stamped.offsetMs) > OFFSET_CHANGE_MS) stamped = offset;
    const purposes = sources.purposes();
    const steps = clock.steps();
    const inputs = [sessionId, visitor.id(), userId, stamped, purposes, steps];
    if (inputs.every((input, index) => input === lastInputs[index])) return lastJson;
    const context = bare<Omit<BatchContext, 'queueId' | 'device'>>({
      appId,
      release,
      surface,
      sdk: bare({ name: 'sdk-web', version: SDK_VERSION }),
      visitorId: visitor.id(),
      userId,
      sessionId,
      sessionStartedAt: startedAt,
      clockSteps: steps || undefined,
      clockOffsetMs: stamped?.offsetMs,
      clockErrorMs: stamped?.errorMs,
      consent: Object.keys(purposes)[0] ? bare(purposes) : undefined,
    });
    lastJson = JSON.stringify(context);
    lastInputs = inputs; // not before: of what could not be written, the text is that of another context
    epochs.set(lastJson, steps);
    return lastJson;
  }

  return {
    at(now) {
      session = sessions.at(now);
      return write(session);
    },
    // In the same session, yet never in an epoch whose clock is not the one that its event was timed by.
    last: () => (session && epochs.get(lastJson) !== clock.steps() ? write(session) : lastJson),
    epochOf: (contextJson) => epochs.get(contextJson),
    userId: () => userId,
    identify(id) {
      userId = text(id);
      storage.set('user', userId ?? '');
      return userId ?? '';
    },
    forget() {
      userId = undefined;
      storage.set('user', '');
    },
  };
}

/** A name or an id as the collector takes it; JavaScript callers give numbers. */
function text(value: string | undefined): string | undefined {
  return cutText(String(value ?? ''), LIMITS.nameLength) || undefined;
}
