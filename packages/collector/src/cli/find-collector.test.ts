import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { keysFile } from '../boot/open-workspaces.js';
import { findCollector } from './find-collector.js';

const KEYS = { workspaceId: 'shop', writeKey: 'tm_pk_1', readKey: 'tm_rk_1', secretKey: 'tm_sk_1' };
const OWN = 'http://127.0.0.1:9000';
const DEFAULT = 'http://127.0.0.1:8787';

/** A data directory as a collector that listened at `url` leaves it. */
async function dataOf(url?: string): Promise<string> {
  const directory = await temporaryDirectory();
  await writeFile(keysFile(directory), JSON.stringify({ ...KEYS, url }));
  return directory;
}

describe('findCollector', () => {
  it('takes address and key from the data directory, the read key where that is enough', async () => {
    const environment = { TIDEMARK_DATA: await dataOf(OWN) };
    expect(await findCollector(environment, 'secret')).toEqual({ url: OWN, key: 'tm_sk_1' });
    expect(await findCollector(environment, 'read')).toEqual({ url: OWN, key: 'tm_rk_1' });
  });

  it.each([`${OWN}/`, OWN.replace('http', 'HTTP')])(
    'gives the local key to the address it belongs to, %s',
    async (url) => {
      const environment = { TIDEMARK_DATA: await dataOf(OWN), TIDEMARK_URL: url };
      expect(await findCollector(environment, 'secret')).toMatchObject({ key: 'tm_sk_1' });
    },
  );

  it.each([
    'https://stats.example.com',
    'http://127.0.0.1:9001',
    'https://127.0.0.1:9000',
    `${OWN}.example.com`,
    'http://127.0.0.1:9000@example.com',
    'data:,',
    '127.0.0.1:9000',
  ])('gives the local key to no other address: %s', async (url) => {
    const environment = { TIDEMARK_DATA: await dataOf(OWN), TIDEMARK_URL: url };
    await expect(findCollector(environment, 'secret')).rejects.toMatchObject({
      code: 'no_key',
      message: expect.stringMatching(/belong to another address, http:\/\/127\.0\.0\.1:9000; set TIDEMARK_KEY$/),
    });
  });

  it('gives the local key to nobody once the collector was stopped', async () => {
    const TIDEMARK_DATA = await dataOf();
    for (const environment of [{ TIDEMARK_DATA }, { TIDEMARK_DATA, TIDEMARK_URL: DEFAULT }]) {
      await expect(findCollector(environment, 'read')).rejects.toMatchObject({
        code: 'collector_unreachable',
        message: expect.stringMatching(/^no collector runs on .*: start one with npm start, or set TIDEMARK_URL/),
      });
    }
  });

  it('sends a key that is given to the address that is given, whatever lies on this machine', async () => {
    const environment = { TIDEMARK_DATA: await dataOf(OWN), TIDEMARK_KEY: 'tm_sk_2' };
    expect(await findCollector(environment, 'read')).toEqual({ url: DEFAULT, key: 'tm_sk_2' });
    const elsewhere = { ...environment, TIDEMARK_URL: 'https://stats.example.com/' };
    expect(await findCollector(elsewhere, 'read')).toEqual({ url: 'https://stats.example.com', key: 'tm_sk_2' });
  });
});
