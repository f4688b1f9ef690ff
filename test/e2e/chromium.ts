/** Empty where there is no browser; then the tests that need one skip themselves, by name. */
export const CHROMIUM = process.env.TIDEMARK_CHROMIUM ?? '';

export { launchBrowser, openBrowser, openKillableBrowser } from '../../benchmarks/src/sdk/browser.js';
