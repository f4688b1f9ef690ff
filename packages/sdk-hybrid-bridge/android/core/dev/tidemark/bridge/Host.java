package dev.tidemark.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The native side: owns the visitor, the session, consent and the queue, and talks with the pages in WebViews. May be called from
 * any thread; writes to disk in the caller's.
 */
public final class Host {
  /** Events of a visitor with no gap over this are a session. */
  public static final long SESSION_GAP_MS = 30 * 60000L;
  /** Fields of an event that are nobody's to give. */
  private static final Set<String> MADE_HERE = new HashSet<>(
      Arrays.asList("type", "eventId", "seq", "occurredAt", "monotonicMs", "logicalMs", "logicalCount"));
  private static final String[] PURPOSES = {"analytics", "marketing", "risk"};

  private final HostOptions options;
  private final EventQueue queue;
  private final Time time;
  private final Randomness random;
  private final LogicalClock clock;
  private final Relay relay;
  private final Screens screens;
  private final List<Page> pages = new ArrayList<>();
  private final Map<String, Long> counts = new TreeMap<>();
  private Identity identity;
  private JsonObject consent;
  private Stamp identityAt = Stamp.ZERO;
  private Stamp consentAt = Stamp.ZERO;
  private final long openedAt;
  private long lastActiveAt;
  /** The view as it was when the app left the foreground, with its context: its end, if nobody comes back. */
  private JsonObject away;
  private boolean isClosing;
  private Runnable onAdded = new Runnable() {
    @Override
    public void run() {
      // nobody listens yet
    }
  };

  /** Takes up what the queue remembers of visitor, session and consent, or begins anew. */
  public Host(HostOptions options, EventQueue queue, Time time, Randomness random) {
    this.options = options;
    this.queue = queue;
    this.time = time;
    this.random = random;
    clock = new LogicalClock(time);
    relay = new Relay(queue);
    screens = new Screens(this, time);
    JsonObject kept = queue.state();
    boolean isKept = kept.has("visitorId");
    identity = isKept ? Identity.of(kept) : somebodyNew();
    consent = kept.object("consent") == null ? new JsonObject() : kept.object("consent");
    lastActiveAt = isKept && queue.lastAddedAt() > 0 ? queue.lastAddedAt() : time.wallMs();
    openedAt = time.monotonicMs();
    away = kept.object("away");
    keep();
    endAway();
  }

  /** Called after each event that came into the queue: the uploader's. */
  public synchronized void whenAdded(Runnable listener) {
    onAdded = listener;
  }

  /** A channel for a page that is about to load; to be closed with it. */
  public synchronized Page openPage(PageOutput output) {
    Page page = new Page(this, output);
    pages.add(page);
    return page;
  }

  synchronized void forget(Page page) {
    pages.remove(page);
  }

  /**
   * Tracks an event of the native side. Not while analytics is denied.
   *
   * @param type one of the protocol's, for example {@code custom} with a field {@code name}.
   * @param fields those of the type, and {@code props}.
   */
  public synchronized void track(String type, JsonObject fields) {
    if (isDenied() || isClosing) return;
    beginSessionIfOver(null);
    JsonObject event = eventNow(type);
    screens.writeTo(event);
    for (String field : fields.keys()) if (!MADE_HERE.contains(field)) event.put(field, fields.get(field));
    lastActiveAt = time.wallMs();
    add(ownContext(), event);
  }

  private JsonObject eventNow(String type) {
    Stamp at = clock.tick();
    JsonObject event = new JsonObject().put("type", type).put("eventId", random.uuid(time.wallMs())).put("occurredAt", time.wallMs());
    event.put("monotonicMs", time.monotonicMs() - openedAt);
    return event.put("logicalMs", at.ms).put("logicalCount", at.count);
  }

  /** Numbers an event of the host's own and puts it into the queue; its number is not taken when that fails. */
  private void add(JsonObject context, JsonObject event) {
    long seq = queue.nextOwnSeq();
    try {
      queue.add(Collections.singletonList(new QueuedEvent(queue.ownQueueId(), seq, event.text("eventId"),
          context.put("queueId", queue.ownQueueId()).toString(), event.put("seq", seq).toString(), 0)), false);
    } catch (IOException noRoom) {
      count("full");
      return;
    }
    onAdded.run();
  }

