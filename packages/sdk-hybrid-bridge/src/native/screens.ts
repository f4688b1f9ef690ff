import {
  type BatchContext,
  cutText,
  type EpochMs,
  LIMITS,
  type Stamp,
  type TransitionWay,
  type ViewId,
  type ViewMessage,
} from '@tidemark/protocol';
import type { Fields } from './clean-fields.js';

export interface ScreenFields {
  /** How it came. Default `push`. */
  readonly way?: TransitionWay;
  readonly title?: string;
  /** The kind of screen, shared by many. */
  readonly template?: string;
}

/** What a shown screen is known by; enough to end its view after the process was killed. */
export interface OpenView {
  readonly page: string;
  readonly viewId: ViewId;
  /** Of the `view_end` to come, so that a copy of it is known for one. */
  readonly endId: string;
  readonly template?: string;
  readonly dwellMs: number;
  /** Wall clock, logical clock and context as of the dwell. */
  readonly at: EpochMs;
  readonly stamp: Stamp;
  readonly context: Omit<BatchContext, 'queueId'>;
}

/** Native screens: which is shown, for how long in the foreground, and what led to the next. */
export interface Screens {
  /** @param left - what the page on the screen that is left said of itself, if there is one. */
  show(page: string, fields: ScreenFields, left: ViewMessage | undefined): void;
  foreground(): void;
  background(): void;
  /** The screen is viewed anew, in another session; the view until now was ended elsewhere. */
  renew(): void;
  /** Ends the view, as the app ends. */
  end(): void;
  /** The screen shown. */
  page(): string | undefined;
  viewId(): ViewId | undefined;
  /** The view as of now. */
  checkpoint(): OpenView | undefined;
}

export interface ScreensOptions {
  readonly monotonicMs: () => number;
  readonly newId: <T extends string>() => T;
  /** @param eventId - where it is given already. */
  readonly track: (type: string, fields: Fields, eventId?: string) => void;
  readonly now: () => Pick<OpenView, 'at' | 'stamp' | 'context'>;
}

interface View {
  readonly page: string;
  readonly title: string | undefined;
  readonly template: string | undefined;
  readonly viewId: ViewId;
  readonly endId: string;
  dwellMs: number;
}

export function createScreens({ monotonicMs, newId, track, now }: ScreensOptions): Screens {
  let view: View | undefined;
  let isForeground = true;
  let settledAt = monotonicMs();

  /** Adds the stretch since it was last called, if it was in the foreground. */
  function settle(): void {
    const at = monotonicMs();
    if (view && isForeground) view.dwellMs += Math.max(0, at - settledAt);
    settledAt = at;
  }

  function end(): void {
    settle();
    if (view) track('view_end', endFields(view), view.endId);
    view = undefined;
  }

  function begin({ page, title, template }: Pick<View, 'page' | 'title' | 'template'>): void {
    view = { page, title, template, viewId: newId<ViewId>(), endId: newId(), dwellMs: 0 };
    track('screen_view', { page, viewId: view.viewId, title, template });
  }

  return {
    show(page, { way = 'push', title, template }, left) {
      const from = view;
      end();
      if (from) {
        track('transition', {
          page,
          fromPage: left?.page ?? from.page,
          way,
          fromTemplate: left ? left.template : from.template,
          modules: left && moduleNames(left),
        });
      }
      begin({ page, title, template });
    },
    foreground() {
      settle();
      isForeground = true;
    },
    background() {
      settle();
      isForeground = false;
    },
    renew() {
      settle();
      if (view) begin(view);
    },
    end,
    page: () => view?.page,
    viewId: () => view?.viewId,
    checkpoint() {
      settle();
      if (!view) return undefined;
      const { page, viewId, endId, template, dwellMs } = view;
      return { page, viewId, endId, ...(template ? { template } : {}), dwellMs, ...now() };
    },
  };
}

function moduleNames({ modules }: ViewMessage): string[] {
  const named = modules.filter((module) => module !== '').slice(0, LIMITS.modulesCount);
  return named.map((module) => cutText(module, LIMITS.nameLength));
}

/** Of a view that ended, or was cut short with the process. A native screen is seen whenever the app is in front. */
export function endFields({ page, viewId, dwellMs }: Pick<OpenView, 'page' | 'viewId' | 'dwellMs'>): Fields {
  const ms = Math.min(Math.round(dwellMs), LIMITS.dwellMaxMs);
  return { page, viewId, dwellMs: ms, visibleMs: ms };
}
