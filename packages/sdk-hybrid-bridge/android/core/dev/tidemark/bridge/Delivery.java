package dev.tidemark.bridge;

/**
 * What an answer means for the events that were sent: only a 202 with an ack that names this batch is a delivery. A captive
 * portal's 200 is none, and a 400 that is no word of a collector's must not cost the events.
 */
final class Delivery {
  enum Kind {
    DELIVERED,
    /** Nobody knows, or not now: keep them and try again. */
    RETRY,
    /** Too large or never readable: send halves; a single event is set aside. */
    HALVE,
    /** The key is wrong or revoked: keep them and stop. */
    STOPPED
  }

  final Kind kind;
  /** How many of a delivered batch the collector will never take. */
  final int rejected;
  /** What the collector asked for, milliseconds, or null. */
  final Long afterMs;

  private Delivery(Kind kind, int rejected, Long afterMs) {
    this.kind = kind;
    this.rejected = rejected;
    this.afterMs = afterMs;
  }

  static Delivery unknown() {
    return new Delivery(Kind.RETRY, 0, null);
  }

  static Delivery of(HttpPost.Answer answer, String batchId, long nowMs) {
    JsonObject body = bodyOf(answer.body);
    if (answer.status == 202 && isAck(body, batchId)) return new Delivery(Kind.DELIVERED, body.array("rejected").size(), null);
    if (answer.status == 401 || answer.status == 403) return new Delivery(Kind.STOPPED, 0, null);
    String code = body.text("code");
    boolean isVerdict = "unreadable_body".equals(code) || "invalid_batch".equals(code);
    if (answer.status == 413 || (answer.status == 400 && isVerdict)) return new Delivery(Kind.HALVE, 0, null);
    return new Delivery(Kind.RETRY, 0, RetryAfter.parse(answer.retryAfter, nowMs));
  }

  private static boolean isAck(JsonObject body, String batchId) {
    return batchId.equals(body.text("batchId")) && body.array("rejected") != null && body.get("serverTimeMs") instanceof JsonNumber;
  }

  private static JsonObject bodyOf(String text) {
    try {
      Object body = Json.read(text, 16);
      return body instanceof JsonObject ? (JsonObject) body : new JsonObject();
    } catch (JsonException noJson) {
      return new JsonObject(); // a portal's page, for example
    }
  }
}
