/** Never longer than this behind another tab that hangs: the collector recognises what two tabs send twice. */
const WAIT_MS = 20_000;

/**
 * Runs work of one kind in one tab at a time, by the Web Locks of the browser. Where there are none, it just runs:
 * copies cost a few bytes and are recognised.
 */
export async function exclusively(name: string, work: () => Promise<void>): Promise<void> {
  const { locks } = navigator as { readonly locks?: LockManager }; // missing on pages without TLS, whatever the types say
  if (!locks) return work();
  let begun = false;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), WAIT_MS);
  try {
    await locks.request(name, { signal: patience.signal }, () => {
      begun = true;
      clearTimeout(timer);
      return work();
    });
  } catch (error) {
    if (begun) throw error;
    await work();
  } finally {
    clearTimeout(timer);
  }
}
