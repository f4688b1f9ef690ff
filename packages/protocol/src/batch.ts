import type { ConsentByPurpose } from './events/identity.js';
import type { TrackedEvent } from './events/tracked-event.js';
import type { BatchId, EpochMs, QueueId, SessionId, VisitorId } from './ids.js';
import type { Surface } from './surface.js';
import type { ProtocolVersion } from './version.js';

export interface SdkInfo {
  readonly name: string;
  readonly version: string;
}

/** What the device is, as far as it tells by itself and as coarse as analysis needs. */
export interface DeviceInfo {
  /** Width and height of the screen, CSS pixels. */
  readonly screenWidth?: number;
  readonly screenHeight?: number;
  readonly locale?: string;
  /** IANA name. */
  readonly timeZone?: string;
  /** `4g`, `3g`, `wifi`...: what the platform calls it. */
  readonly networkType?: string;
  /** True when the browser says that a program drives it; absent otherwise. @see W3C, WebDriver */
  readonly webdriver?: boolean;
}

/** What a batch's events share, sent once. Events with different contexts travel in different batches. */
export interface BatchContext {
  readonly appId: string;
  /** Version of the app that tracked. */
  readonly release?: string;
  readonly surface: Surface;
  readonly sdk: SdkInfo;
  readonly queueId: QueueId;
  readonly visitorId: VisitorId;
  readonly userId?: string;
  /** The organisation the user acts for. */
  readonly accountId?: string;
  readonly sessionId: SessionId;
  /** Device clock when the session began; constant for all its events. */
  readonly sessionStartedAt: EpochMs;
  /** Only when it is not the one of the HTTP request: imports, native relays. */
  readonly userAgent?: string;
  readonly device?: DeviceInfo;
  /** Collector's clock minus device's clock when it was tracked, as far as the device knew it from earlier answers. */
  readonly clockOffsetMs?: number;
  /** How often that clock had been set, or the device had slept, while the page was open; absent when never. */
  readonly clockSteps?: number;
  /** Half the round trip of the answer that told it: the offset is right within this. */
  readonly clockErrorMs?: number;
  readonly consent?: ConsentByPurpose;
}

/** The unit sent. */
export interface EventBatch {
  readonly v: ProtocolVersion;
  readonly batchId: BatchId;
  /** Device clock when this attempt left; with `receivedAt` it tells how far the device's clock is off. */
  readonly sentAt: EpochMs;
  /** The events are history, not news: no clock correction, retention counts from arrival. Secret keys only. */
  readonly historical?: boolean;
  readonly context: BatchContext;
  readonly events: readonly TrackedEvent[];
}
