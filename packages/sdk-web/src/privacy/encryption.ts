/** How events are kept unreadable on the device. The queue knows no more of it than this. */
export interface Encryption {
  /** @returns the text in a form that IndexedDB stores, unreadable without the key. */
  seal(text: string): Promise<ArrayBuffer>;
  /** @throws when the bytes were sealed with another key, or changed. */
  open(bytes: ArrayBuffer): Promise<string>;
}
