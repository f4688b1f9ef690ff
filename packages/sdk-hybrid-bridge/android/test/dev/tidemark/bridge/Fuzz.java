package dev.tidemark.bridge;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Messages as an attacker, a broken page or a bad memory would write them: whole ones, of which something is changed. */
final class Fuzz {
  private static final String[] TYPES = {"hello", "batch", "identity", "consent", "view", "ping", "pong", "bye", "part", "ack", "constructor"};

  private final Random dice;
  private final long nowMs;
  private String hostNonce;
  private long n;
  private long pages;

  Fuzz(long seed, long nowMs) {
    this.dice = new Random(seed);
    this.nowMs = nowMs;
  }

  /** The host said welcome: whole messages carry its nonce from here on. */
  void greeted(String nonce) {
    hostNonce = nonce;
  }

  String origin() {
    int what = dice.nextInt(30);
    return what == 0 ? "https://evil.example" : what < 15 ? "https://shop.example" : null;
  }

  String message() {
    JsonObject message = whole();
    int what = dice.nextInt(18);
    for (int times = dice.nextInt(3); what < 6 && times > 0; times--) change(message);
    String text = message.toString();
    if (what == 7) return text.substring(0, dice.nextInt(text.length()));
    if (what == 8) {
      int at = dice.nextInt(text.length());
      return text.substring(0, at) + (char) dice.nextInt(dice.nextBoolean() ? 128 : 65536) + text.substring(at + dice.nextInt(2) % text.length());
    }
    if (what == 9 && dice.nextInt(20) == 0) return text.replace("1", "[[[[[[[[[[");
    return dice.nextInt(500) == 0 ? null : text;
  }

  private JsonObject whole() {
    String type = TYPES[dice.nextInt(TYPES.length)];
    if (type.equals("bye") && dice.nextInt(20) > 0) type = "batch";
    if (dice.nextInt(10) > 0) n++;
    JsonObject message = new JsonObject().put("tidemark", 1).put("type", type).put("nonce", dice.nextInt(20) == 0 ? id() : hostNonce);
    message.put("n", Math.max(1, n)).put("at", JsonArray.of(nowMs + n, dice.nextInt(3)));
    switch (type) {
      case "hello":
        if (dice.nextBoolean()) pages++;
        message.put("nonce", "page-nonce-" + (100000 + pages)).put("versions", JsonArray.of(1)).put("maxChars", dice.nextInt(2) * 600);
        identity(message).put("pageStartedAt", nowMs).put("sentAt", nowMs).put("userAgent", "agent");
        break;
      case "batch":
        message.put("batch", batch());
        break;
      case "identity":
        identity(message);
        break;
      case "consent":
        message.put("purposes", new JsonObject().put("analytics", dice.nextInt(10) == 0 ? "denied" : "granted").put("risk", "granted"));
        break;
      case "view":
        message.put("page", "/x").put("modules", JsonArray.of("a", "b"));
        break;
      case "part":
        message.put("of", 1 + dice.nextInt(5)).put("index", dice.nextInt(4)).put("count", 1 + dice.nextInt(4)).put("text", "{\"tidemark\":1}");
        break;
      default:
    }
    return message;
  }

  private JsonObject batch() {
    JsonObject context = new JsonObject().put("appId", "shop").put("surface", "h5").put("sdk", new JsonObject().put("name", "s").put("version", "1"));
    identity(context).put("queueId", id());
    JsonArray events = new JsonArray();
    for (int count = dice.nextInt(4); count >= 0; count--) {
      JsonObject event = new JsonObject().put("type", "custom").put("eventId", id()).put("seq", 1 + dice.nextInt(1000));
      event.put("occurredAt", nowMs).put("logicalMs", nowMs).put("logicalCount", dice.nextInt(9));
      if (dice.nextInt(3) == 0) change(event);
      events.add(event);
    }
    if (dice.nextInt(6) == 0) change(context);
    JsonObject batch = new JsonObject().put("v", 1).put("batchId", id()).put("sentAt", nowMs).put("context", context).put("events", events);
    if (dice.nextInt(6) == 0) change(batch);
    return batch;
  }

  private JsonObject identity(JsonObject target) {
    return target.put("visitorId", id()).put("sessionId", id()).put("sessionStartedAt", nowMs);
  }

  private String id() {
    return String.format("0198c0de-0000-7000-8000-%012d", dice.nextInt(5));
  }

  private void change(JsonObject object) {
    List<String> keys = new ArrayList<>(object.keys());
    int what = dice.nextInt(12);
    String key = what == 0 ? "__proto__" : what == 1 ? "" : keys.get(dice.nextInt(keys.size()));
    object.put(key, anything(dice.nextInt(16)));
  }

  private Object anything(int what) {
    Object[] simple = {null, true, "", "\ud83c", 0, -1, 1L << 53, 0.5, 1e300, "constructor", "\u0000\u2028", Double.NaN};
    if (what < simple.length) return simple[what];
    if (what == 12) return new JsonArray();
    if (what == 13) return new JsonObject();
    if (what == 14) return JsonArray.of(nowMs, 65536);
    JsonArray deep = new JsonArray();
    for (int depth = dice.nextInt(12); depth > 0; depth--) deep = JsonArray.of(deep);
    return deep;
  }
}
