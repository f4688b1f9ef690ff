/** Takes the lease until then, epoch milliseconds, or gives it back with 0. @returns whether it is ours. */
export type TakeLease = (until: number) => Promise<boolean | undefined>;

export interface ExclusiveOptions {
  readonly name: string;
  readonly now: () => number;
  readonly takeLease: TakeLease;
}

/** Never longer than this behind a lock of another tab that hangs: the collector recognises what two tabs send twice. */
const WAIT_MS = 20_000;
/** A holder that died is followed after this. */
const LEASE_MS = 4_000;
const RENEW_MS = 1_500;

/**
 * Runs work of one kind in one tab at a time: by the Web Locks of the browser, which end with their tab; by a lease in the
 * database where there are none, or where a lock is stuck.
 *
 * @returns false when another tab is at it and the work was not run.
 */
export async function exclusively(options: ExclusiveOptions, work: () => Promise<unknown>): Promise<boolean> {
  const { locks } = navigator as { readonly locks?: LockManager }; // missing on pages without TLS, whatever the types say
  if (!locks) return leased(options, work);
  let begun = false;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), WAIT_MS);
  try {
    await locks.request(options.name, { signal: patience.signal }, () => {
      begun = true;
      clearTimeout(timer);
      return work();
    });
    return true;
  } catch (error) {
    if (begun) throw error;
    return leased(options, work);
  } finally {
    clearTimeout(timer);
  }
}

async function leased({ takeLease, now }: ExclusiveOptions, work: () => Promise<unknown>): Promise<boolean> {
  if (!(await takeLease(now() + LEASE_MS))) return false;
  const renewal = setInterval(() => void takeLease(now() + LEASE_MS).catch(() => undefined), RENEW_MS);
  try {
    await work();
  } finally {
    clearInterval(renewal);
    await takeLease(0).catch(() => false); // then it runs out by itself
  }
  return true;
}
