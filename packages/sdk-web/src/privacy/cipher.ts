import type { Encryption } from './encryption.js';

/** As NIST SP 800-38D recommends for random ones: good for 2^32 events under one key. */
const IV_BYTES = 12;

/**
 * Keeps events on the device under AES-GCM with 256 bits. The key is made once for all tabs, lies in a database of its
 * own and cannot be read out of the browser, by a script of the page neither. What copies the profile without the
 * browser sees ciphertext; what runs in the page can ask the browser to decrypt.
 *
 * `seal` and `open` reject where the browser has no `crypto.subtle` (a page without TLS) or no IndexedDB.
 */
export function openCipher(): Encryption {
  let opening: Promise<CryptoKey> | undefined;
  const key = () => {
    opening ??= openKey().catch((error) => {
      opening = undefined; // a disk that is full now may not be for ever
      throw error;
    });
    return opening;
  };
  return {
    async seal(text) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const plain = new TextEncoder().encode(text);
      const secret = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key(), plain);
      return await new Blob([iv, secret]).arrayBuffer();
    },
    async open(bytes) {
      const iv = bytes.slice(0, IV_BYTES);
      const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await key(), bytes.slice(IV_BYTES));
      return new TextDecoder().decode(plain);
    },
  };
}

/** The first tab's key is everybody's: looking and leaving one's own is one transaction. */
async function openKey(): Promise<CryptoKey> {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  return await new Promise((resolve, reject) => {
    const opening = indexedDB.open('tidemark-key');
    opening.onupgradeneeded = () => opening.result.createObjectStore('key');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('key', 'readwrite');
      const keys = transaction.objectStore('key');
      const known = keys.get(0);
      known.onsuccess = () => known.result ?? keys.put(made, 0);
      transaction.oncomplete = () => resolve(known.result ?? made);
      transaction.onabort = () => reject(transaction.error);
    };
  });
}
