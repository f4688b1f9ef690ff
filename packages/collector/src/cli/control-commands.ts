import { DEFAULT_SCOPES, ISSUABLE_SCOPES } from '@tidemark/protocol';
import { Argument, type Command } from 'commander';
import { listAudit, verifyAudit } from './audit-command.js';
import { issueKey, listKeys, revokeKey, rotateKey } from './keys-command.js';
import { parseCount, parseList, parseSpanMs, parseSwitch } from './parse-settings.js';
import {
  changeWorkspace,
  createWorkspace,
  listWorkspaces,
  settingsOf,
  type WorkspaceOptions,
} from './workspaces-command.js';

/** `tidemark workspaces`, `keys` and `audit`: with the operator's key of the data directory, or `TIDEMARK_KEY`. */
export function addControlCommands(program: Command): void {
  addWorkspaces(program.command('workspaces').description('manage the workspaces of the running collector'));
  addKeys(program.command('keys').description('manage their keys'));
  addAudit(program.command('audit').description('who changed what, and when'));
}

const JSON_OPTION = ['--json', 'print it as one JSON object'] as const;

function addWorkspaces(group: Command): void {
  group
    .command('list')
    .description('all of them, with their settings')
    .option(...JSON_OPTION)
    .action(listWorkspaces);
  withSettings(group.command('create').description('make one, and print its keys').argument('<id>'))
    .option('--name <text>', 'what people call it; default: its id')
    .action(createWorkspace);
  withSettings(group.command('set').description('change its settings').argument('<id>')).action(
    (id: string, options: WorkspaceOptions) => changeWorkspace(id, settingsOf(options), options.json === true),
  );
  group
    .command('rename')
    .description('change what people call it; its id stays')
    .argument('<id>')
    .argument('<name>')
    .option(...JSON_OPTION)
    .action((id: string, name: string, { json }: WorkspaceOptions) => changeWorkspace(id, { name }, json === true));
  for (const [name, disabled, description] of [
    ['disable', true, 'refuse its keys; devices keep what they have'],
    ['enable', false, 'take them again'],
  ] as const) {
    group
      .command(name)
      .description(description)
      .argument('<id>')
      .option(...JSON_OPTION)
      .action((id: string, { json }: WorkspaceOptions) => changeWorkspace(id, { disabled }, json === true));
  }
}

function withSettings(command: Command): Command {
  return command
    .option('--retention-days <days>', 'how long events are kept; 0 is for ever', parseCount)
    .option(
      '--rollup-days <days>',
      'how long counts are kept when their events are not; 0 is as long as events',
      parseCount,
    )
    .option('--daily-events <count>', 'new events it may send a day (UTC); 0 is without end', parseCount)
    .option('--origins <list>', 'whose pages may use its write keys, comma-separated; empty is any', parseList)
    .option(
      '--pseudonymous-ids <on|off>',
      'store ids of users and accounts as HMACs under a salt of its own',
      parseSwitch,
    )
    .option('--cookieless <on|off>', 'tell visitors apart by a salt of the day; keep no id of theirs', parseSwitch)
    .option(...JSON_OPTION);
}

function addKeys(group: Command): void {
  group
    .command('list')
    .description('all keys, never in clear')
    .option('--workspace <id>', 'of one workspace')
    .option(...JSON_OPTION)
    .action(listKeys);
  group
    .command('issue')
    .description('make a key, and print it')
    .addArgument(new Argument('<kind>').choices(['write', 'read', 'secret']))
    .option('--workspace <id>', "the workspace; needed with the operator's key")
    .option('--name <text>', 'what it is for')
    .option(
      '--scopes <list>',
      `for a secret key, of ${ISSUABLE_SCOPES.secret.join(',')}; for a read key, of ${ISSUABLE_SCOPES.read.join(',')}; default: ${DEFAULT_SCOPES.secret.join(',')}; ${DEFAULT_SCOPES.read.join(',')}`,
      parseList,
    )
    .option('--origins <list>', 'for a write key: whose pages may use it, comma-separated', parseList)
    .option('--expires <span>', 'such as 90d; default: never', parseSpanMs)
    .option('--rate <count>', 'requests a second at most', parseCount)
    .option(...JSON_OPTION)
    .action(issueKey);
  group
    .command('rotate')
    .description('make a key in the place of another, which goes on for a while')
    .argument('<key>', 'its id, from the list')
    .option('--overlap <span>', 'so long the old one goes on', parseSpanMs, 86_400_000)
    .option(...JSON_OPTION)
    .action((id: string, { overlap, json }: { overlap: number; json?: boolean }) =>
      rotateKey(id, overlap, json === true),
    );
  group
    .command('revoke')
    .description('end a key, for good')
    .argument('<key>', 'its id, from the list')
    .option(...JSON_OPTION)
    .action((id: string, { json }: { json?: boolean }) => revokeKey(id, json === true));
}

function addAudit(group: Command): void {
  group
    .command('list')
    .description('the latest entries, newest first')
    .option('--workspace <id>', 'of one workspace')
    .option('--limit <count>', 'entries at most (default 100)')
    .option(...JSON_OPTION)
    .action(listAudit);
  group
    .command('verify')
    .description('check that no entry was altered or taken out; ends with 1 and names the first that was')
    .option('--offline <directory>', 'read the file of a data directory, without a collector')
    .option(...JSON_OPTION)
    .action(verifyAudit);
}
