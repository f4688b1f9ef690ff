/** What the browser grants this origin, bytes; infinite where it does not say. */
export async function storageQuotaBytes(): Promise<number> {
  try {
    return (await navigator.storage.estimate()).quota ?? Infinity;
  } catch {
    return Infinity; // not on pages without TLS, nor in every browser
  }
}
