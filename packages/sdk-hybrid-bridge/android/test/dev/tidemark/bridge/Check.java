package dev.tidemark.bridge;

import java.util.ArrayList;
import java.util.List;

/** Runs cases one by one and says how each went. */
final class Check {
  interface Case {
    void run() throws Exception;
  }

  private final List<String> failed = new ArrayList<>();
  private int passed;

  /** Every failure, an exception too, is the case's alone. */
  void run(String name, Case body) {
    try {
      body.run();
      passed++;
      System.out.println("ok   " + name);
    } catch (AssertionError | Exception fault) {
      failed.add(name);
      System.out.println("FAIL " + name + ": " + fault);
      if (!(fault instanceof AssertionError)) fault.printStackTrace(System.out);
    }
  }

  static void that(boolean holds, String what) {
    if (!holds) throw new AssertionError(what);
  }

  static void equal(Object actual, Object expected, String where) {
    if (!same(actual, expected)) {
      throw new AssertionError(where + ": got " + shortened(actual) + ", expected " + shortened(expected));
    }
  }

  /** As JSON: the order of keys means nothing, and numbers are compared by value. */
  private static boolean same(Object a, Object b) {
    if (a instanceof JsonObject && b instanceof JsonObject) {
      JsonObject left = (JsonObject) a;
      JsonObject right = (JsonObject) b;
      if (!left.keys().equals(right.keys())) return false;
      for (String key : left.keys()) if (!same(left.get(key), right.get(key))) return false;
      return true;
    }
    if (a instanceof JsonArray && b instanceof JsonArray) {
      JsonArray left = (JsonArray) a;
      JsonArray right = (JsonArray) b;
      if (left.size() != right.size()) return false;
      for (int at = 0; at < left.size(); at++) if (!same(left.get(at), right.get(at))) return false;
      return true;
    }
    if (Json.integer(a) != null && Json.integer(b) != null) return Json.integer(a).equals(Json.integer(b));
    return a == null ? b == null : b != null && a.toString().equals(b.toString());
  }

  private static String shortened(Object value) {
    String text = Json.write(value);
    return text.length() > 700 ? text.substring(0, 700) + "..." : text;
  }

  /** Prints the summary and ends the process: 1 when a case failed, or none ran. */
  void finish() {
    System.out.println(passed + " passed, " + failed.size() + " failed");
    System.exit(failed.isEmpty() && passed > 0 ? 0 : 1);
  }
}