  private JsonObject ownContext() {
    JsonObject context = new JsonObject().put("appId", options.appId).putIfPresent("release", options.release);
    context.put("surface", "native").put("sdk", new JsonObject().put("name", "sdk-hybrid-bridge-android")
        .put("version", HostOptions.SDK_VERSION));
    identity.writeTo(context).putIfPresent("device", options.device);
    return consent.keys().isEmpty() ? context : context.put("consent", consent);
  }

  /** A screen is shown. @param page the one that lies in it, or null. @param way one of the protocol's transition ways. */
  public synchronized void showScreen(String name, String template, String way, Page page) {
    screens.show(name, template, way, page, random.uuid(time.wallMs()));
    for (Page each : everyPage()) {
      each.say(new JsonObject().put("type", "screen").put("screen", name).put("way", way).put("visible", each == page));
    }
  }

  /** A screen that is there already when the host begins. */
  synchronized void beginWithScreen(String name) {
    screens.begin(name, random.uuid(time.wallMs()));
  }

  /** The app is not seen any more. The process may be killed from here on: what is known of the view is kept. */
  public synchronized void background() {
    screens.background();
    JsonObject end = screens.endFields();
    if (end == null || isDenied() || isClosing) return;
    JsonObject event = eventNow("view_end");
    for (String field : end.keys()) event.put(field, end.get(field));
    away = new JsonObject().put("context", ownContext()).put("event", event);
    keep();
  }

  public synchronized void foreground() {
    screens.foreground();
    if (away != null && isSessionOver()) {
      // The session ended with the view; who comes back is in another one, on the same screen.
      endAway();
      screens.renew(random.uuid(time.wallMs()));
    }
    away = null;
    keep();
  }

  /** Ends the view that nobody came back to. It is forgotten first: a dwell may be lost in a crash, but never counted twice. */
  private void endAway() {
    JsonObject left = away;
    away = null;
    if (left == null) return;
    keep();
    if (!isDenied()) add(left.object("context").copy(), left.object("event").copy());
  }

  /** The visitor told who it is. An id that no batch may hold is left. */
  public synchronized void identify(String userId) {
    if (!Fields.isAppGivenId(userId)) {
      count("bad_user_id");
      return;
    }
    beginSessionIfOver(null);
    become(identity.withUser(userId), clock.tick(), null);
    track("identify", new JsonObject().put("userId", userId));
  }

  /** Signed out, or another person takes the device: a new visitor. */
  public synchronized void reset() {
    become(somebodyNew(), clock.tick(), null);
  }

  /** The visitor decided. @param purposes {@code granted} or {@code denied} for analytics, marketing or risk. */
  public synchronized void consent(Map<String, Boolean> purposes) {
    JsonObject said = new JsonObject();
    for (Map.Entry<String, Boolean> each : purposes.entrySet()) said.put(each.getKey(), each.getValue() ? "granted" : "denied");
    apply(said, clock.tick(), null);
    track("consent", new JsonObject().put("purposes", said));
  }

  /** The books of the host's queue balance only when it says what it gave up. @param dropped events of its own, by reason. */
  public synchronized void tellGivenUp(JsonObject dropped) {
    if (dropped.keys().isEmpty()) return;
    JsonObject health = new JsonObject().put("queued", queue.waiting().size()).put("delivered", 0).put("rejected", 0);
    track("sdk_health", health.put("dropped", dropped));
  }

  /** The host says bye, and takes nothing from here on. The queue is the caller's to close. */
  public synchronized void close() {
    if (isClosing) return;
    screens.end();
    away = null;
    keep();
    isClosing = true;
    for (Page page : everyPage()) page.say(new JsonObject().put("type", "bye"));
  }

  /** How often messages were refused, by reason, and events lost ({@code full}). */
  public synchronized Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  void count(String reason) {
    Long soFar = counts.get(reason);
    counts.put(reason, soFar == null ? 1 : soFar + 1);
  }

