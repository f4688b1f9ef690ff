import type { AuditAction } from '@tidemark/protocol';
import { HttpProblem } from '../observe/http-problem.js';
import type { KeyRecord, WorkspaceRecord } from '../store/control/control-data.js';
import { keyIdOf } from './api-key.js';
import type { AuditContent } from './audit-chain.js';
import type { ClientConfigChange } from './client-configs.js';
import { issueKey, type NewKey } from './issue-key.js';
import type { IssuedKeys, Registry, WorkspaceSettings } from './registry.js';

/** Who asks for a change, from where. */
export interface Actor {
  readonly keyId: string;
  /** Network, already cut. */
  readonly addressPrefix: string;
}

export interface NewlyIssued {
  /** Shown once. */
  readonly key: string;
  readonly record: KeyRecord;
}

/** The only way to change control data: written to the audit log, then in force here, then on disk, then in the store. */
export interface ControlChanges {
  /** @throws {HttpProblem} `conflict` when there is one of this id. */
  createWorkspace(
    actor: Actor,
    workspaceId: string,
    name: string,
    settings: Partial<WorkspaceSettings>,
  ): Promise<IssuedKeys>;
  /** @throws {HttpProblem} `not_found`. */
  changeWorkspace(actor: Actor, workspaceId: string, change: Partial<WorkspaceSettings>): Promise<WorkspaceRecord>;
  /** @throws {HttpProblem} `not_found` when there is no such workspace. */
  issueKey(actor: Actor, wanted: NewKey): Promise<NewlyIssued>;
  /**
   * A new key like the old one, which goes on for so long, and no longer than it would have.
   *
   * @throws {HttpProblem} `not_found`; `conflict` for a key that opens nothing any more.
   */
  rotateKey(actor: Actor, keyId: string, overlapMs: number): Promise<NewlyIssued & { readonly former: KeyRecord }>;
  /** @throws {HttpProblem} `not_found`. */
  revokeKey(actor: Actor, keyId: string): Promise<KeyRecord>;
  changeConfig(actor: Actor, workspaceId: string, change: ClientConfigChange): Promise<void>;
  /** What changes no control data and belongs into the audit log all the same. */
  note(actor: Actor, action: AuditAction, workspaceId: string, subject: string): Promise<void>;
}

export interface ControlChangesOptions {
  readonly registry: Registry;
  /** Resolves when the entry is on disk. */
  readonly record: (content: AuditContent) => Promise<unknown>;
  /** Resolves when the snapshot beside the WAL is as the registry. */
  readonly save: () => Promise<void>;
  /** The store is to be told. */
  readonly changed: () => void;
  /** A key took the place of another, which somebody may keep on this machine. */
  readonly rotated: (formerKeyId: string, key: string) => Promise<void>;
  readonly now: () => number;
}

/** What is changed, in the words of the audit log. */
type Change = Pick<AuditContent, 'action' | 'workspaceId' | 'subject'> & { readonly detail: object };

export function createControlChanges(options: ControlChangesOptions): ControlChanges {
  const { registry, now } = options;
  let tail: Promise<unknown> = Promise.resolve();

  /**
   * One change at a time. What an entry says may not have come to pass, if the process died just then; what came to pass
   * has an entry.
   *
   * @param apply - changes the registry, without a pause between what it reads and what it writes.
   */
  function commit<T>(actor: Actor, describe: () => Change, apply: () => T): Promise<T> {
    const work = tail.then(async () => {
      const { detail, ...change } = describe();
      await options.record({
        ...change,
        actor: actor.keyId,
        addressPrefix: actor.addressPrefix,
        detail: JSON.stringify(detail),
      });
      const result = apply();
      options.changed();
      await options.save();
      return result;
    });
    tail = work.catch(() => undefined);
    return work;
  }

  const change = (action: AuditAction, workspaceId: string, subject: string, detail: object): Change => ({
    action,
    workspaceId,
    subject,
    detail,
  });

  function keyOf(keyId: string): KeyRecord {
    const record = registry.key(keyId);
    if (!record) throw new HttpProblem('not_found', `There is no key ${keyId}.`);
    return record;
  }

  function requireWorkspace(workspaceId: string): void {
    if (!registry.workspace(workspaceId)) {
      throw new HttpProblem('not_found', `There is no workspace "${workspaceId}".`);
    }
  }

  return {
    createWorkspace(actor, workspaceId, name, settings) {
      const describe = (): Change => {
        if (registry.workspace(workspaceId)) {
          throw new HttpProblem('conflict', `There is a workspace "${workspaceId}" already; choose another id.`);
        }
        return change('workspace.create', workspaceId, workspaceId, { name, ...settings });
      };
      return commit(actor, describe, () => registry.createWorkspace(workspaceId, name, settings));
    },
    changeWorkspace(actor, workspaceId, settings) {
      const describe = (): Change => {
        requireWorkspace(workspaceId);
        return change('workspace.change', workspaceId, workspaceId, settings);
      };
      return commit(actor, describe, () => registry.changeWorkspace(workspaceId, settings) as WorkspaceRecord); // it is there
    },
    issueKey(actor, wanted) {
      const issued = issueKey(wanted, now());
      const keyId = keyIdOf(issued.record.keyHash);
      const describe = (): Change => {
        requireWorkspace(wanted.workspaceId);
        const { kind, name, scopes, origins, expiresAtMs, requestsPerSecond } = issued.record;
        const detail = { kind, name, scopes, origins, expiresAtMs, requestsPerSecond };
        return change('key.issue', wanted.workspaceId, keyId, detail);
      };
      return commit(actor, describe, () => {
        registry.addKey(issued.record);
        return issued;
      });
    },
    async rotateKey(actor, keyId, overlapMs) {
      let next: NewlyIssued;
      const untilMs = (former: KeyRecord) =>
        Math.min(former.expiresAtMs || Number.POSITIVE_INFINITY, now() + overlapMs);
      const describe = (): Change => {
        const former = keyOf(keyId);
        if (former.revoked || (former.expiresAtMs !== 0 && former.expiresAtMs <= now())) {
          throw new HttpProblem('conflict', `The key ${keyId} opens nothing any more: issue another.`);
        }
        const { workspaceId, kind, name, scopes, origins, requestsPerSecond } = former;
        next = issueKey({ workspaceId, kind, name, scopes, origins, requestsPerSecond }, now());
        const detail = { nextKeyId: keyIdOf(next.record.keyHash), expiresAtMs: untilMs(former) };
        return change('key.rotate', former.workspaceId, keyId, detail);
      };
      const rotated = await commit(actor, describe, () => {
        registry.addKey(next.record);
        const former = registry.changeKey(keyId, { expiresAtMs: untilMs(keyOf(keyId)) }) as KeyRecord; // it is there
        return { ...next, former };
      });
      await options.rotated(keyId, rotated.key);
      return rotated;
    },
    revokeKey(actor, keyId) {
      const describe = (): Change => change('key.revoke', keyOf(keyId).workspaceId, keyId, {});
      return commit(actor, describe, () => registry.changeKey(keyId, { revoked: true }) as KeyRecord); // it is there
    },
    note: (actor, action, workspaceId, subject) =>
      commit(
        actor,
        () => change(action, workspaceId, subject, {}),
        () => undefined,
      ),
    changeConfig(actor, workspaceId, settings) {
      const describe = (): Change => change('config.change', workspaceId, workspaceId, settings);
      return commit(actor, describe, () => void registry.clientConfigs.change(workspaceId, settings));
    },
  };
}
