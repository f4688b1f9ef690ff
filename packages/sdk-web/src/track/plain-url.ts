/**
 * An address as far as it tells nothing of a person: origin and path, without credentials, query and fragment; of what
 * is no web address (`mailto:`, `tel:`) the scheme alone.
 *
 * @param address - may be relative to the page.
 * @returns undefined when it is no address.
 */
export function plainUrl(address: string): { readonly url: URL; readonly plain: string } | undefined {
  try {
    const url = new URL(address, document.baseURI);
    return { url, plain: /^https?:$/.test(url.protocol) ? url.origin + url.pathname : url.protocol };
  } catch {
    return undefined; // pages hold such links
  }
}
