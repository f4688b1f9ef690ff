import type { WorkspaceInfo } from '@tidemark/protocol';
import type { IssuedKeys } from '../workspaces/registry.js';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';
import { formatTable } from './format-table.js';
import { printable } from './printable.js';

export interface WorkspaceOptions {
  readonly json?: boolean;
  readonly name?: string;
  readonly retentionDays?: number;
  readonly rollupDays?: number;
  readonly dailyEvents?: number;
  readonly origins?: readonly string[];
  readonly pseudonymousIds?: boolean;
  readonly cookieless?: boolean;
}

export type WorkspaceChange = Pick<
  WorkspaceOptions,
  'name' | 'retentionDays' | 'rollupDays' | 'dailyEvents' | 'pseudonymousIds' | 'cookieless'
> & {
  readonly disabled?: boolean;
  readonly allowedOrigins?: readonly string[] | undefined;
};

const PATH = '/v1/admin/workspaces';

/** `tidemark workspaces list`. */
export async function listWorkspaces(options: WorkspaceOptions): Promise<void> {
  const { workspaces } = await askCollector<{ workspaces: WorkspaceInfo[] }>(
    await findCollector(process.env, 'admin'),
    PATH,
  );
  print(options, { workspaces }, workspacesTable(workspaces));
}

/** `tidemark workspaces create ID`: prints its keys, which are shown here alone. */
export async function createWorkspace(workspaceId: string, options: WorkspaceOptions): Promise<void> {
  const body = JSON.stringify({ workspaceId, ...settingsOf(options) });
  const target = await findCollector(process.env, 'admin');
  const made = await askCollector<{ workspace: WorkspaceInfo; keys: IssuedKeys }>(target, PATH, {
    method: 'POST',
    body,
  });
  const { writeKey, readKey, secretKey } = made.keys;
  const lines = [
    'Its keys, shown here and nowhere again:',
    '',
    `  write   ${writeKey}`,
    `  read    ${readKey}`,
    `  secret  ${secretKey}`,
    '',
  ];
  print(options, made, `${workspacesTable([made.workspace])}\n${lines.join('\n')}`);
}

/** `tidemark workspaces rename|disable|enable|set ID`. */
export async function changeWorkspace(workspaceId: string, change: WorkspaceChange, json: boolean): Promise<void> {
  const request = { method: 'PATCH', body: JSON.stringify(change) };
  const target = await findCollector(process.env, 'admin');
  const workspace = await askCollector<WorkspaceInfo>(target, `${PATH}/${encodeURIComponent(workspaceId)}`, request);
  print({ json }, workspace, workspacesTable([workspace]));
}

/** What was said of a workspace, in the words of the API. */
export function settingsOf(options: WorkspaceOptions): WorkspaceChange {
  const { name, retentionDays, rollupDays, dailyEvents, origins, pseudonymousIds, cookieless } = options;
  return {
    ...(name === undefined ? {} : { name }),
    ...(retentionDays === undefined ? {} : { retentionDays }),
    ...(rollupDays === undefined ? {} : { rollupDays }),
    ...(dailyEvents === undefined ? {} : { dailyEvents }),
    ...(origins === undefined ? {} : { allowedOrigins: origins }),
    ...(pseudonymousIds === undefined ? {} : { pseudonymousIds }),
    ...(cookieless === undefined ? {} : { cookieless }),
  };
}

function workspacesTable(workspaces: readonly WorkspaceInfo[]): string {
  return formatTable(
    ['workspace', 'name', 'state', 'retention', 'events today', 'daily events', 'origins', 'ids', 'visitors'],
    workspaces.map((workspace) => [
      workspace.workspaceId,
      workspace.name,
      workspace.disabled ? 'disabled' : 'enabled',
      keptFor(workspace),
      workspace.eventsToday,
      workspace.dailyEvents === 0 ? 'any' : workspace.dailyEvents.toLocaleString('en-US'),
      workspace.allowedOrigins.join(', ') || 'any',
      workspace.pseudonymousIds ? 'pseudonyms' : 'as sent',
      workspace.cookieless ? 'by the day' : 'as sent',
    ]),
  );
}

/** Counts that outlive their events stand behind them: `30 days, counts 400`. */
function keptFor({ retentionDays, rollupDays }: WorkspaceInfo): string {
  if (retentionDays === 0) return 'for ever';
  return `${retentionDays} days${rollupDays > retentionDays ? `, counts ${rollupDays}` : ''}`;
}

function print(options: { readonly json?: boolean | undefined }, answer: unknown, text: string): void {
  process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : text.split('\n').map(printable).join('\n'));
}
