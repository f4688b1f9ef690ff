package dev.tidemark.bridge;

/** The native screens that are shown: views with their dwell in the foreground, and how one led to another. */
final class Screens {
  /** Modules that one transition may name, and the length of a name, code points. */
  private static final int MODULES_MAX = 64;
  private static final int NAME_LENGTH = 128;
  /** A longer dwell is a device that slept. */
  private static final long DWELL_MAX_MS = 86400000L;

  private final Host host;
  private final Time time;
  private Shown shown;
  private boolean isForeground = true;
  private long resumedAt;
  private long dwelledMs;

  /** A screen while it is shown. */
  private static final class Shown {
    private final String name;
    private final String template;
    private final String viewId;
    private final Page page;

    private Shown(String name, String template, String viewId, Page page) {
      this.name = name;
      this.template = template;
      this.viewId = viewId;
      this.page = page;
    }
  }

  Screens(Host host, Time time) {
    this.host = host;
    this.time = time;
  }

  /** Name of the screen, or null. */
  String name() {
    return shown == null ? null : shown.name;
  }

  /** Says where an event happens that happens now. */
  void writeTo(JsonObject event) {
    if (shown != null) event.put("page", shown.name).put("viewId", shown.viewId);
  }

  /** A screen that was shown before the host began to listen: known, but no view of it is tracked. */
  void begin(String name, String viewId) {
    shown = new Shown(name, null, viewId, null);
    resumedAt = time.monotonicMs();
  }

  void show(String name, String template, String way, Page page, String viewId) {
    Shown left = shown;
    end();
    if (left != null) host.track("transition", transitionFrom(left, way).put("page", name));
    view(new Shown(name, template, viewId, page));
  }

  private void view(Shown next) {
    shown = next;
    dwelledMs = 0;
    resumedAt = time.monotonicMs();
    host.track("screen_view", new JsonObject().putIfPresent("template", cut(next.template)));
  }

  private static JsonObject transitionFrom(Shown left, String way) {
    JsonObject view = left.page == null ? null : left.page.view();
    JsonObject transition = new JsonObject().put("fromPage", view == null ? left.name : view.text("page")).put("way", way);
    transition.putIfPresent("fromTemplate", cut(view == null ? left.template : view.text("template")));
    return view == null ? transition : transition.put("modules", someOf(view.array("modules")));
  }

  private static JsonArray someOf(JsonArray modules) {
    JsonArray some = new JsonArray();
    for (Object name : modules) {
      if (some.size() < MODULES_MAX && !"".equals(name)) some.add(cut((String) name));
    }
    return some;
  }

  private static String cut(String name) {
    if (name == null || name.isEmpty()) return null;
    boolean isLong = name.codePointCount(0, name.length()) > NAME_LENGTH;
    return isLong ? name.substring(0, name.offsetByCodePoints(0, NAME_LENGTH)) : name;
  }

  void background() {
    if (isForeground) dwelledMs += time.monotonicMs() - resumedAt;
    isForeground = false;
  }

  void foreground() {
    if (!isForeground) resumedAt = time.monotonicMs();
    isForeground = true;
  }

  /** The screen is viewed anew, in another session; the view until now was ended elsewhere. */
  void renew(String viewId) {
    if (shown != null) view(new Shown(shown.name, shown.template, viewId, shown.page));
  }

  /** The view that is shown has ended. */
  void end() {
    JsonObject fields = endFields();
    if (fields != null) host.track("view_end", fields);
    shown = null;
  }

  /** Of a {@code view_end} as of now; null when no screen is shown. */
  JsonObject endFields() {
    if (shown == null) return null;
    long dwellMs = Math.min(DWELL_MAX_MS, dwelledMs + (isForeground ? time.monotonicMs() - resumedAt : 0));
    return new JsonObject().put("page", shown.name).put("viewId", shown.viewId).put("dwellMs", dwellMs).put("visibleMs", dwellMs);
  }
}
