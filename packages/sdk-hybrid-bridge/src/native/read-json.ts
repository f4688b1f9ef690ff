/**
 * What the host itself wrote into its storage. Storages that tear their values are none of the host's making, and must not
 * keep an app from starting: what cannot be read is as if it were not there.
 */
export function readJson<T>(text: string | undefined): T | undefined {
  try {
    return text ? (JSON.parse(text) as T) : undefined; // only the host writes there
  } catch {
    return undefined;
  }
}
