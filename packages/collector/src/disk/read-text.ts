import { nodeFileSystem } from './file-system.js';

/** The text of a file; that something is no file is said at once: node's own read waits for whoever writes into a pipe. */
export async function readText(path: string): Promise<string> {
  return (await nodeFileSystem.read(path)).toString();
}
