package dev.tidemark.bridge;

import java.util.List;

/** The channel of one page: who says what to whom, in which order, and whether it may. */
public final class Page {
  private final Host host;
  private final PageOutput output;
  private Channel channel;

  /** What a hello begins. */
  private static final class Channel {
    private final String nonce;
    private final String hostNonce;
    private final long maxChars;
    private final HeardNumbers heard = new HeardNumbers();
    private final Parts parts = new Parts();
    private String origin;
    private long lastN;
    private Adoption adoption;
    private JsonObject view;

    private Channel(String nonce, String hostNonce, long maxChars) {
      this.nonce = nonce;
      this.hostNonce = hostNonce;
      this.maxChars = maxChars;
    }
  }

  Page(Host host, PageOutput output) {
    this.host = host;
    this.output = output;
  }

  /**
   * The page said something. Never throws.
   *
   * @param origin where the container says it comes from, as {@code https://shop.example}; null when it says nothing.
   * @param text null for what is no text.
   * @return why it was not heard, or null when it was.
   */
  public String receive(String origin, String text) {
    synchronized (host) {
      String refusal;
      try {
        refusal = hear(origin, text, false);
      } catch (RuntimeException fault) {
        refusal = "fault"; // ours; the app must not end over it
      }
      if (refusal != null) host.count(refusal);
      return refusal;
    }
  }

  /** The page is gone: another address, or its container was closed. */
  public void close() {
    synchronized (host) {
      channel = null;
      host.forget(this);
    }
  }

  private String hear(String origin, String text, boolean isOfParts) {
    if (origin != null && !host.allows(origin)) return "foreign_origin";
    MessageReader.Read read = MessageReader.read(text, Fields.TO_HOST);
    if (read.refusal != null) return read.refusal;
    JsonObject message = read.message;
    if (host.clock().isFar(Stamp.of(message.get("at")))) return "malformed";
    String type = message.text("type");
    if (type.equals("hello")) return hearHello(origin, message);
    if (channel != null && origin != null && channel.origin != null && !origin.equals(channel.origin)) return "foreign_origin";
    if (channel == null || !channel.hostNonce.equals(message.text("nonce"))) return "wrong_nonce";
    String refusal = number(message);
    if (refusal != null) return refusal;
    if (isOfParts && type.equals("part")) return "bad_part";
    if (type.equals("part")) return hearPart(origin, message);
    host.clock().hear(Stamp.of(message.get("at")));
    hearHeard(type, message);
    return null;
  }

  private String number(JsonObject message) {
    long n = message.integer("n");
    if (channel.heard.has(n)) return "duplicate";
    channel.heard.add(n);
    return Fields.areWhole(message) ? null : "malformed";
  }

  private String hearHello(String origin, JsonObject hello) {
    String nonce = hello.text("nonce");
    if (!Fields.isNonce(nonce)) return "wrong_nonce";
    boolean isKnown = channel != null && channel.nonce.equals(nonce);
    if (isKnown && channel.heard.has(hello.integer("n"))) return "duplicate";
    if (!Fields.areWhole(hello)) return "malformed";
    long logicalMs = host.clock().nowMs();
    host.clock().hear(Stamp.of(hello.get("at")));
    host.beginSessionIfOver(this);
    if (!isKnown) channel = new Channel(nonce, host.drawNonce(), hello.integer("maxChars"));
    channel.origin = origin;
    channel.heard.add(hello.integer("n"));
    Stamp welcomedAt = say(host.welcome().put("hostNonce", channel.hostNonce));
    if (!isKnown) channel.adoption = new Adoption(hello, welcomedAt, logicalMs, host.wallMs());
    channel.adoption.tell(host.identity());
    return null;
  }

  private String hearPart(String origin, JsonObject part) {
    Parts.Added added = channel.parts.add(part.integer("of"), part.integer("index"), part.integer("count"), part.text("text"));
    if (added.isBad) return "bad_part";
    host.clock().hear(Stamp.of(part.get("at")));
    return added.whole == null ? null : hear(origin, added.whole, true);
  }

  private void hearHeard(String type, JsonObject message) {
    switch (type) {
      case "batch":
        say(host.take(message.object("batch"), channel.adoption));
        break;
      case "identity":
        host.hearIdentity(this, message);
        break;
      case "consent":
        host.hearConsent(this, message);
        break;
      case "view":
        channel.view = message;
        break;
      case "ping":
        say(new JsonObject().put("type", "pong"));
        break;
      case "bye":
        channel = null;
        break;
      default: // a pong needs no answer
    }
  }

  /** What the page shows, as of its last {@code view}; null when it said nothing. */
  JsonObject view() {
    return channel == null ? null : channel.view;
  }

  /**
   * Says something to the page, if it ever said hello; in parts where it takes no more.
   *
   * @return the stamp it left with.
   */
  Stamp say(JsonObject body) {
    if (channel == null) return null;
    long n = ++channel.lastN;
    Stamp at = host.clock().tick();
    String text = envelope(body, n, at).toString();
    List<String> pieces = Parts.cut(text, channel.maxChars, channel.nonce);
    if (pieces.isEmpty()) host.count("unspeakable");
    if (pieces.size() == 1) hand(text);
    else for (int index = 0; index < pieces.size(); index++) {
      JsonObject part = new JsonObject().put("type", "part").put("of", n).put("index", index).put("count", pieces.size());
      hand(envelope(part.put("text", pieces.get(index)), ++channel.lastN, at).toString());
    }
    return at;
  }

  private JsonObject envelope(JsonObject body, long n, Stamp at) {
    JsonObject message = new JsonObject().put("tidemark", 1).put("type", body.get("type"));
    message.put("nonce", channel.nonce).put("n", n).put("at", at.toJson());
    for (String field : body.keys()) message.put(field, body.get(field));
    return message;
  }

  private void hand(String text) {
    try {
      output.say(text);
    } catch (RuntimeException containerIsGone) {
      host.count("unheard"); // the page asks again, or goes by HTTP
    }
  }
}
