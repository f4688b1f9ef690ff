import { isIP } from 'node:net';
import { PERSONAL_KINDS } from '@tidemark/protocol';
import { z } from 'zod';
import { CHALLENGERS } from '../decisions/rolling/challengers.js';
import { parseScopedValues } from '../ingest/minimise/scoped-values.js';
import { TidemarkError } from '../observe/errors.js';
import type { StoreCluster } from '../store/connect.js';
import { isOrigin } from '../workspaces/origin.js';
import { OVERLOAD_LIMITS, OVERLOAD_VARIABLES } from './http/overload-limits.js';
import { REQUEST_RATE_VARIABLES, REQUEST_RATES } from './http/request-rates.js';
import { oneOf, sqlName, wholeNumber, yesOrNo } from './setting-kinds.js';

/** What a collector can do; apart, each scales by itself. */
export const ROLES = ['ingest', 'analyze', 'console'] as const;
export type Role = (typeof ROLES)[number];

const REFIT_EVERY = 'it is a number of orders from 50 to 1000000, or 0 for never';
const TRUSTED_PROXIES = 'it is the number of proxies in front, or their addresses and networks, comma-separated';

/** Everything that can be set, with its default. Read once, at the start. */
const settingsSchema = z.strictObject({
  /** Where the WAL, the keys and the embedded engine's tables live. */
  dataDirectory: z.string().min(1).default('.tidemark'),
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  port: wholeNumber(0, 65_535).default(8_787),
  /** A ClickHouse server; without one the embedded engine is started. */
  clickhouseUrl: z.url({ error: 'it is an address such as http://clickhouse:8123' }).optional(),
  clickhouseUser: z.string().default('default'),
  clickhousePassword: z.string().default(''),
  database: sqlName().default('tidemark'),
  /** The cluster that the server belongs to, as its configuration names it: tables are then replicated and sharded. */
  clickhouseCluster: sqlName().optional(),
  /** How many replicas of a shard have a load before it counts, `auto` for most of them; 0 for the one that took it. */
  clickhouseInsertQuorum: z
    .union([z.literal('auto'), wholeNumber(0, 100)], {
      error: 'it is a number of replicas from 0 to 100, or auto',
    })
    .default(0),
  /**
   * With less than this free where the data directory lies, nothing is accepted: the rest belongs to what empties the disk.
   * The default holds the commits under way (80 MiB), a segment on its way into the engine (three times 16 MiB) and merges.
   */
  diskReserveMiB: wholeNumber(0, 1_048_576).default(256),
  /** Memory for the features of the last minutes and hours; of whom has no room there the store is asked. */
  liveFeaturesMiB: wholeNumber(1, 65_536).default(160),
  /** What becomes of so many orders is waited for before models are trained anew; 0 keeps the model that serves. */
  modelsRefitEvery: z.coerce
    .number({ error: REFIT_EVERY })
    .int({ error: REFIT_EVERY })
    .refine((count) => count === 0 || (count >= 50 && count <= 1_000_000), { error: REFIT_EVERY })
    .default(500),
  /** What is trained beside the kind that serves, and would serve if it were better beyond chance. */
  modelsChallenger: oneOf(CHALLENGERS).default('glassbox'),
  logLevel: oneOf(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /**
   * Whose word on the sender's address is taken, from X-Forwarded-For: so many proxies in front, when the collector can
   * be reached through them alone, or the proxies at these addresses and networks. Never the header as a whole, because
   * its left end is what the sender itself wrote.
   */
  trustProxy: z
    .union(
      [
        z.int().min(0),
        z
          .string()
          .trim()
          .regex(/^\d{1,3}$/)
          .transform(Number),
        z.string().refine(isAddressList, { error: TRUSTED_PROXIES }),
      ],
      { error: TRUSTED_PROXIES },
    )
    .default(0),
  /** Pages whose visitors are remembered by a cookie: origins as a browser names them. */
  cookieOrigins: z
    .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((entry) => entry.trim()))])
    .refine((origins) => origins.every(isOrigin), {
      error: 'it is a list of origins, comma-separated, each as a browser names it: https://shop.example',
    })
    .default([]),
  ...OVERLOAD_LIMITS,
  /**
   * Query parameters that stay in addresses: `utm_*` for all that begin so, `WORKSPACE:NAME` or `WORKSPACE/APP:NAME` for one
   * workspace or app alone. A list replaces the default.
   */
  keepQuery: z
    .string()
    .transform(parseScopedValues)
    .refine((values) => values.every(({ value }) => /^[^\s?#&=*]*\*?$/.test(value) && value !== ''), {
      error: 'it is a list of parameter names, comma-separated: utm_*, WORKSPACE:NAME, WORKSPACE/APP:NAME',
    })
    .prefault('utm_*'),
  /** Kinds of personal data that are not masked: everywhere, or in a workspace or an app of it. */
  unmask: z
    .string()
    .transform(parseScopedValues)
    .refine((values) => values.every(({ value }) => PERSONAL_KINDS.some((kind) => kind === value)), {
      error: `it is a list of kinds, comma-separated, each of ${PERSONAL_KINDS.join(', ')}, or WORKSPACE:KIND, or WORKSPACE/APP:KIND`,
    })
    .optional(),
  /** A MaxMind database (.mmdb) of countries or cities; without one country and region stay empty, without cities no place is known. */
  geoDatabase: z.string().min(1).optional(),
  /** Marketing is denied to browsers that send Sec-GPC: 1, where their people have not decided otherwise. */
  honourGpc: yesOrNo().default(true),
  /** The same for DNT: 1, and for every purpose. */
  honourDnt: yesOrNo().default(false),
  /** Webhooks may go to this machine and without TLS: for tests, and for receivers beside the collector. */
  webhookLoopback: yesOrNo().default(false),
  ...REQUEST_RATES,
  /** What this process does. With the embedded engine it is all of it, since nobody else reaches the tables. */
  roles: z
    .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((entry) => entry.trim()))])
    .refine((roles) => roles.length > 0 && roles.every((role) => ROLES.some((known) => known === role)), {
      error: `it is a list of roles, comma-separated: ${ROLES.join(', ')}`,
    })
    .transform((roles) => ROLES.filter((role) => roles.includes(role)))
    .default([...ROLES]),
});

