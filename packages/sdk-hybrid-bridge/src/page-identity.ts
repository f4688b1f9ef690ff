import type { BridgeIdentity } from '@tidemark/protocol';
import type { BridgedPage } from './page.js';

/** Who the page is: visitor, user and session in one, as its host knows them. */
export interface PageIdentity {
  read(): BridgeIdentity;
  /** From here on; an id of the page's own that is given up for it is told as an `alias`. @returns whether it is an identity. */
  adopt(identity: BridgeIdentity): boolean;
}

type Parts = Pick<BridgedPage, 'clock' | 'storage' | 'visitor' | 'sessions' | 'user' | 'emit'>;

export function createPageIdentity({ clock, storage, visitor, sessions, user, emit }: Parts): PageIdentity {
  return {
    read() {
      const { sessionId, startedAt } = sessions.peek(clock.now());
      const userId = user.userId();
      return { visitorId: visitor.id(), ...(userId ? { userId } : {}), sessionId, sessionStartedAt: startedAt };
    },
    adopt({ visitorId, userId, sessionId, sessionStartedAt }) {
      const previousVisitorId = visitor.id();
      const session = { sessionId, startedAt: sessionStartedAt };
      if (!visitor.become(visitorId) || !sessions.become(session, clock.now())) return false;
      if (userId) user.identify(userId);
      else user.forget();
      // The app gives up an id of its own when somebody else takes the device, or nobody is to be known again.
      const isOwn = storage.get('shared') !== previousVisitorId;
      storage.set('shared', visitorId);
      if (isOwn && previousVisitorId !== visitorId) emit({ type: 'alias', previousVisitorId });
      return true;
    },
  };
}
