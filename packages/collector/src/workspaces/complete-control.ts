import { DEFAULT_SCOPES } from '@tidemark/protocol';
import type { ControlData, WrittenControlData } from '../store/control/control-data.js';

/** Control data as any release wrote it, with what that release did not know yet. */
export function completeControl({ workspaces, keys, clientConfigs = [] }: WrittenControlData): ControlData {
  return {
    workspaces: workspaces.map((workspace) => ({
      disabled: false,
      retentionDays: 0,
      rollupDays: 0,
      dailyEvents: 0,
      allowedOrigins: [],
      pseudonymousIds: false,
      idSalts: [],
      cookieless: false,
      version: 0, // whoever knows more holds
      ...workspace,
    })),
    keys: keys.map((key) => ({
      name: '',
      scopes: DEFAULT_SCOPES[key.kind],
      origins: [],
      expiresAtMs: 0,
      requestsPerSecond: 0,
      version: 0,
      ...key,
    })),
    clientConfigs,
  };
}