  boolean allows(String origin) {
    return options.origins.contains(origin);
  }

  LogicalClock clock() {
    return clock;
  }

  long wallMs() {
    return time.wallMs();
  }

  String drawNonce() {
    return random.nonce();
  }

  public synchronized Identity identity() {
    return identity;
  }

  JsonObject welcome() {
    JsonObject welcome = new JsonObject().put("type", "welcome").put("version", 1).put("maxChars", options.maxChars);
    identity.writeTo(welcome.put("capabilities", new JsonArray())).put("consent", consent);
    return welcome.putIfPresent("screen", screens.name());
  }

  JsonObject take(JsonObject batch, Adoption adoption) {
    JsonObject answer = relay.answer(batch, adoption, isDenied(), isClosing);
    if (!"ack".equals(answer.text("type"))) return answer;
    for (Object event : batch.array("events")) keepAlive(adoption, batch.object("context"), event);
    onAdded.run();
    return answer;
  }

  /** What a page hands over late does not prolong a session beyond what happened in it. */
  private void keepAlive(Adoption adoption, JsonObject context, Object event) {
    if (!(event instanceof JsonObject) || ((JsonObject) event).integer("occurredAt") == null) return;
    if (!identity.sessionId.equals(adoption.sessionOf(context, (JsonObject) event))) return;
    long happenedAt = Math.min(time.wallMs(), adoption.hostMs(((JsonObject) event).integer("occurredAt")));
    lastActiveAt = Math.max(lastActiveAt, happenedAt);
  }

  void hearIdentity(Page from, JsonObject message) {
    Stamp at = Stamp.of(message.get("at"));
    if (!identityAt.isBefore(at)) return;
    if (!identity.sessionId.equals(message.text("sessionId"))) lastActiveAt = time.wallMs();
    become(Identity.of(message), at, from);
  }

  void hearConsent(Page from, JsonObject message) {
    Stamp at = Stamp.of(message.get("at"));
    if (consentAt.isBefore(at)) apply(message.object("purposes"), at, from);
  }

  /** A session that nothing was heard of for long has ended; or the clock was set back by more than that. @param greeting a page that is told with its welcome, or null. */
  void beginSessionIfOver(Page greeting) {
    if (isDenied() || !isSessionOver()) return;
    long now = time.wallMs();
    lastActiveAt = now;
    become(identity.withSession(random.uuid(now), sessionStart()), clock.tick(), greeting);
  }

  private boolean isSessionOver() {
    return Math.abs(time.wallMs() - lastActiveAt) > SESSION_GAP_MS;
  }

  private void become(Identity next, Stamp at, Page teller) {
    identity = next;
    identityAt = at;
    keep();
    for (Page page : everyPage()) {
      if (page != teller) page.say(identity.writeTo(new JsonObject().put("type", "identity")));
    }
  }

  private void apply(JsonObject purposes, Stamp at, Page teller) {
    boolean wasDenied = isDenied();
    JsonObject next = consent.copy();
    for (String purpose : PURPOSES) next.putIfPresent(purpose, purposes.text(purpose));
    consent = next;
    consentAt = at;
    keep();
    for (Page page : everyPage()) {
      if (page != teller) page.say(new JsonObject().put("type", "consent").put("purposes", purposes));
    }
    if (wasDenied || !isDenied()) return;
    away = null;
    queue.clear();
    become(somebodyNew(), clock.tick(), null);
  }

  /** A page may be closed by what it is told. */
  private List<Page> everyPage() {
    return new ArrayList<>(pages);
  }

  private boolean isDenied() {
    return "denied".equals(consent.text("analytics"));
  }

  private Identity somebodyNew() {
    lastActiveAt = time.wallMs();
    return new Identity(random.uuid(), null, random.uuid(time.wallMs()), sessionStart());
  }

  /** The collector refuses a whole batch over a session that began at no time. */
  private long sessionStart() {
    return Math.min(Fields.TIME_MAX, Math.max(Fields.TIME_MIN, time.wallMs()));
  }

  private void keep() {
    queue.keepState(identity.writeTo(new JsonObject()).put("consent", consent).putIfPresent("away", away));
  }
}
