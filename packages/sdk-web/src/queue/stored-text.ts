/** Text as the page wrote it, or sealed so that nobody reads it from the device's disk. */
export type StoredText = string | ArrayBuffer;

/** How much a text is on the disk, nearly: the browser keeps Latin letters as one byte each. */
export function textLength(text: StoredText): number {
  return typeof text === 'string' ? text.length : text.byteLength;
}

/** How much it is on the wire: of most events as many bytes as letters, which is known without a copy of them. */
export function wireBytes(text: StoredText): number {
  const isWide = typeof text === 'string' && /[^\0-\x7f]/.test(text);
  return isWide ? new TextEncoder().encode(text).length : textLength(text);
}
