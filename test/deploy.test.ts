import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../packages/collector/src/boot/config.js';

const read = (name: string) => readFile(`deploy/${name}`, 'utf8');

/** Values as YAML writes them: bare, in quotes, or from the environment of whoever starts it. */
function settingsOf(yaml: string): Record<string, string> {
  const lines = yaml.matchAll(/^\s+(?:- \{ name: )?(TIDEMARK_\w+)(?:, value)?: "?([^"}\n]+?)"?(?: \})?$/gm);
  return Object.fromEntries(
    [...lines].map(([, name = '', value = '']) => [name, value.startsWith('${') ? 'secret' : value]),
  );
}

describe.each(['cluster/compose.yaml', 'kubernetes/tidemark.yaml'])('deploy/%s', (name) => {
  it('sets what a collector takes, and a cluster that the nodes know by that name', async () => {
    const yaml = await read(name);
    const config = readConfig(settingsOf(yaml));
    expect(config).toMatchObject({ host: '0.0.0.0', clickhouseInsertQuorum: 2, database: 'tidemark' });
    const nodes = await read('cluster/clickhouse.xml');
    expect(nodes).toMatch(new RegExp(`<remote_servers>\\s*<${config.clickhouseCluster}>`));
    expect(nodes).toContain(`<host>${new URL(config.clickhouseUrl ?? '').hostname}</host>`);
    expect(yaml).toContain('NOT RUN');
  });

  it('runs each node and Keeper that the configuration names, with a shard and a replica of its own', async () => {
    const yaml = await read(name);
    const hosts = (text: string) => [...text.matchAll(/<host(?:name)?>([\w-]+)</g)].map(([, host = '']) => host);
    const named = new Set([...hosts(await read('cluster/clickhouse.xml')), ...hosts(await read('cluster/keeper.xml'))]);
    expect(named.size).toBe(7);
    for (const host of named) expect(yaml).toMatch(new RegExp(`(^  ${host}:|name: ${host} )`, 'm'));
    const places = [...yaml.matchAll(/SHARD(?:, value)?: "(\d)"[\s\S]*?REPLICA(?:, value)?: "(\d)"/g)];
    expect(places.map(([, shard, replica]) => `${shard}-${replica}`)).toEqual(['1-1', '1-2', '2-1', '2-2']);
  });
});

it('the nodes of a shard hold the same rows by themselves: internal_replication is on in each', async () => {
  const nodes = await read('cluster/clickhouse.xml');
  expect(nodes.match(/<internal_replication>true</g)).toHaveLength(2);
  expect(nodes).toMatch(/<shard from_env="SHARD"\/>\s*<replica from_env="REPLICA"\/>/);
});
