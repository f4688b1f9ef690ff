import type { Health } from '@tidemark/sdk-web';

export type StatusTone = 'good' | 'busy' | 'waiting' | 'off';

export interface Status {
  readonly tone: StatusTone;
  readonly text: string;
  /** The counts the text does not already give. */
  readonly counts: string;
}

type StatusHealth = Pick<Health, 'queued' | 'delivered' | 'rejected' | 'stopped'>;

/** The state of the SDK in words that anyone can read. */
export function describeStatus(health: StatusHealth | undefined, online: boolean): Status {
  if (!health) return { tone: 'off', text: 'Analytics off', counts: '' };
  const { queued, delivered, rejected, stopped } = health;
  const counts = `${delivered} delivered${rejected > 0 ? `, ${rejected} rejected` : ''}`;
  if (stopped) return { tone: 'off', text: 'Analytics stopped: the key is not known', counts };
  if (!online && queued === 0) return { tone: 'waiting', text: 'Network is off, nothing waiting', counts };
  if (!online) return { tone: 'waiting', text: `${countEvents(queued)} waiting, network is off`, counts };
  if (queued > 0) return { tone: 'busy', text: `${countEvents(queued)} on the way`, counts };
  return { tone: 'good', text: 'Online', counts: `0 queued, ${counts}` };
}

function countEvents(count: number): string {
  return `${count} ${count === 1 ? 'event' : 'events'}`;
}
