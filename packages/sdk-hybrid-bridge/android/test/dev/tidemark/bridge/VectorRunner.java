package dev.tidemark.bridge;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs the vectors of a directory against this host: {@code VectorRunner test/contract/bridge}. */
public final class VectorRunner {
  private static final int DEPTH_MAX = 64;

  private VectorRunner() {
  }

  public static void main(String[] arguments) throws Exception {
    File directory = new File(arguments[0]);
    Check check = new Check();
    for (Object each : read(directory, "clock.json")) runClock(check, (JsonObject) each);
    for (Object each : read(directory, "read.json")) runRead(check, (JsonObject) each);
    for (Object each : read(directory, "parts.json")) runParts(check, (JsonObject) each);
    File scratch = Files.createTempDirectory("tidemark-vectors").toFile();
    for (Object each : read(directory, "host.json")) {
      JsonObject given = (JsonObject) each;
      File log = new File(scratch, "queue.log");
      check.run("host: " + given.text("name"), () -> new HostStage(given, log).playAll());
      log.delete();
    }
    scratch.delete();
    check.finish();
  }

  private static JsonArray read(File directory, String name) throws IOException, JsonException {
    byte[] bytes = Files.readAllBytes(new File(directory, name).toPath());
    return (JsonArray) Json.read(new String(bytes, StandardCharsets.UTF_8), DEPTH_MAX);
  }

  /** A text, or what makes a long one; null stays null. */
  static String textOf(Object text) {
    if (!(text instanceof JsonObject)) return (String) text;
    JsonObject make = ((JsonObject) text).object("make");
    StringBuilder out = new StringBuilder(make.text("open"));
    for (long times = make.integer("times"); times > 0; times--) out.append(make.text("repeat"));
    return out.append(make.text("close")).toString();
  }

  private static void runClock(Check check, JsonObject given) {
    check.run("clock: " + given.text("name"), () -> {
      TestTime time = new TestTime();
      LogicalClock clock = new LogicalClock(time);
      for (Object each : given.array("steps")) {
        JsonObject step = (JsonObject) each;
        if (step.has("hear")) {
          clock.hear(Stamp.of(step.get("hear")));
          continue;
        }
        time.wallMs = step.integer("wallMs");
        Check.equal(clock.tick().toJson(), step.array("tick"), "tick");
      }
    });
  }

  private static void runRead(Check check, JsonObject given) {
    check.run("read: " + given.text("name"), () -> {
      Set<String> types = new HashSet<>();
      for (Object type : given.array("types")) types.add((String) type);
      MessageReader.Read read = MessageReader.read(textOf(given.get("text")), types);
      Check.equal(read.refusal == null ? "message" : read.refusal, given.text("expect"), "read");
    });
  }

  private static void runParts(Check check, JsonObject given) {
    check.run("parts: " + given.text("name"), () -> {
      if (given.has("join")) join(given.array("join"));
      else cut(given);
    });
  }

  private static void join(JsonArray steps) {
    Parts parts = new Parts();
    for (Object each : steps) {
      JsonObject step = (JsonObject) each;
      JsonObject part = step.object("part");
      Parts.Added added = parts.add(part.integer("of"), part.integer("index"), part.integer("count"), textOf(part.get("text")));
      if (step.text("expect") == null) {
        Check.that(textOf(step.object("expect").get("whole")).equals(added.whole), "the whole is another: " + added.whole);
      } else {
        Check.equal(added.isBad ? "bad_part" : added.whole == null ? "waiting" : "whole", step.text("expect"), "part");
      }
    }
  }

  private static void cut(JsonObject given) throws JsonException {
    String text = textOf(given.get("text"));
    long bound = given.integer("maxChars");
    List<String> pieces = Parts.cut(text, bound, given.text("nonce"));
    boolean isCut = Boolean.TRUE.equals(given.get("cut"));
    Check.that(isCut ? pieces.size() > 1 && pieces.size() <= Parts.PARTS_MAX : pieces.size() == 1, pieces.size() + " pieces");
    Check.that(String.join("", pieces).equals(text), "the pieces are not the text");
    for (int index = 0; isCut && index < pieces.size(); index++) {
      JsonObject part = new JsonObject().put("tidemark", 1).put("type", "part").put("nonce", given.text("nonce"));
      part.put("n", given.integer("n") + 1 + index).put("at", given.array("at")).put("of", given.integer("n"));
      String written = part.put("index", index).put("count", pieces.size()).put("text", pieces.get(index)).toString();
      Check.that(written.length() <= Math.max(Parts.BOUND_MIN, bound), "a part of " + written.length() + " units");
      Check.that(StandardCharsets.UTF_8.newEncoder().canEncode(written), "half of a surrogate pair, unescaped");
      Check.equal(((JsonObject) Json.read(written, 4)).text("text"), pieces.get(index), "text");
    }
  }
}
