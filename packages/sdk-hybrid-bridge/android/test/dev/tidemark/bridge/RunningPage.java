package dev.tidemark.bridge;

import java.util.ArrayList;
import java.util.List;

/** A page as the bridge sees it: five minutes behind, with events from before the host answered, and after. */
final class RunningPage {
  private static final long BEHIND_MS = 300000;

  private final Randomness random;
  private final LogicalClock clock;
  private final Page page;
  private final Time time;
  private final String nonce;
  private final String queueId;
  private final List<JsonObject> heard = new ArrayList<>();
  private final JsonArray events = new JsonArray();
  private Identity identity;
  private String hostNonce = "";
  private long n;

  RunningPage(Host host, Time device, Randomness random) {
    this.random = random;
    time = new Time() {
      @Override
      public long wallMs() {
        return device.wallMs() - BEHIND_MS;
      }

      @Override
      public long monotonicMs() {
        return device.monotonicMs();
      }
    };
    clock = new LogicalClock(time);
    nonce = random.nonce();
    queueId = random.uuid();
    identity = new Identity(random.uuid(), null, random.uuid(time.wallMs()), time.wallMs());
    page = host.openPage(this::hear);
  }

  private void hear(String text) {
    try {
      JsonObject message = (JsonObject) Json.read(text, 8);
      clock.hear(Stamp.of(message.get("at")));
      heard.add(message);
      if (message.has("hostNonce")) hostNonce = message.text("hostNonce");
    } catch (JsonException broken) {
      throw new IllegalStateException(broken);
    }
  }

  void track(String name) {
    Stamp at = clock.tick();
    String eventId = random.uuid(time.wallMs());
    JsonObject event = new JsonObject().put("type", "custom").put("name", name).put("eventId", eventId).put("seq", events.size() + 1);
    events.add(event.put("occurredAt", time.wallMs()).put("logicalMs", at.ms).put("logicalCount", at.count));
    TellingLog.tell("page", eventId);
  }

  void greet(long startedAt) {
    JsonObject hello = identity.writeTo(new JsonObject().put("versions", JsonArray.of(1)).put("maxChars", 0));
    say("hello", nonce, hello.put("pageStartedAt", startedAt).put("sentAt", time.wallMs()).put("userAgent", "Runner/1.0"));
  }

  long wallMs() {
    return time.wallMs();
  }

  /** Hears from the host: what it tracks from here on comes after what the host tracked so far. */
  void listen() {
    say("ping", hostNonce, new JsonObject());
  }

  /** @return whether the host says that all of it is on its disk. */
  boolean handOver() {
    JsonObject context = new JsonObject().put("appId", "shop").put("surface", "h5").put("queueId", queueId);
    identity.writeTo(context.put("sdk", new JsonObject().put("name", "sdk-web").put("version", "0.1.0")));
    JsonObject batch = new JsonObject().put("v", 1).put("batchId", random.uuid(time.wallMs())).put("sentAt", time.wallMs());
    say("batch", hostNonce, new JsonObject().put("batch", batch.put("context", context).put("events", events)));
    JsonObject answer = heard.get(heard.size() - 1);
    return "ack".equals(answer.text("type")) && answer.array("eventIds").size() == events.size();
  }

  private void say(String type, String to, JsonObject fields) {
    Stamp at = clock.tick();
    fields.put("tidemark", 1).put("type", type).put("nonce", to).put("n", ++n).put("at", at.toJson());
    String refusal = page.receive("https://shop.example", fields.toString());
    if (refusal != null) throw new IllegalStateException(type + " is refused: " + refusal);
  }
}
