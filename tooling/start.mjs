// npm start: everything on this machine, with the example shop, and the app that is played around it, served beside the collector. Ctrl-C stops all of it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runMain } from './repo.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  await setup();
  const cli = join(root, 'packages/collector/dist/cli/main.js');
  const site = join(root, 'examples/h5-fund-shop/dist/site');
  const pages = ['--site', site, '--site-page', 'simulator=/native/'];
  process.argv = [process.argv[0], cli, 'dev', '--market', ...pages, ...process.argv.slice(2)];
  await import(pathToFileURL(cli).href);
});
