import type { DeviceInfo, EpochMs, QueueId, Surface, VisitorId } from '@tidemark/protocol';
import { makeId } from '../make-id.js';
import type { Random } from '../random.js';

/** A phone or a browser; its queue numbers everything that is tracked on it. */
export interface Device {
  readonly queueId: QueueId;
  readonly visitorId: VisitorId;
  readonly userAgent: string;
  readonly info: DeviceInfo;
  /** A finger taps on all others. */
  readonly hasMouse: boolean;
  /** Where it mostly is, degrees, and on which network. */
  readonly latitude: number;
  readonly longitude: number;
  readonly networkId: string;
  /** The number that the next event gets. */
  nextSeq: number;
  /** Device clock minus true time. */
  skewMs: number;
  /** A session is under way until then. */
  busyUntil: EpochMs;
  /** Who is known to be signed in, and whether the device has decided on consent. */
  identifiedAs: string | undefined;
}

const CITIES = [
  ['Shanghai', 31.2, 121.5],
  ['Beijing', 39.9, 116.4],
  ['Shenzhen', 22.5, 114.1],
  ['Hangzhou', 30.3, 120.2],
  ['Chengdu', 30.7, 104.1],
] as const;

type Model = readonly [userAgent: string, screenWidth: number, screenHeight: number];

const PHONES: readonly Model[] = [
  [
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
    412,
    915,
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Mobile/15E148 Safari/604.1',
    393,
    852,
  ],
  [
    'Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36',
    384,
    854,
  ],
];

const DESKTOP: Model = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  1536,
  864,
];

/** @param surface - where it mostly shows the app: a desktop never runs native screens. */
export function makeDevice(random: Random, bornAt: EpochMs, surface: Surface): Device {
  return surface === 'h5' && random.chance(0.3)
    ? makeDesktop(random, bornAt)
    : bear(random, bornAt, random.pick(PHONES), false);
}

export function makeDesktop(random: Random, bornAt: EpochMs): Device {
  return bear(random, bornAt, DESKTOP, true);
}

function bear(random: Random, bornAt: EpochMs, model: Model, hasMouse: boolean): Device {
  const [userAgent, screenWidth, screenHeight] = model;
  const [, latitude, longitude] = random.pick(CITIES);
  return {
    queueId: makeId<QueueId>(random, bornAt),
    visitorId: makeId<VisitorId>(random, bornAt),
    userAgent,
    info: {
      screenWidth,
      screenHeight,
      locale: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      networkType: random.pick(['4g', '4g', 'wifi', 'wifi', '3g']),
    },
    hasMouse,
    latitude,
    longitude,
    networkId: `n-${random.int(1, 4_000)}`,
    nextSeq: 1,
    skewMs: 0,
    busyUntil: 0,
    identifiedAs: undefined,
  };
}
