import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type BrowserContext, chromium } from 'playwright-core';

/** A browser that talks to nobody but the pages under test. */
const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const CHROMIUM = process.env.TIDEMARK_CHROMIUM ?? '';

/** Opens the browser on a profile; the same profile again is the same person coming back. */
export function openBrowser(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ARGUMENTS,
    viewport: { width: 390, height: 844 },
  });
}

export interface KillableBrowser {
  readonly context: BrowserContext;
  /** Ends the browser's process as a crash or a low-memory killer does: nothing is asked, nothing is finished. */
  kill(): Promise<void>;
}

/** As `openBrowser`, but in a process of the test's own. */
export async function openKillableBrowser(profile: string): Promise<KillableBrowser> {
  const child = spawn(CHROMIUM, [...ARGUMENTS, '--remote-debugging-port=0', `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  try {
    const browser = await chromium.connectOverCDP(await debuggerAddress(child));
    const [context] = browser.contexts();
    if (!context) throw new Error('the browser has no window to work in');
    return { context, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Chromium says where it listens on its error stream; the rest of that is drained, or it would block. */
function debuggerAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`chromium exited with ${code} before it listened`)));
    if (!child.stderr) return reject(new Error('chromium was started without its error stream'));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, address] = /^DevTools listening on (ws:.*)$/.exec(line) ?? [];
      if (address) resolve(address);
    });
  });
}
