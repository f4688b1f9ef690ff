export type FindingStatus = 'ok' | 'warn' | 'fail';

/** One line of the doctor: what was looked at, how it is, and what to do when it is not well. */
export interface Finding {
  readonly group: 'Machine' | 'Data' | 'Collector' | 'Store';
  readonly name: string;
  readonly status: FindingStatus;
  /** What was found. */
  readonly detail: string;
  /** A sentence that says what to do; there whenever the status is not `ok`. */
  readonly advice?: string;
}

/** Makes findings of one group. */
export function findingsOf(group: Finding['group']) {
  return {
    ok: (name: string, detail: string): Finding => ({ group, name, status: 'ok', detail }),
    warn: (name: string, detail: string, advice: string): Finding => ({ group, name, status: 'warn', detail, advice }),
    fail: (name: string, detail: string, advice: string): Finding => ({ group, name, status: 'fail', detail, advice }),
  };
}

/** 0 when all is well, 1 when something should be looked at, 2 when something does not work. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ status }) => status === 'fail')) return 2;
  return findings.some(({ status }) => status === 'warn') ? 1 : 0;
}