const configSchema = settingsSchema
  .refine(({ roles, clickhouseUrl }) => clickhouseUrl !== undefined || roles.length === ROLES.length, {
    path: ['roles'],
    error: `with the embedded engine one process takes all roles (${ROLES.join(', ')}); apart they need TIDEMARK_CLICKHOUSE_URL`,
  })
  .refine(({ clickhouseCluster, clickhouseUrl }) => clickhouseUrl !== undefined || clickhouseCluster === undefined, {
    path: ['clickhouseCluster'],
    error: 'the embedded engine is no cluster; set TIDEMARK_CLICKHOUSE_URL to one of its nodes',
  })
  .refine(
    ({ clickhouseCluster, clickhouseInsertQuorum }) => clickhouseCluster !== undefined || clickhouseInsertQuorum === 0,
    {
      path: ['clickhouseInsertQuorum'],
      error: 'only a cluster has replicas to wait for; set TIDEMARK_CLICKHOUSE_CLUSTER',
    },
  );

export type Config = z.infer<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;

const VARIABLES: Readonly<Record<string, keyof Config>> = {
  TIDEMARK_DATA: 'dataDirectory',
  TIDEMARK_HOST: 'host',
  TIDEMARK_PORT: 'port',
  TIDEMARK_CLICKHOUSE_URL: 'clickhouseUrl',
  TIDEMARK_CLICKHOUSE_USER: 'clickhouseUser',
  TIDEMARK_CLICKHOUSE_PASSWORD: 'clickhousePassword',
  TIDEMARK_CLICKHOUSE_DATABASE: 'database',
  TIDEMARK_CLICKHOUSE_CLUSTER: 'clickhouseCluster',
  TIDEMARK_CLICKHOUSE_INSERT_QUORUM: 'clickhouseInsertQuorum',
  TIDEMARK_LOG_LEVEL: 'logLevel',
  TIDEMARK_DISK_RESERVE_MIB: 'diskReserveMiB',
  TIDEMARK_LIVE_FEATURES_MIB: 'liveFeaturesMiB',
  TIDEMARK_MODELS_REFIT_EVERY: 'modelsRefitEvery',
  TIDEMARK_MODELS_CHALLENGER: 'modelsChallenger',
  TIDEMARK_TRUST_PROXY: 'trustProxy',
  TIDEMARK_COOKIE_ORIGINS: 'cookieOrigins',
  ...OVERLOAD_VARIABLES,
  TIDEMARK_KEEP_QUERY: 'keepQuery',
  TIDEMARK_UNMASK: 'unmask',
  TIDEMARK_GEO_DATABASE: 'geoDatabase',
  TIDEMARK_HONOUR_GPC: 'honourGpc',
  TIDEMARK_HONOUR_DNT: 'honourDnt',
  TIDEMARK_WEBHOOK_LOOPBACK: 'webhookLoopback',
  ...REQUEST_RATE_VARIABLES,
  TIDEMARK_ROLES: 'roles',
};

