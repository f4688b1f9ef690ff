/*
 * Texts that mean something to SQL, to ClickHouse, to its client's way of sending parameters, or to JSON. Three hundred of them:
 * each seed in the shells that would let it out of a literal, a comment, a placeholder or a list.
 */
const SEEDS = [
  'OR 1=1',
  'UNION ALL SELECT * FROM api_keys',
  'UNION ALL SELECT key_hash FROM api_keys',
  "AND workspace_id != ''",
  'OR workspace_id != workspace_id OR 1',
  '; DROP TABLE events',
  '; TRUNCATE TABLE sessions',
  '; ALTER TABLE events DELETE WHERE 1',
  "INTO OUTFILE '/etc/cron.d/x'",
  'FORMAT CSV SETTINGS readonly = 0',
  'SETTINGS max_execution_time = 0',
  "(SELECT * FROM file('/etc/passwd', 'LineAsString'))",
  "(SELECT * FROM url('http://169.254.169.254/', 'LineAsString', 's String'))",
  "(SELECT * FROM remote('127.0.0.1', system.one))",
  '(SELECT * FROM system.tables)',
  'sleep(3)',
  'ORDER BY 1 -- ',
  'LIMIT 1000000000',
  'bitTest(purposes, 2)',
  "consent_risk = 'granted'",
];

const SHELLS: readonly ((seed: string) => string)[] = [
  (seed) => `' ${seed} -- `,
  (seed) => `\\' ${seed} /*`,
  (seed) => `') ${seed} --`,
  (seed) => `')) ${seed} #`,
  (seed) => `" ${seed} "`,
  (seed) => `\` ${seed} \``,
  (seed) => `*/ ${seed} /*`,
  (seed) => `\n\n${seed}\n`,
  (seed) => `{workspace:String} ${seed}`,
  (seed) => `{p1:Identifier} ${seed}`,
  (seed) => `\t${seed}\\`,
  (seed) => `\\N'${seed}`,
  (seed) => `['${seed}']`,
  (seed) => `"}],"workspace":"other${seed}`,
  (seed) => `\u0000' ${seed}\u2019`,
];

export const PAYLOADS: readonly string[] = SEEDS.flatMap((seed) => SHELLS.map((shell) => shell(seed)));
