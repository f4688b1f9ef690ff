import { uuidV7 } from '@tidemark/protocol';

/** What is drawn: ids that sort by time, and secrets. */
export interface Random {
  id<T extends string>(timeMs: number): T;
  /** 22 characters of 6 bits: 132 bits. */
  nonce(): string;
  /** Uniform in [0, 1). */
  share(): number;
}

const NONCE_CHARS = 22;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** @param bytes - so many of them, unpredictable: nonces are secrets. */
export function createRandom(bytes: (count: number) => Uint8Array): Random {
  return {
    id: <T extends string>(timeMs: number) => uuidV7(Math.max(0, Math.floor(timeMs)), bytes(10)) as T, // made here, so branded here
    nonce: () => Array.from(bytes(NONCE_CHARS), (byte) => ALPHABET[byte % ALPHABET.length]).join(''),
    share() {
      const [high = 0, low = 0] = bytes(2);
      return (high * 256 + low) / 65_536;
    },
  };
}

/** The engine's own. @throws where it has none: guessable secrets are worse than no bridge. */
export function randomBytesOfEngine(count: number): Uint8Array {
  if (typeof crypto === 'undefined') throw new TypeError('openHost needs randomBytes: this engine has no crypto');
  return crypto.getRandomValues(new Uint8Array(count));
}
