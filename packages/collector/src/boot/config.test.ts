import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { defaultOverloadLimits } from './http/overload-limits.js';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({ PATH: '/bin', HOME: undefined })).toEqual({
      dataDirectory: '.tidemark',
      modelsRefitEvery: 500,
      modelsChallenger: 'glassbox',
      honourGpc: true,
      webhookLoopback: false,
      honourDnt: false,
      host: '127.0.0.1',
      port: 8_787,
      clickhouseUser: 'default',
      clickhousePassword: '',
      clickhouseInsertQuorum: 0,
      database: 'tidemark',
      diskReserveMiB: 256,
      liveFeaturesMiB: 160,
      logLevel: 'info',
      trustProxy: 0,
      cookieOrigins: [],
      ...defaultOverloadLimits(),
      keepQuery: [{ scope: '', value: 'utm_*' }],
      keyRequestsPerSecond: 10_000,
      addressRequestsPerSecond: 5_000,
      roles: ['ingest', 'analyze', 'console'],
    });
  });

  it('honours the signals of browsers as it is told', () => {
    const { honourGpc, honourDnt } = readConfig({ TIDEMARK_HONOUR_GPC: 'off', TIDEMARK_HONOUR_DNT: 'true' });
    expect({ honourGpc, honourDnt }).toEqual({ honourGpc: false, honourDnt: true });
    expect(() => readConfig({ TIDEMARK_HONOUR_DNT: 'maybe' })).toThrow('TIDEMARK_HONOUR_DNT');
  });

  it('reads the environment, and the command line before it', () => {
    const environment = {
      TIDEMARK_DATA: '/data',
      TIDEMARK_PORT: '9000',
      TIDEMARK_TRUST_PROXY: '1',
      TIDEMARK_CLICKHOUSE_URL: 'http://clickhouse:8123',
      TIDEMARK_KEY: 'for the command line',
    };
    expect(readConfig(environment, { port: '0', host: undefined })).toMatchObject({
      dataDirectory: '/data',
      port: 0,
      host: '127.0.0.1',
      trustProxy: 1,
      clickhouseUrl: 'http://clickhouse:8123',
    });
  });

  it('reads a cluster and its quorum, and refuses either without what it needs', () => {
    const server = { TIDEMARK_CLICKHOUSE_URL: 'http://clickhouse:8123', TIDEMARK_CLICKHOUSE_CLUSTER: 'main' };
    expect(readConfig(server)).toMatchObject({ clickhouseCluster: 'main', clickhouseInsertQuorum: 0 });
    expect(readConfig({ ...server, TIDEMARK_CLICKHOUSE_INSERT_QUORUM: '2' }).clickhouseInsertQuorum).toBe(2);
    expect(readConfig({ ...server, TIDEMARK_CLICKHOUSE_INSERT_QUORUM: 'auto' }).clickhouseInsertQuorum).toBe('auto');
    expect(() => readConfig({ TIDEMARK_CLICKHOUSE_CLUSTER: 'main' })).toThrow(/^TIDEMARK_CLICKHOUSE_CLUSTER: .*URL/);
    expect(() => readConfig({ ...server, TIDEMARK_CLICKHOUSE_CLUSTER: 'a b' })).toThrow(
      /^TIDEMARK_CLICKHOUSE_CLUSTER: /,
    );
    expect(() => readConfig({ ...server, TIDEMARK_CLICKHOUSE_INSERT_QUORUM: 'most' })).toThrow(/number of replicas/);
    expect(() =>
      readConfig({ TIDEMARK_CLICKHOUSE_URL: 'http://clickhouse:8123', TIDEMARK_CLICKHOUSE_INSERT_QUORUM: '2' }),
    ).toThrow(/^TIDEMARK_CLICKHOUSE_INSERT_QUORUM: .*TIDEMARK_CLICKHOUSE_CLUSTER/);
  });

  it.each(['10.0.0.1', '10.0.0.0/8, 192.168.1.7', '::1,fd00::/8'])('trusts the proxies at %s', (addresses) => {
    expect(readConfig({ TIDEMARK_TRUST_PROXY: addresses })).toMatchObject({ trustProxy: addresses });
  });

  it('reads the origins whose visitors are remembered', () => {
    const TIDEMARK_COOKIE_ORIGINS = 'https://shop.example, http://localhost:8788';
    expect(readConfig({ TIDEMARK_COOKIE_ORIGINS }).cookieOrigins).toEqual([
      'https://shop.example',
      'http://localhost:8788',
    ]);
  });

  it('reads what may stay, everywhere or in one workspace or app', () => {
    const environment = { TIDEMARK_KEEP_QUERY: 'utm_*, shop:tab,shop/h5:id', TIDEMARK_UNMASK: 'shop:phone' };
    expect(readConfig(environment)).toMatchObject({
      keepQuery: [
        { scope: '', value: 'utm_*' },
        { scope: 'shop', value: 'tab' },
        { scope: 'shop/h5', value: 'id' },
      ],
      unmask: [{ scope: 'shop', value: 'phone' }],
    });
  });

  it.each([
    { TIDEMARK_KEEP_QUERY: 'a=b' },
    { TIDEMARK_KEEP_QUERY: 'u*m' },
    { TIDEMARK_KEEP_QUERY: 'shop:' },
    { TIDEMARK_KEEP_QUERY: 'a,,b' },
    { TIDEMARK_UNMASK: 'shop' },
    { TIDEMARK_UNMASK: 'shop:phones' },
    { TIDEMARK_UNMASK: '*' },
  ] as Record<string, string>[])('does not understand %j', (environment) => {
    const [variable] = Object.keys(environment);
    expect(() => readConfig(environment)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringContaining(`${variable}: it is a list`),
      }),
    );
  });

  it('reads the roles, in any order, and lets them be apart before a server only', () => {
    const TIDEMARK_CLICKHOUSE_URL = 'http://clickhouse:8123';
    const TIDEMARK_ROLES = 'console, ingest';
    expect(readConfig({ TIDEMARK_CLICKHOUSE_URL, TIDEMARK_ROLES }).roles).toEqual(['ingest', 'console']);
    expect(readConfig({ TIDEMARK_ROLES: 'console,analyze,ingest' }).roles).toEqual(['ingest', 'analyze', 'console']);
    expect(() => readConfig({ TIDEMARK_ROLES: 'ingest' })).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringMatching(/^TIDEMARK_ROLES: .*TIDEMARK_CLICKHOUSE_URL$/),
      }),
    );
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ TIDEMARK_PORT: '', TIDEMARK_CLICKHOUSE_URL: ' ', TIDEMARK_DATA: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['TIDEMARK_PROT', 'TIDEMARK_PORT'],
    ['TIDEMARK_CLICKHOUSE_PASWORD', 'TIDEMARK_CLICKHOUSE_PASSWORD'],
    ['TIDEMARK_LOGLEVEL', 'TIDEMARK_LOG_LEVEL'],
    ['TIDEMARK_MAX_CONNECTION', 'TIDEMARK_MAX_CONNECTIONS'],
  ])('does not know %s and names its neighbour', (variable, neighbour) => {
    expect(() => readConfig({ [variable]: '1' })).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: `${variable} is no setting; did you mean ${neighbour}?`,
      }),
    );
  });

  it.each([
    ['TIDEMARK_PORT', '70000'],
    ['TIDEMARK_PORT', 'http'],
    ['TIDEMARK_CLICKHOUSE_URL', 'clickhouse'],
    ['TIDEMARK_CLICKHOUSE_DATABASE', 'a; DROP DATABASE b'],
    ['TIDEMARK_LOG_LEVEL', 'loud'],
    ['TIDEMARK_MAX_CONNECTIONS', '0'],
    ['TIDEMARK_MAX_BYTES_IN_FLIGHT', '64M'],
    ['TIDEMARK_TRUST_PROXY', 'true'],
    ['TIDEMARK_TRUST_PROXY', '-1'],
    ['TIDEMARK_TRUST_PROXY', '1.5'],
    ['TIDEMARK_TRUST_PROXY', '10.0.0.1,'],
    ['TIDEMARK_TRUST_PROXY', '10.0.0.0/33'],
    ['TIDEMARK_TRUST_PROXY', '10.0.0.0/8/8'],
    ['TIDEMARK_TRUST_PROXY', '0.0.0.0/0'],
    ['TIDEMARK_TRUST_PROXY', '10.0.0'],
    ['TIDEMARK_KEY_REQUESTS_PER_SECOND', '-1'],
    ['TIDEMARK_ADDRESS_REQUESTS_PER_SECOND', 'many'],
    ['TIDEMARK_MODELS_REFIT_EVERY', '49'],
    ['TIDEMARK_MODELS_REFIT_EVERY', 'often'],
    ['TIDEMARK_MODELS_CHALLENGER', 'neural'],
    ['TIDEMARK_ROLES', 'ingest,everything'],
    ['TIDEMARK_ROLES', ','],
    ['TIDEMARK_COOKIE_ORIGINS', '*'],
    ['TIDEMARK_COOKIE_ORIGINS', 'null'],
    ['TIDEMARK_COOKIE_ORIGINS', 'shop.example'],
    ['TIDEMARK_COOKIE_ORIGINS', 'https://*.example'],
    ['TIDEMARK_COOKIE_ORIGINS', 'https://shop.example/'],
    ['TIDEMARK_COOKIE_ORIGINS', 'https://shop.example:443'],
    ['TIDEMARK_COOKIE_ORIGINS', 'https://Shop.example'],
    ['TIDEMARK_COOKIE_ORIGINS', 'https://a.example,'],
    ['TIDEMARK_COOKIE_ORIGINS', 'file:///shop'],
  ])('refuses %s=%j, naming it', (variable, value) => {
    expect(() => readConfig({ [variable]: value })).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: expect.stringMatching(`^${variable}: it is `) }),
    );
  });

  it('names an option of the command line as it was written, what is said elsewhere by its variable', () => {
    const said = (run: () => unknown) => {
      try {
        return run();
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(said(() => readConfig({}, { port: 'http' }))).toBe('--port: it is a whole number from 0 to 65535');
    expect(said(() => readConfig({ TIDEMARK_PORT: '70000' }, { port: undefined }))).toBe(
      'TIDEMARK_PORT: it is a whole number from 0 to 65535',
    );
  });
});
