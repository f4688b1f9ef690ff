/** What the browser grants this origin, bytes; infinite where it does not say. */
export async function storageQuotaBytes(): Promise<number> {
  const { storage } = navigator as { readonly storage?: StorageManager }; // missing on pages without TLS, whatever the types say
  const estimate = await storage?.estimate?.().catch(() => undefined);
  return estimate?.quota ?? Number.POSITIVE_INFINITY;
}
