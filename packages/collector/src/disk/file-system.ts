import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';

/** An open file that is written at its end. */
export interface AppendFile {
  /** Writes all bytes or throws. */
  append(parts: readonly Uint8Array[]): Promise<void>;
  /** Returns when what was written survives a power cut. */
  sync(): Promise<void>;
  truncate(lengthBytes: number): Promise<void>;
  close(): Promise<void>;
}

/** An open file that is read here and there. */
export interface ReadFile {
  readonly sizeBytes: number;
  /** Reads exactly so many bytes or throws. */
  read(position: number, lengthBytes: number): Promise<Buffer>;
  close(): Promise<void>;
}

/**
 * What is needed of a disk; tests pass one that fails when told to. New files are for their owner alone. To read what is no file
 * ends with an error of which `isNoFile` holds.
 */
export interface FileSystem {
  makeDirectory(path: string): Promise<void>;
  list(path: string): Promise<string[]>;
  read(path: string): Promise<Buffer>;
  /** Creates the file; an existing one is an error. */
  create(path: string): Promise<AppendFile>;
  /** Opens an existing file at its end, or creates it. */
  openForAppend(path: string): Promise<AppendFile>;
  openForRead(path: string): Promise<ReadFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes names that were created, renamed or removed in the directory durable. */
  syncDirectory(path: string): Promise<void>;
}

/** Without it a pipe would be waited for until somebody writes into it. */
const READ_AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

/** What the system says of a socket, and we of all that can be opened and is no file: a folder, a pipe, a device. */
const NO_FILE = 'ENXIO';
const CODES_OF_NO_FILE: ReadonlySet<string | undefined> = new Set([NO_FILE, 'EISDIR', 'ELOOP', 'ENOENT']);

/** Whether that is why it cannot be read; so it is of a link that leads nowhere. A disk that fails is a fault still. */
export function isNoFile(error: unknown): boolean {
  return CODES_OF_NO_FILE.has((error as NodeJS.ErrnoException).code);
}

export const nodeFileSystem: FileSystem = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true });
  },
  list: (path) => readdir(path),
  read: readFile,
  create: (path) => openAppendFile(path, 'ax'),
  openForAppend: (path) => openAppendFile(path, 'a'),
  openForRead: openReadFile,
  rename,
  remove: unlink,
  async syncDirectory(path) {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};

async function openAppendFile(path: string, flags: 'a' | 'ax'): Promise<AppendFile> {
  const file = await open(path, flags, 0o600);
  return {
    async append(parts) {
      const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
      const { bytesWritten } = await file.writev(parts as Uint8Array[]); // node's type lacks readonly
      if (bytesWritten !== total) throw new Error(`wrote ${bytesWritten} of ${total} bytes to ${path}: disk full?`);
    },
    sync: () => file.datasync(),
    truncate: (lengthBytes) => file.truncate(lengthBytes),
    close: () => file.close(),
  };
}

async function readFile(path: string): Promise<Buffer> {
  const { file } = await openFile(path);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function openReadFile(path: string): Promise<ReadFile> {
  const { file, size } = await openFile(path);
  return {
    sizeBytes: size,
    async read(position, lengthBytes) {
      const buffer = Buffer.allocUnsafe(lengthBytes);
      const { bytesRead } = await file.read(buffer, 0, lengthBytes, position);
      if (bytesRead !== lengthBytes) throw new Error(`read ${bytesRead} of ${lengthBytes} bytes of ${path}`);
      return buffer;
    },
    close: () => file.close(),
  };
}

/** To be read, where it is a file. */
export async function openFile(path: string): Promise<{ readonly file: FileHandle; readonly size: number }> {
  const file = await open(path, READ_AT_ONCE);
  try {
    const stat = await file.stat();
    if (stat.isFile()) return { file, size: stat.size };
    throw Object.assign(new Error(`${path} is no file`), { code: NO_FILE });
  } catch (error) {
    await file.close();
    throw error;
  }
}
