import type { FileAccess } from '@tidemark/sdk-hybrid-bridge/native';
import { integerBetween, type Random } from '../../load/random.js';

/** Files that outlive the processes that use them. */
export interface Disk {
  /** The files for one process. */
  mount(): Mount;
}

export interface Mount {
  readonly files: FileAccess;
  /** The process dies: what it was writing is there, or half of it, or nothing; and no call of its ever comes back. */
  cut(): void;
}

const WRITE_MAX_MS = 15;

/** @param random - decides how long a write takes, and what is left of the one that a death interrupts. */
export function createDisk(random: Random): Disk {
  const contents = new Map<string, string>();

  return {
    mount() {
      let isCut = false;
      /** Of the write that is under way: leaves a share of it. */
      const underWay = new Set<(share: number) => void>();

      /** @param leave - does what a share of the write does. */
      function write(leave: (share: number) => void): Promise<void> {
        if (isCut) return new Promise(() => undefined);
        underWay.add(leave);
        return new Promise((resolve) => {
          setTimeout(
            () => {
              if (isCut) return;
              underWay.delete(leave);
              leave(1);
              resolve();
            },
            integerBetween(random, 0, WRITE_MAX_MS),
          );
        });
      }

      return {
        files: {
          read: async (name) => contents.get(name),
          append: (name, text) =>
            write((share) => {
              const part = text.slice(0, Math.floor(share * text.length));
              contents.set(name, (contents.get(name) ?? '') + part);
            }),
          replace: (name, text) =>
            write((share) => {
              if (share === 1) contents.set(name, text); // renamed, or not
            }),
        },
        cut() {
          isCut = true;
          for (const leave of underWay) leave(Math.min(1, Math.floor(3 * random()) / 2));
          underWay.clear();
        },
      };
    },
  };
}
