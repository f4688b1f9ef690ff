/** Text as the page wrote it, or sealed so that nobody reads it from the device's disk. */
export type StoredText = string | ArrayBuffer;

/** How much a text is on the disk, nearly: the browser keeps Latin letters as one byte each. */
export function textLength(text: StoredText): number {
  return typeof text === 'string' ? text.length : text.byteLength;
}

/** How much it is on the wire. */
export function wireBytes(text: StoredText): number {
  return typeof text === 'string' ? new TextEncoder().encode(text).length : text.byteLength;
}
