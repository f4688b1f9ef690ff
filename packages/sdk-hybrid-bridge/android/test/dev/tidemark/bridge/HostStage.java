package dev.tidemark.bridge;

import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One case of host.json: a host over a real file, and pages that write down what they hear. */
final class HostStage {
  private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final int DEPTH_MAX = 64;

  private final JsonObject given;
  private final TestTime time = new TestTime();
  private final FailingLog log;
  private final EventQueue queue;
  private final Host host;
  private final Map<String, Listener> pages = new LinkedHashMap<>();
  private final Set<String> seen = new HashSet<>();
  private final Map<String, String> fresh = new HashMap<>();
  private final List<String> saidInOrder = new ArrayList<>();
  private Stamp latest = Stamp.ZERO;

  private static final class Listener {
    private Page page;
    private long bound;
    private final List<String> heard = new ArrayList<>();
  }

  HostStage(JsonObject given, File file) throws Exception {
    this.given = given;
    JsonObject start = given.object("host");
    time.wallMs = ((JsonObject) given.array("steps").get(0)).integer("wallMs");
    log = new FailingLog(new FramedFile(file));
    SeededRandomness random = new SeededRandomness(1, texts(start.array("nonces")));
    queue = EventQueue.open(log, time, random);
    queue.keepState(Identity.of(start).writeTo(new JsonObject()).put("consent", start.object("consent")));
    HostOptions options = new HostOptions("shop").origins(texts(start.array("origins"))).maxChars(start.integer("maxChars"));
    host = new Host(options, queue, time, random);
    if (start.has("screen")) host.beginWithScreen(start.text("screen"));
    for (Matcher id = UUID.matcher(given.toString()); id.find();) seen.add(id.group());
  }

  private static List<String> texts(JsonArray list) {
    List<String> texts = new ArrayList<>();
    for (Object item : list) texts.add((String) item);
    return texts;
  }

  void playAll() throws Exception {
    JsonArray steps = given.array("steps");
    for (int at = 0; at < steps.size(); at++) play((JsonObject) steps.get(at), "step " + at);
    queue.close();
  }

  private void play(JsonObject step, String where) throws Exception {
    if (step.has("wallMs")) time.wallMs = step.integer("wallMs");
    if (step.has("storage")) log.fails = step.text("storage").equals("fails");
    if (step.has("identify")) host.identify(step.text("identify"));
    if (step.has("deny")) host.consent(Collections.singletonMap("analytics", false));
    if (step.has("close")) host.close();
    if (step.has("page")) say(step, where);
    checkStamps(where);
    for (Map.Entry<String, Listener> page : pages.entrySet()) {
      JsonArray expected = step.has("out") ? step.object("out").array(page.getKey()) : null;
      compare(wholes(page.getValue()), expected == null ? new JsonArray() : expected, where + ", page " + page.getKey());
    }
    if (step.has("queue")) compareQueue(step.array("queue"), where);
  }

  private void say(JsonObject step, String where) {
    Listener listener = pages.get(step.text("page"));
    if (listener == null) {
      Listener made = new Listener();
      made.page = host.openPage(text -> {
        made.heard.add(text);
        saidInOrder.add(text);
      });
      pages.put(step.text("page"), made);
      listener = made;
    }
    JsonObject message = step.object("in");
    boolean isSaid = message != null && !message.has("make");
    if (isSaid && "hello".equals(message.text("type")) && message.integer("maxChars") != null) {
      listener.bound = message.integer("maxChars");
    }
    String refusal = listener.page.receive(step.text("origin"), isSaid ? message.toString() : VectorRunner.textOf(step.get("in")));
    Check.equal(refusal, step.text("refused"), where);
    Stamp at = isSaid && refusal == null ? Stamp.of(message.get("at")) : null;
    if (at != null && latest.isBefore(at)) latest = at;
  }

  /** Whatever is said, to whichever page, is stamped after all that was said and heard before; the parts of a whole alike. */
  private void checkStamps(String where) throws JsonException {
    for (String text : saidInOrder) {
      JsonObject message = (JsonObject) Json.read(text, DEPTH_MAX);
      Stamp at = Stamp.of(message.get("at"));
      boolean isNext = Long.valueOf(0).equals(message.integer("index")) || !message.has("index");
      Check.that(at != null && (isNext ? latest.isBefore(at) : !at.isBefore(latest)), where + ": the stamp of " + text);
      latest = at;
    }
    saidInOrder.clear();
  }

  private List<JsonObject> wholes(Listener listener) throws JsonException {
    Parts parts = new Parts();
    List<JsonObject> messages = new ArrayList<>();
    for (String text : listener.heard) {
      Check.that(listener.bound == 0 || text.length() <= Math.max(Parts.BOUND_MIN, listener.bound), "a text of " + text.length());
      JsonObject message = (JsonObject) Json.read(text, DEPTH_MAX);
      if (!"part".equals(message.text("type"))) messages.add(message);
      else {
        String whole = parts.add(message.integer("of"), message.integer("index"), message.integer("count"),
            message.text("text")).whole;
        if (whole != null) messages.add((JsonObject) Json.read(whole, DEPTH_MAX));
      }
    }
    listener.heard.clear();
    return messages;
  }

  private void compare(List<JsonObject> messages, JsonArray expected, String where) {
    JsonArray comparable = new JsonArray();
    for (int index = 0; index < messages.size(); index++) {
      JsonObject named = new JsonObject();
      for (String field : messages.get(index).keys()) {
        if (field.equals("tidemark") || field.equals("capabilities") || field.equals("at")) continue;
        Object want = index < expected.size() ? ((JsonObject) expected.get(index)).get(field) : null;
        named.put(field, renamed(messages.get(index).get(field), want));
      }
      comparable.add(named.put("atMs", Stamp.of(messages.get(index).get("at")).ms));
    }
    Check.equal(comparable, expected, where);
  }

  /** An id that was never seen takes the name that it stands for. */
  private Object renamed(Object value, Object expected) {
    if (!(expected instanceof String) || !((String) expected).matches("new-\\d+")) return value;
    String known = fresh.get(expected);
    if (known != null) return known.equals(value) ? expected : value;
    Check.that(Fields.isUuid(value) && seen.add((String) value), value + " is no new id");
    fresh.put((String) expected, (String) value);
    return expected;
  }

  private void compareQueue(JsonArray expected, String where) throws JsonException {
    JsonArray held = new JsonArray();
    for (QueuedEvent each : queue.waiting().values()) {
      if (each.queueId.equals(queue.ownQueueId())) continue;
      JsonObject context = (JsonObject) Json.read(each.context, DEPTH_MAX);
      JsonObject event = (JsonObject) Json.read(each.event, DEPTH_MAX);
      JsonObject want = held.size() < expected.size() ? (JsonObject) expected.get(held.size()) : new JsonObject();
      JsonObject shown = new JsonObject().put("queueId", each.queueId).put("seq", each.seq).put("eventId", each.eventId);
      for (String id : new String[] {"visitorId", "sessionId"}) shown.put(id, renamed(context.get(id), want.get(id)));
      shown.put("sessionStartedAt", context.get("sessionStartedAt")).put("userId", context.get("userId"));
      shown.put("userAgent", context.get("userAgent")).put("logicalMs", event.get("logicalMs")).put("skewMs", each.skewMs);
      held.add(shown);
    }
    Check.equal(held, expected, where);
  }
}
