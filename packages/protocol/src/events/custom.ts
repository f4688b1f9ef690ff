import type { EventBase } from './base.js';

/** Anything the app names itself. */
export interface Custom extends EventBase {
  readonly type: 'custom';
  readonly name: string;
}
