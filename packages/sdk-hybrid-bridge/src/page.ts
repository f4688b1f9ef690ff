import type { BridgeIdentity, Carrier, ConsentByPurpose, TransitionWay } from '@tidemark/protocol';

/** What the bridge needs of the client whose events it carries: a part of what sdk-web gives its features. */
export interface BridgedPage {
  readonly clock: { now(): number };
  readonly identity: {
    read(): BridgeIdentity;
    /** @returns whether it is one. */
    adopt(identity: BridgeIdentity): boolean;
  };
  readonly consent: {
    purposes(): ConsentByPurpose;
    decide(purposes: ConsentByPurpose): void;
  };
  emit(event: { readonly type: 'transition'; readonly fromPage: string; readonly way: TransitionWay }): void;
  atEvent(read: (event: PageEvent) => { readonly logicalMs: number; readonly logicalCount: number }): void;
  onConsent(listener: () => void): void;
  carry(wrap: (http: Carrier) => Carrier): void;
  send(): void;
}

/** An event of the page, as far as the bridge looks at it. */
export interface PageEvent {
  readonly type: string;
  readonly page?: string;
  readonly template?: string;
  readonly module?: string;
  readonly visibleRatio?: number;
}
