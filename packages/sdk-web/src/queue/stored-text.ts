/** Text as the page wrote it, or sealed so that nobody reads it from the device's disk. */
export type StoredText = string | ArrayBuffer;

/** How much it is on the wire, in UTF-8: of most events as many bytes as letters, which is known without a copy of them. */
export function wireBytes(text: StoredText): number {
  if (typeof text !== 'string') return text.byteLength;
  return /[^\0-\x7f]/.test(text) ? new TextEncoder().encode(text).length : text.length;
}
