import { openCipher } from '../privacy/cipher.js';
import { type SealQueue, sealQueue } from '../queue/seal-queue.js';

/**
 * Events lie encrypted on the device: `init({ encryption: encryptAtRest() })`. On a page without TLS, where the browser has
 * no cipher, they are kept in memory alone.
 */
export function encryptAtRest(): SealQueue {
  return sealQueue(openCipher());
}
