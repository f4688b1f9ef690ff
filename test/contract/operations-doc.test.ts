import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DESK_LIMITS } from '../../packages/analytics/src/scores/index.js';
import { readConfig } from '../../packages/collector/src/boot/config.js';
import { openGuard } from '../../packages/collector/src/boot/http/open-guard.js';
import { defaultOverloadLimits, OVERLOAD_VARIABLES } from '../../packages/collector/src/boot/http/overload-limits.js';
import { createPipelineMetrics } from '../../packages/collector/src/boot/pipeline/pipeline-metrics.js';
import { USERS_MAX, WAITING_MAX } from '../../packages/collector/src/decisions/order-desks.js';
import { createMetrics } from '../../packages/collector/src/observe/metrics.js';

const page = await readFile('docs/operations.md', 'utf8');

describe('docs/operations.md', () => {
  it('states every limit with its default', () => {
    const documented = [...page.matchAll(/^\| `(TIDEMARK_\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [
      name,
      Number(value),
    ]);
    const defaults = defaultOverloadLimits();
    expect(documented).toEqual(Object.entries(OVERLOAD_VARIABLES).map(([name, key]) => [name, defaults[key]]));
  });

  it('states what is kept of subjects at most, as README does what can be set', async () => {
    const { liveFeaturesMiB } = readConfig({});
    const readme = await readFile('README.md', 'utf8');
    expect(readme).toMatch(new RegExp(`^\\| \`TIDEMARK_LIVE_FEATURES_MIB\` \\|.*\\| \`${liveFeaturesMiB}\` \\|$`, 'm'));
    const figure = (count: number) => count.toLocaleString('en');
    expect(page).toContain(`\`TIDEMARK_LIVE_FEATURES_MIB\`, ${liveFeaturesMiB} (`);
    expect(page).toContain(`orders | ${figure(USERS_MAX)} a workspace |`);
    expect(page).toContain(`away | ${figure(WAITING_MAX)} of all workspaces;`);
    const { products, openOrders } = DESK_LIMITS;
    expect(page).toContain(`| ${figure(products)} a workspace, ${figure(openOrders)} open orders on each side;`);
  });

  it('names no metric that there is not', async () => {
    const metrics = createMetrics();
    openGuard(readConfig({}), metrics, () => 0).close();
    createPipelineMetrics(metrics, Date.now);
    metrics.requestHistogram();
    const there = await metrics.text();
    const named = [...page.matchAll(/`(tidemark_\w+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) expect(there).toContain(`# TYPE ${name} `);
  });
});