/** How the command line names what it may say instead. */
const OPTIONS: Readonly<Partial<Record<string, string>>> = {
  dataDirectory: '--data',
  host: '--host',
  port: '--port',
  roles: '--roles',
};

/** The cluster that the store is connected as, when it is one. */
export function storeCluster({ clickhouseCluster, clickhouseInsertQuorum }: Config): StoreCluster | undefined {
  return clickhouseCluster === undefined
    ? undefined
    : { name: clickhouseCluster, insertQuorum: clickhouseInsertQuorum };
}

/** Read by others: the command line and the tests. */
const NOT_OURS = new Set([
  'TIDEMARK_URL',
  'TIDEMARK_KEY',
  'TIDEMARK_TEST_DATA',
  'TIDEMARK_CHROMIUM',
  'TIDEMARK_SKIP_LOG',
]);

/**
 * The configuration from the environment, overridden by what the command line says.
 *
 * @throws {TidemarkError} `config_invalid`, naming the variable or option, and for an unknown one its nearest neighbour.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  overrides: ConfigInput = {},
): Config {
  const given: Record<string, unknown> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('TIDEMARK_') || NOT_OURS.has(variable) || !value?.trim()) continue; // empty is as good as not set
    const key = VARIABLES[variable];
    if (!key) {
      const known = nearest(variable, Object.keys(VARIABLES));
      throw new TidemarkError('config_invalid', `${variable} is no setting; did you mean ${known}?`);
    }
    given[key] = value;
  }
  for (const [key, value] of Object.entries(overrides)) if (value !== undefined) given[key] = value;
  const config = configSchema.safeParse(given);
  if (config.success) return config.data;
  const [issue] = config.error.issues;
  const key = String(issue?.path[0] ?? '');
  const variable = Object.keys(VARIABLES).find((name) => VARIABLES[name] === key);
  const isOverridden = Object.entries(overrides).some(([name, value]) => name === key && value !== undefined);
  const setting = (isOverridden && OPTIONS[key]) || (variable ?? key);
  throw new TidemarkError('config_invalid', `${setting}: ${issue?.message ?? 'not understood'}`);
}

/** Addresses and networks (`10.0.0.0/8`), comma-separated. A network of all addresses would trust everybody. */
function isAddressList(text: string): boolean {
  return text.split(',').every((entry) => {
    const [address = '', bits, ...rest] = entry.trim().split('/');
    const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
    if (bits === undefined) return most > 0;
    return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most;
  });
}

function nearest(word: string, known: readonly string[]): string {
  const scored = known.map((candidate) => ({ candidate, distance: editDistance(word, candidate) }));
  return scored.sort((a, b) => a.distance - b.distance)[0]?.candidate ?? '';
}

/** @see V. Levenshtein, 1966. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
