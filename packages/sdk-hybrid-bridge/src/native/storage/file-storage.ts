import { type Entry, readFrames, writeFrame } from './frames.js';
import type { HostStorage } from './host-storage.js';

/** What the app gives of its files. All texts are ASCII. */
export interface FileAccess {
  /** @returns undefined when there is no such file. */
  read(name: string): Promise<string | undefined>;
  /** Adds to the end of the file, and makes it if need be. Durable (fsync) when it resolves. */
  append(name: string, text: string): Promise<void>;
  /** The file holds this and nothing else, or what it held: write another, sync it, rename it. Durable when it resolves. */
  replace(name: string, text: string): Promise<void>;
}

export interface FileStorageOptions {
  /** Default `tidemark-host.log`. */
  readonly name?: string;
  /** Dead characters that are let lie before the log is written anew; default 65,536. */
  readonly deadCharsMax?: number;
}

export interface FileStorage extends HostStorage {
  /** Lines that could not be read when the log was opened; the last one torn is one of them. */
  readonly damaged: number;
}

/**
 * A queue in one file: an append-only log, written anew when it is mostly dead. What lives is held in memory, too. One
 * storage a file at a time.
 */
export async function openFileStorage(files: FileAccess, options: FileStorageOptions = {}): Promise<FileStorage> {
  const { name = 'tidemark-host.log', deadCharsMax = 65_536 } = options;
  const records = new Map<number, string>();
  const texts = new Map<string, string>();
  let nextKey = 1;
  const log = (await files.read(name)) ?? '';
  let logChars = log.length;
  const { entries, damaged } = readFrames(log);
  for (const entry of entries) apply(entry);
  /** Of the log when it held nothing dead: it is written anew when it is twice that, and so seldom enough. */
  let liveChars = liveLog().length;
  /** After a torn line, or a write that failed halfway, the end of the log is no place to go on. */
  let isSound = damaged === 0;
  let tail: Promise<unknown> = Promise.resolve();

  function apply(entry: Entry): void {
    if (entry[0] === 'add') {
      nextKey = entry[1];
      for (const text of entry[2]) records.set(nextKey++, text);
    } else if (entry[0] === 'remove') {
      for (const key of entry[1]) records.delete(key);
    } else if (entry[0] === 'text') {
      texts.set(entry[1], entry[2]);
    } else {
      nextKey = entry[1];
    }
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = tail.then(work);
    tail = done.catch(() => undefined); // told to who asked for it
    return done;
  }

  /** Memory follows the disk: what could not be written did not happen. */
  async function write(entry: Entry): Promise<void> {
    if (!isSound) await rewrite();
    const frame = writeFrame(entry);
    isSound = false;
    await files.append(name, frame);
    isSound = true;
    logChars += frame.length;
    apply(entry);
    if (logChars > 2 * liveChars + deadCharsMax) await rewrite().catch(() => undefined); // the log is good as it is
  }

  async function rewrite(): Promise<void> {
    const whole = liveLog();
    await files.replace(name, whole);
    isSound = true;
    logChars = whole.length;
    liveChars = whole.length;
  }

  function liveLog(): string {
    const live: Entry[] = [];
    for (const [key, text] of records) live.push(['add', key, [text]]);
    for (const [textName, text] of texts) live.push(['text', textName, text]);
    return [...live, ['next', nextKey] as const].map(writeFrame).join('');
  }

  return {
    damaged,
    append: (added) => inTurn(() => write(['add', nextKey, added])),
    async read(from, limit) {
      await tail;
      const found: { key: number; text: string }[] = [];
      for (const [key, text] of records) {
        if (found.length === limit) break;
        if (key >= from) found.push({ key, text });
      }
      return found;
    },
    remove: (keys) => inTurn(() => write(['remove', keys])),
    async getText(textName) {
      await tail;
      return texts.get(textName);
    },
    setText: (textName, text) => inTurn(() => write(['text', textName, text])),
  };
}
