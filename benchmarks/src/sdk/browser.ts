import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { chromiumArguments, findChromium } from '../../../tooling/chromium.mjs';
import { UsageError } from '../usage-error.js';

export interface KillableBrowser {
  readonly context: BrowserContext;
  /** Ends the browser's process as a crash or a low-memory killer does: nothing is asked, nothing is finished. */
  kill(): Promise<void>;
}

/** A background tab here must be what it is to a person: not slowed down only because nobody looks at the machine. */
const UNTHROTTLED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** @throws {UsageError} when there is none. */
function chromiumPath(): string {
  const path = findChromium();
  if (path === undefined) throw new UsageError('There is no Chromium: install one, or name it in TIDEMARK_CHROMIUM.');
  return path;
}

/** One browser for many people: each context of it has a storage of its own, which ends with it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: [...chromiumArguments] });
}

/** Opens a browser on a profile; the same profile again is the same person coming back. */
export function openBrowser(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...chromiumArguments],
    viewport: { width: 390, height: 844 },
  });
}

/** A busy machine takes seconds for it. */
const CONNECT_MS = 15_000;

/**
 * As `openBrowser`, but in a process of our own, which ends with us at the latest. Its tabs are shown and hidden as a
 * person's are; in the others Playwright keeps every tab visible and focused.
 */
export async function openKillableBrowser(profile: string): Promise<KillableBrowser> {
  // A browser now and then starts and never answers its debugger: that says nothing of what is tested.
  return startKillable(profile).catch(() => startKillable(profile));
}

async function startKillable(profile: string): Promise<KillableBrowser> {
  const child = spawn(
    chromiumPath(),
    [...chromiumArguments, ...UNTHROTTLED, '--remote-debugging-port=0', `--user-data-dir=${profile}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  child.once('exit', () => process.off('exit', killWithUs));
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  try {
    const browser = await chromium.connectOverCDP(await debuggerAddress(child), {
      noDefaults: true,
      timeout: CONNECT_MS,
    });
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
