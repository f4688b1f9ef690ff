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
