import { COMMON, countOf, distinctOf, ratio, type StoreFeature } from './definition.js';
import { DAY_MS, type FeatureEvent, LOOKBACK_MS, NO_ID } from './event.js';

const month = {
  windowMs: 30 * DAY_MS,
  source: COMMON,
  freshness: 'store',
  computedIn: 'store',
  absentReason: 'no_events',
} as const;
const FRAUD = 'device and network signals of fraud detection, by convention';
const networked = (events: readonly FeatureEvent[]) => events.filter(({ ipPrefix }) => ipPrefix !== '');

/** From what, and from where. */
export const DEVICE_FEATURES: readonly StoreFeature[] = [
  {
    ...month,
    name: 'device_age_days',
    subjects: ['visitor', 'device'],
    windowMs: LOOKBACK_MS,
    unit: 'days',
    definition: 'Time since the first event of the device, in days of 24 hours; at most 365.',
    source: FRAUD,
    oracle: (events, { asOfMs }) => events[0] && (asOfMs - events[0].occurredAtMs) / DAY_MS,
  },
  {
    ...month,
    name: 'devices_30d',
    subjects: ['user', 'organisation', 'workspace'],
    unit: 'count',
    definition: 'Different device queues.',
    oracle: (events) =>
      distinctOf(
        events.filter(({ queueId }) => queueId !== NO_ID),
        ({ queueId }) => queueId,
      ),
  },
  {
    ...month,
    name: 'users_30d',
    subjects: ['visitor', 'device', 'organisation', 'product', 'page', 'workspace'],
    unit: 'count',
    definition: 'Different users: more than one on a device is a shared one, or a ring.',
    source: FRAUD,
    oracle: (events) =>
      distinctOf(
        events.filter(({ userId }) => userId !== ''),
        ({ userId }) => userId,
      ),
  },
  {
    ...month,
    name: 'networks_30d',
    subjects: ['visitor', 'user', 'device', 'organisation'],
    unit: 'count',
    definition: 'Different networks (IPv4 /24, IPv6 /48).',
    source: FRAUD,
    oracle: (events) => distinctOf(networked(events), ({ ipPrefix }) => ipPrefix),
  },
  {
    ...month,
    name: 'network_changes_30d',
    subjects: ['visitor', 'user', 'device'],
    unit: 'count',
    definition:
      'Times that an event came from another network than the one before; those of one moment and number go by name.',
    source: FRAUD,
    oracle: (events) => {
      const networks = networked(events)
        .toSorted((a, b) => a.occurredAtMs - b.occurredAtMs || a.seq - b.seq || (a.ipPrefix < b.ipPrefix ? -1 : 1))
        .map(({ ipPrefix }) => ipPrefix);
      return networks.filter((network, i) => i > 0 && networks[i - 1] !== network).length;
    },
  },
  {
    ...month,
    name: 'countries_30d',
    subjects: ['visitor', 'user', 'device', 'organisation'],
    unit: 'count',
    definition: 'Different countries that are known.',
    source: FRAUD,
    oracle: (events) =>
      distinctOf(
        events.filter(({ country }) => country !== ''),
        ({ country }) => country,
      ),
  },
  {
    ...month,
    name: 'robot_share_30d',
    subjects: ['visitor', 'user', 'device', 'page', 'workspace'],
    unit: 'ratio',
    definition: 'Events whose user agent says that it is a robot, over events.',
    oracle: (events) =>
      ratio(
        countOf(events, ({ isBot }) => isBot),
        events.length,
      ),
  },
];
