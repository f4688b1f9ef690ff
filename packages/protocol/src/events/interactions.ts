import type { EventBase } from './base.js';

/** A named thing was clicked or tapped. Never the content of an input. */
export interface Click extends EventBase {
  readonly type: 'click';
  readonly target: string;
}

/** A form received its first input. */
export interface FormStart extends EventBase {
  readonly type: 'form_start';
  readonly form: string;
}

/** The deepest point of the page reached so far, share of its height. */
export interface Scroll extends EventBase {
  readonly type: 'scroll';
  readonly depthRatio: number;
}

/** A module was seen: half of it for a second unless the app says otherwise. */
export interface Exposure extends EventBase {
  readonly type: 'exposure';
  readonly module: string;
  readonly visibleRatio?: number;
  readonly visibleMs?: number;
}

export interface OutboundLink extends EventBase {
  readonly type: 'outbound_link';
  readonly url: string;
}

export interface Download extends EventBase {
  readonly type: 'download';
  readonly url: string;
}
