import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const WINDOW_MS = 10 * 60_000;
/** Users one address has to fail for: an office has a few who mistype in ten minutes. */
const USERS_LEAST = 15;
/** Users remembered of one address: more add nothing to the verdict. */
const USERS_MAX = 256;
/** Of ten logins of people, some eight succeed; of stolen pairs, one in a hundred does. */
const SUCCESS_MOST = 0.2;

/** Logins from one address in one window. Plain data. */
export interface Logins {
  fromMs: number;
  failed: number;
  succeeded: number;
  failedUsers: string[];
  isTold: boolean;
}

export function newLogins(): Logins {
  return { fromMs: -1, failed: 0, succeeded: 0, failedUsers: [], isTold: false };
}

/**
 * Finds addresses that try many users' passwords and mostly fail.
 *
 * @param logins - from the event's address; takes the event in when it is one.
 */
export function findCredentialStuffing(logins: Logins, event: RiskEvent): CandidateFlag | undefined {
  const { action, userId, atMs } = event;
  if (logins.fromMs < 0 || Math.abs(atMs - logins.fromMs) >= WINDOW_MS) {
    Object.assign(logins, { fromMs: atMs, failed: 0, succeeded: 0, failedUsers: [], isTold: false });
  }
  if (action === 'login') logins.succeeded++;
  else {
    logins.failed++;
    const isNew = logins.failedUsers.length < USERS_MAX && !logins.failedUsers.includes(userId);
    if (isNew) logins.failedUsers.push(userId);
  }
  const share = logins.succeeded / (logins.succeeded + logins.failed);
  if (logins.isTold || logins.failedUsers.length < USERS_LEAST || share > SUCCESS_MOST) return undefined;
  logins.isTold = true;
  return flagOf(event, logins, share);
}

export function isLogin({ action }: RiskEvent): boolean {
  return action === 'login' || action === 'login_failed';
}

function flagOf({ address, atMs }: RiskEvent, logins: Logins, share: number): CandidateFlag {
  const users = logins.failedUsers.length;
  const n = logins.failed + logins.succeeded;
  return makeFlag(
    {
      kind: 'credential_stuffing',
      entityKind: 'address',
      entityId: address,
      firstMs: Math.min(logins.fromMs, atMs),
      lastMs: Math.max(logins.fromMs, atMs),
      windowMs: WINDOW_MS,
      // Were logins people's, each would fail with probability .2: n - s failures of n, by Hoeffding's bound.
      surprise: 2 * n * (1 - share - 0.2) ** 2,
      evidence: [
        {
          metric: 'users whose login failed',
          observed: users,
          expectedLow: 0,
          expectedHigh: USERS_LEAST - 1,
          baselineSpanMs: 0,
          n,
        },
        {
          metric: 'share of logins that succeed',
          observed: share,
          expectedLow: SUCCESS_MOST,
          expectedHigh: 1,
          baselineSpanMs: 0,
          n,
        },
      ],
      reasons: [
        {
          code: 'many_users_fail',
          text: `Logins of ${users} users failed from one address within ${Math.ceil(Math.abs(atMs - logins.fromMs) / 60_000)} minutes; ${Math.round(100 * share)} % succeeded.`,
        },
      ],
    },
    VERSION,
  );
}
