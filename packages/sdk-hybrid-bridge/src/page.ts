import type { Carrier, ConsentByPurpose, EpochMs, SessionId, TransitionWay, VisitorId } from '@tidemark/protocol';

/** What the bridge needs of the client whose events it carries: a part of what sdk-web gives its features. */
export interface BridgedPage {
  readonly clock: { now(): number };
  /** Short texts that outlive the page. */
  readonly storage: { get(name: string): string | undefined; set(name: string, text: string): void };
  readonly visitor: {
    id(): VisitorId;
    /** @returns whether it is one. */
    become(id: VisitorId): boolean;
  };
  readonly sessions: {
    /** The one that goes on at that time. */
    peek(now: EpochMs): Session;
    /** @returns whether it is one. */
    become(session: Session, now: EpochMs): boolean;
  };
  readonly user: {
    userId(): string | undefined;
    identify(userId: string): void;
    forget(): void;
  };
  readonly consent: {
    purposes(): ConsentByPurpose;
    decide(purposes: ConsentByPurpose): void;
  };
  emit(
    event:
      | { readonly type: 'transition'; readonly fromPage: string; readonly way: TransitionWay }
      | { readonly type: 'alias'; readonly previousVisitorId: VisitorId },
  ): void;
  atEvent(read: (event: PageEvent) => { readonly logicalMs: number; readonly logicalCount: number }): void;
  onConsent(listener: () => void): void;
  carry(wrap: (http: Carrier) => Carrier): void;
  send(): void;
}

interface Session {
  readonly sessionId: SessionId;
  readonly startedAt: EpochMs;
}

/** An event of the page, as far as the bridge looks at it. */
export interface PageEvent {
  readonly type: string;
  readonly page?: string;
  readonly template?: string;
  readonly module?: string;
  readonly visibleRatio?: number;
}
