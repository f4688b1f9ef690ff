package dev.tidemark.bridge;

/** Who the visitor is, and in which session. */
public final class Identity {
  public final String visitorId;
  /** Null when nobody is identified. */
  public final String userId;
  public final String sessionId;
  public final long sessionStartedAt;

  public Identity(String visitorId, String userId, String sessionId, long sessionStartedAt) {
    this.visitorId = visitorId;
    this.userId = userId;
    this.sessionId = sessionId;
    this.sessionStartedAt = sessionStartedAt;
  }

  /** @param source has been checked by {@link Fields#isIdentity}. */
  static Identity of(JsonObject source) {
    return new Identity(source.text("visitorId"), source.text("userId"), source.text("sessionId"),
        source.integer("sessionStartedAt"));
  }

  Identity withUser(String user) {
    return new Identity(visitorId, user, sessionId, sessionStartedAt);
  }

  Identity withSession(String session, long startedAt) {
    return new Identity(visitorId, userId, session, startedAt);
  }

  /** Into a message or a context. */
  JsonObject writeTo(JsonObject target) {
    target.put("visitorId", visitorId).putIfPresent("userId", userId);
    return target.put("sessionId", sessionId).put("sessionStartedAt", sessionStartedAt);
  }
}
