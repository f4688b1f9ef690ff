package dev.tidemark.bridge;

import java.util.Locale;

/**
 * What the host makes of a page's events: those that happened on the page before it heard the welcome belong to the native
 * session, by the native clock.
 */
final class Adoption {
  /** Code points that a batch may hold; the collector refuses a longer one whole. */
  private static final int USER_AGENT_LENGTH = 512;

  private final JsonObject hello;
  private Identity told;
  private final Stamp welcomedAt;
  private final long aheadMs;
  private final long skewMs;

  /**
   * @param welcomedAt when the channel's first welcome left.
   * @param hostLogicalMs and {@code hostWallMs}: the host's clocks when the hello came.
   */
  Adoption(JsonObject hello, Stamp welcomedAt, long hostLogicalMs, long hostWallMs) {
    this.hello = hello;
    this.welcomedAt = welcomedAt;
    this.aheadMs = Math.max(0, hostLogicalMs - Stamp.of(hello.get("at")).ms);
    this.skewMs = hostWallMs - hello.integer("sentAt");
  }

  /** The page was told who it is, with a welcome: the last one holds. */
  void tell(Identity identity) {
    told = identity;
  }

  QueuedEvent adopt(JsonObject context, JsonObject event) {
    boolean isEarly = isEarly(context, event);
    return new QueuedEvent(context.text("queueId"), event.integer("seq"), event.text("eventId"),
        contextFor(context, isEarly).toString(), (isEarly ? shifted(event) : event).toString(), skewMs);
  }

  /** The session that an event is kept under. */
  String sessionOf(JsonObject context, JsonObject event) {
    return isEarly(context, event) ? told.sessionId : context.text("sessionId");
  }

  /** A moment of the page's wall clock by the host's. */
  long hostMs(long pageMs) {
    return pageMs + skewMs;
  }

  private boolean isEarly(JsonObject context, JsonObject event) {
    return isSame(context, "visitorId") && isSame(context, "sessionId")
        && event.integer("occurredAt") >= hello.integer("pageStartedAt");
  }

  private boolean isSame(JsonObject context, String id) {
    return context.text(id).toLowerCase(Locale.ROOT).equals(hello.text(id).toLowerCase(Locale.ROOT));
  }

  private JsonObject contextFor(JsonObject context, boolean isEarly) {
    boolean needsAgent = !context.has("userAgent") && !hello.text("userAgent").isEmpty();
    if (!isEarly && !needsAgent) return context;
    JsonObject changed = context.copy();
    if (needsAgent) changed.put("userAgent", cut(hello.text("userAgent")));
    if (!isEarly) return changed;
    changed.put("visitorId", told.visitorId).put("sessionId", told.sessionId).put("sessionStartedAt", told.sessionStartedAt);
    return context.has("userId") ? changed : changed.putIfPresent("userId", told.userId);
  }

  private static String cut(String agent) {
    boolean isLong = agent.codePointCount(0, agent.length()) > USER_AGENT_LENGTH;
    return isLong ? agent.substring(0, agent.offsetByCodePoints(0, USER_AGENT_LENGTH)) : agent;
  }

  private JsonObject shifted(JsonObject event) {
    Long ms = event.integer("logicalMs");
    if (aheadMs == 0 || ms == null) return event;
    Long count = event.integer("logicalCount");
    boolean isAfter = welcomedAt.isBefore(new Stamp(ms, count == null ? 0 : count.intValue()));
    return isAfter ? event : event.copy().put("logicalMs", ms + aheadMs);
  }
}
