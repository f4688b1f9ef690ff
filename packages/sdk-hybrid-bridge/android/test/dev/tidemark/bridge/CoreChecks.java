package dev.tidemark.bridge;

import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What the vectors do not say: the queue on disk, delivery, screens, sessions, and messages that nobody would write. */
public final class CoreChecks {
  private static final long T0 = 1800000000000L;
  private static final int FUZZED_MESSAGES = 10000;
  private static File directory;
  private static int files;

  private CoreChecks() {
  }

  public static void main(String[] arguments) throws Exception {
    directory = Files.createTempDirectory("tidemark-checks").toFile();
    Check check = new Check();
    check.run("JSON that a browser refuses is refused", CoreChecks::refusesWhatIsNoJson);
    check.run("JSON that was read is written letter for letter, and numbers keep their digits", CoreChecks::keepsText);
    check.run("a log that was torn at any byte keeps what is before, and can be written on", CoreChecks::surviveTearing);
    check.run("a frame that rotted is left out alone", CoreChecks::surviveRot);
    check.run("a queue on disk holds what a list in memory holds, over reopening, failing and compacting", CoreChecks::likeAModel);
    check.run("numbers that were taken are known for 7 days after the queue was heard of, over compacting", CoreChecks::knowsNumbers);
    check.run("the host's own numbers go on after all was delivered and compacted", CoreChecks::ownNumbersGoOn);
    check.run("what was denied is on the disk no more", CoreChecks::deniedIsErased);
    check.run("only an ack that names the batch deletes", CoreChecks::onlyAnAckDeletes);
    check.run("a batch is tried again under its id, after a jitter that doubles from 1 s to 5 min", CoreChecks::backsOff);
    check.run("Retry-After holds, as seconds and as a date, and never beyond a day", CoreChecks::retryAfter);
    check.run("413 and 400 halve until the event at fault stands alone, which is set aside", CoreChecks::halves);
    check.run("what may have been sent is given up after 7 days, counted, over compacting; what never was is not", CoreChecks::expires);
    check.run("401 and 403 stop until the app is configured anew", CoreChecks::stops);
    check.run("a batch has one context and one clock, 50 events, 60,000 bytes", CoreChecks::cuts);
    check.run("HTTP: each status is told, redirects are not followed, a reset is no answer and nothing is sent twice", CoreChecks::http);
    check.run("screens: dwell in the foreground, and what was seen on the page that was left", CoreChecks::screens);
    check.run("a view that the process was killed in ends as of the background, once", CoreChecks::endsKilledViews);
    check.run("who comes back in another session views the screen anew", CoreChecks::viewsAnew);
    check.run("a session ends after 30 minutes without an event, and pages are told", CoreChecks::sessions);
    check.run("a host that opens again is the same visitor, in the same session", CoreChecks::remembers);
    check.run(FUZZED_MESSAGES + " messages that nobody would write: none throws, none is a fault", CoreChecks::fuzz);
    for (File left : directory.listFiles()) left.delete();
    directory.delete();
    check.finish();
  }

  private static File newFile() {
    return new File(directory, "queue-" + ++files + ".log");
  }

  private static SeededRandomness random() {
    return new SeededRandomness(files, Collections.<String>emptyList());
  }

  private static TestTime time() {
    TestTime time = new TestTime();
    time.wallMs = T0;
    return time;
  }

  private static String id(long number) {
    return String.format("0198c0de-0000-7000-8000-%012d", number);
  }

  private static QueuedEvent event(int queue, long seq, String context, long skewMs) {
    String text = "{\"type\":\"custom\",\"eventId\":\"" + id(queue * 1000000L + seq) + "\",\"seq\":" + seq + ",\"name\":\"海 " + seq + "\"}";
    return new QueuedEvent(id(queue), seq, id(queue * 1000000L + seq), context, text, skewMs);
  }

  private static List<String> eventIds(EventQueue queue) {
    List<String> ids = new ArrayList<>();
    for (QueuedEvent each : queue.waiting().values()) ids.add(each.eventId);
    return ids;
  }

  private static void refusesWhatIsNoJson() {
    String[] wrong = {"", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "1.", ".5", "+1", "1e", "--1", "\"\t\"", "\"\\x\"", "\"\\u12g4\"",
        "\"\\u００００\"", "nul", "tru", "NaN", "Infinity", "1 2", "{\"a\" 1}", "[1 2]", "\"", "\ufeff1", "\u00a01", "/**/1", "[", "\"\\", "\"\\u00"};
    for (String text : wrong) {
      try {
        Json.read(text, 8);
      } catch (JsonException expected) {
        continue;
      }
      throw new AssertionError("took " + text);
    }
  }

  private static void keepsText() throws JsonException {
    String text = "{ \"a\" : 1.10e+2, \"b\":[ 12345678901234567890 , -0 ],\"\\u0063\":\"\\ud83c\" }";
    JsonObject read = (JsonObject) Json.read(text, 8);
    Check.equal(read.toString(), text, "raw");
    Check.equal(read.copy().put("d", "\ud83c\u2028").toString(),
        "{\"a\":1.10e+2,\"b\":[12345678901234567890,-0],\"c\":\"\\ud83c\",\"d\":\"\\ud83c\\u2028\"}", "changed");
    String[] integers = {"0", "-0", "2.0", "1e3", "9007199254740991", "-9007199254740991"};
    for (String number : integers) Check.that(Json.integer(Json.read(number, 1)) != null, number + " is an integer");
    String[] others = {"0.5", "9007199254740992", "1e400"};
    for (String number : others) Check.that(Json.integer(Json.read(number, 1)) == null, number + " is none");
    Check.equal(((JsonObject) Json.read("{\"a\":1,\"a\":2}", 1)).integer("a"), 2L, "of a key that comes twice the last holds");
  }

  private static void surviveTearing() throws Exception {
    File whole = newFile();
    EventQueue queue = EventQueue.open(new FramedFile(whole), time(), random());
    for (long seq = 1; seq <= 2; seq++) queue.add(Collections.singletonList(event(1, seq, "{}", 0)), true);
    List<String> all = eventIds(queue);
    queue.close();
    byte[] bytes = Files.readAllBytes(whole.toPath());
    int most = 0;
    for (int length = 0; length <= bytes.length; length++) {
      File torn = newFile();
      byte[] left = Arrays.copyOf(bytes, length);
      Files.write(torn.toPath(), left);
      EventQueue opened = EventQueue.open(new FramedFile(torn), time(), random());
      List<String> kept = eventIds(opened);
      Check.that(kept.size() >= most && all.subList(0, kept.size()).equals(kept), length + " bytes: " + kept);
      most = kept.size();
      opened.add(Collections.singletonList(event(2, 1, "{}", 0)), true);
      opened.close();
      EventQueue again = EventQueue.open(new FramedFile(torn), time(), random());
      Check.that(eventIds(again).size() == kept.size() + 1, length + " bytes, then one more");
      again.close();
      torn.delete();
    }
    Check.that(most == 2, "all are there in the whole file");
  }

  private static void surviveRot() throws Exception {
    File file = newFile();
    EventQueue queue = EventQueue.open(new FramedFile(file), time(), random());
    for (long seq = 1; seq <= 3; seq++) queue.add(Collections.singletonList(event(1, seq, "{}", 0)), true);
    queue.close();
    byte[] bytes = Files.readAllBytes(file.toPath());
    int second = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(id(1000002));
    bytes[second] ^= 1;
    Files.write(file.toPath(), bytes);
    EventQueue opened = EventQueue.open(new FramedFile(file), time(), random());
    Check.equal(eventIds(opened).toString(), Arrays.asList(id(1000001), id(1000003)).toString(), "kept");
    opened.close();
  }

  private static void likeAModel() throws Exception {
    long seed = 20260105;
    Random dice = new Random(seed);
    File file = newFile();
    TestTime time = time();
    FailingLog log = new FailingLog(new FramedFile(file));
    EventQueue queue = EventQueue.open(log, time, random());
    Map<Long, String> model = new TreeMap<>();
    char[] padding = new char[4000];
    Arrays.fill(padding, 'x');
    long seq = 0;
    int compacted = 0;
    long longest = 0;
    for (int step = 0; step < 1500; step++) {
      int what = dice.nextInt(20);
      if (what < 10) {
        log.fails = dice.nextInt(4) == 0;
        seq++;
        try {
          queue.add(Collections.singletonList(event(1, seq, "{\"pad\":\"" + new String(padding) + "\"}", 0)), dice.nextBoolean());
          model.put(seq, id(1000000L + seq));
        } catch (java.io.IOException full) {
          Check.that(log.fails, "failed by itself");
        }
        log.fails = false;
      } else if (what < 18) {
        Collection<Long> some = new ArrayList<>(queue.oldest(1 + dice.nextInt(5), 60000).keySet());
        for (Long each : some) model.values().remove(queue.waiting().get(each).eventId);
        queue.remove(some);
      } else {
        queue.close();
        log = new FailingLog(new FramedFile(file));
        queue = EventQueue.open(log, time, random());
      }
      if (log.length() < longest) compacted++;
      longest = log.length();
      Check.equal(eventIds(queue).toString(), new ArrayList<>(model.values()).toString(), "step " + step + " of seed " + seed);
    }
    queue.close();
    Check.that(compacted > 3, "compacted " + compacted + " times");
  }

  private static void knowsNumbers() throws Exception {
    File file = newFile();
    TestTime time = time();
    EventQueue queue = EventQueue.open(new FramedFile(file), time, random());
    for (long seq : new long[] {1, 2, 3, 7, 5, 6}) queue.add(Collections.singletonList(event(1, seq, "{}", 0)), true);
    queue.clear();
    for (int round = 0; round < 2; round++) {
      String known = "";
      for (long seq = 1; seq <= 8; seq++) known += queue.knows(id(1).toUpperCase(java.util.Locale.ROOT), seq) ? "1" : "0";
      Check.equal(known, "11101110", "round " + round);
      queue.close();
      queue = EventQueue.open(new FramedFile(file), time, random());
    }
    time.wallMs += KnownNumbers.KEPT_MS;
    queue.clear();
    Check.that(queue.knows(id(1), 3), "known for 7 days");
    time.wallMs += 1;
    queue.clear();
    Check.that(!queue.knows(id(1), 3), "then forgotten");
    queue.close();
  }

  private static void ownNumbersGoOn() throws Exception {
    File file = newFile();
    TestTime time = time();
    EventQueue queue = EventQueue.open(new FramedFile(file), time, random());
    Host host = new Host(new HostOptions("shop"), queue, time, random());
    for (int n = 0; n < 3; n++) host.track("custom", new JsonObject().put("name", "n"));
    String own = queue.ownQueueId();
    time.wallMs += 2 * KnownNumbers.KEPT_MS;
    queue.clear();
    queue.clear();
    queue.close();
    queue = EventQueue.open(new FramedFile(file), time, new SeededRandomness(99, Collections.<String>emptyList()));
    Check.equal(queue.ownQueueId(), own, "queue");
    Check.equal(queue.nextOwnSeq(), 4L, "number");
    queue.close();
  }

  private static void deniedIsErased() throws Exception {
    File file = newFile();
    TestTime time = time();
    EventQueue queue = EventQueue.open(new FramedFile(file), time, random());
    Host host = new Host(new HostOptions("shop"), queue, time, random());
    String visitor = host.identity().visitorId;
    host.track("custom", new JsonObject().put("name", "secret-thing"));
    Check.that(textOf(file).contains("secret-thing") && textOf(file).contains(visitor), "was there");
    host.consent(Collections.singletonMap("analytics", false));
    host.track("custom", new JsonObject().put("name", "secret-thing"));
    Check.that(!textOf(file).contains("secret-thing") && queue.waiting().isEmpty(), "is gone");
    Check.that(!host.identity().visitorId.equals(visitor), "and is somebody else");
    queue.close();
  }

  private static String textOf(File file) throws Exception {
    return new String(Files.readAllBytes(file.toPath()), StandardCharsets.UTF_8);
  }

  /** An uploader of a queue that holds some events, before a scripted collector. */
  private static final class Delivering {
    final TestTime time = time();
    final Scripted collector = new Scripted(time);
    final EventQueue queue;
    final Uploader uploader;

    Delivering(int events) throws Exception {
      queue = EventQueue.open(new FramedFile(newFile()), time, random());
      for (long seq = 1; seq <= events; seq++) queue.add(Collections.singletonList(event(1, seq, "{}", 0)), false);
      uploader = new Uploader(queue, collector, collector, time, random());
      uploader.configure("http://collector.example/", "tm_pk_x");
    }

    int held() {
      return queue.waiting().size();
    }
  }

  private static void onlyAnAckDeletes() throws Exception {
    String ack = "{\"batchId\":\"BATCH\",\"rejected\":[],\"serverTimeMs\":1}";
    Object[][] others = {{200, ack}, {202, ""}, {202, "null"}, {202, ack.replace("BATCH", id(7))}, {202, "{\"batchId\":\"BATCH\",\"serverTimeMs\":1}"},
        {202, "{\"batchId\":\"BATCH\",\"rejected\":[]}"}, {0, ""}, {200, "<html>"}, {302, ""}, {404, ""}, {400, "<html>"}, {400, "{\"code\":\"bad\"}"},
        {429, ""}, {500, ""}, {503, "{}"}};
    for (Object[] other : others) {
      Delivering one = new Delivering(3);
      one.collector.then((Integer) other[0], null, (String) other[1]).runAll();
      Check.that(one.held() == 3 && !one.uploader.isStopped(), other[0] + " " + other[1]);
    }
    Delivering one = new Delivering(3);
    one.collector.then(202, null, ack.replace("[]", "[{\"index\":0,\"eventId\":\"\",\"reason\":\"too_long\",\"field\":\"name\"}]")).runAll();
    Check.that(one.held() == 0, "delivered");
    Check.equal(Arrays.toString(one.uploader.settled()), "[2, 1, 0, 0]", "settled");
  }

  private static void backsOff() throws Exception {
    Delivering one = new Delivering(2);
    for (int n = 0; n < 12; n++) one.collector.then(503, null, "{}");
    one.collector.thenAck().runAll();
    Check.that(one.held() == 0 && one.collector.bodies.size() == 13, one.collector.bodies.size() + " attempts");
    long highest = 0;
    for (int n = 0; n < 13; n++) {
      Check.equal(one.collector.bodies.get(n).text("batchId"), one.collector.bodies.get(0).text("batchId"), "id");
      long bound = Math.min(300000, 1000L << Math.max(0, n - 1));
      if (n > 0) Check.that(one.collector.delays.get(n) < bound, "delay " + n + ": " + one.collector.delays.get(n));
      highest = Math.max(highest, one.collector.delays.get(n));
    }
    Check.that(highest > 10000, "it waits for real: " + highest);
  }

  private static void retryAfter() throws Exception {
    Object[][] said = {{"7", 7000L}, {" 5 ", 5000L}, {"0", 0L}, {"99999999999", 86400000L}, {"Fri, 15 Jan 2027 08:00:30 GMT", 30000L},
        {"Friday, 15-Jan-27 08:00:30 GMT", 30000L}, {"Fri Jan 15 08:00:30 2027", 30000L}, {"Fri, 15 Jan 2027 07:00:00 GMT", 0L},
        {"soon", null}, {"-5", null}, {"1.5", null}, {"5s", null}, {"", null}, {null, null}, {"2027-01-15", null}};
    for (Object[] each : said) Check.equal(RetryAfter.parse((String) each[0], T0), each[1], "header " + each[0]);
    Delivering one = new Delivering(1);
    one.collector.then(503, "120", "{}").thenAck();
    one.collector.runNext();
    one.uploader.flush();
    one.uploader.nudge();
    Check.equal(one.collector.delays.get(1), 120000L, "waits as told, whoever nudges");
    one.collector.runAll();
    Check.that(one.held() == 0, "then sends");
  }

  private static void halves() throws Exception {
    Delivering one = new Delivering(4);
    for (int n = 0; n < 3; n++) one.collector.then(n == 0 ? 413 : 400, null, "{\"code\":\"invalid_batch\"}");
    one.collector.thenAck().runAll();
    List<Integer> sizes = new ArrayList<>();
    for (JsonObject body : one.collector.bodies) sizes.add(body.array("events").size());
    Check.equal(sizes.toString(), "[4, 2, 1, 3]", "sizes");
    Check.equal(Arrays.toString(one.uploader.settled()), "[3, 0, 1, 0]", "settled");
    Check.that(one.held() == 0, "empty");
    own();
  }

  private static void own() throws Exception {
    Delivering one = new Delivering(0);
    Host host = new Host(new HostOptions("shop"), one.queue, one.time, random());
    host.track("custom", new JsonObject().put("name", "bad").put("when", new java.util.Date(0)));
    one.uploader.flush();
    one.collector.then(413, null, "").runAll();
    host.tellGivenUp(one.uploader.takeOwnGivenUp());
    host.tellGivenUp(one.uploader.takeOwnGivenUp());
    Check.equal(typesIn(one.queue), "[sdk_health]", "told once");
  }

  private static void expires() throws Exception {
    long weekMs = 7 * 86400000L;
    TestTime time = time();
    File file = newFile();
    EventQueue first = EventQueue.open(new FramedFile(file), time, random());
    Host killed = new Host(new HostOptions("shop"), first, time, random());
    killed.track("custom", new JsonObject().put("name", "old"));
    time.wallMs += 60000;
    killed.track("custom", new JsonObject().put("name", "young"));
    long large = Collections.max(first.waiting().keySet()) + 1;
    String much = new String(new char[400000]).replace('\0', 'x');
    first.add(Collections.singletonList(new QueuedEvent(id(2), 1, id(1), "{}", "{\"x\":\"" + much + "\"}", 0)), false);
    first.remove(Collections.singleton(large)); // and the log is written anew
    Check.that(file.length() < 100000, "compacted: " + file.length());
    first.close();

    EventQueue queue = EventQueue.open(new FramedFile(file), time, random());
    Scripted collector = new Scripted(time);
    Uploader uploader = new Uploader(queue, collector, collector, time, random());
    uploader.configure("http://collector.example/", "tm_pk_x");
    time.wallMs = T0 + weekMs;
    collector.then(0, null, "").runAll();
    Check.equal(collector.bodies.get(0).array("events").size(), 2, "sent while it is recognised");
    Host host = new Host(new HostOptions("shop"), queue, time, random());
    time.wallMs = T0 - weekMs; // never sent, whatever the clock says
    host.track("custom", new JsonObject().put("name", "new"));
    time.wallMs = T0 + weekMs + 1;
    collector.thenAck().thenAck();
    uploader.flush();
    collector.runAll();
    List<String> names = new ArrayList<>();
    for (JsonObject body : collector.bodies.subList(1, collector.bodies.size())) {
      for (Object each : body.array("events")) names.add(((JsonObject) each).text("name"));
    }
    Check.equal(names.toString(), "[young, new]", "sent after it");
    Check.equal(Arrays.toString(uploader.settled()), "[2, 0, 0, 1]", "settled");
    Check.equal(uploader.takeOwnGivenUp().toString(), "{\"expired\":1}", "told");
  }

  private static void stops() throws Exception {
    for (int status : new int[] {401, 403}) {
      Delivering one = new Delivering(1);
      one.collector.then(status, null, "{}").thenAck().runAll();
      one.uploader.flush();
      one.collector.runAll();
      Check.that(one.uploader.isStopped() && one.held() == 1 && one.collector.bodies.size() == 1, "stopped by " + status);
      one.uploader.configure("http://collector.example", "tm_pk_y");
      one.collector.runAll();
      Check.that(one.held() == 0, "configured anew");
    }
  }

  private static void cuts() throws Exception {
    Delivering one = new Delivering(0);
    List<QueuedEvent> events = new ArrayList<>();
    for (long seq = 1; seq <= 51; seq++) events.add(event(1, seq, "{\"a\":1}", 0));
    events.add(event(2, 1, "{\"a\":2}", 0));
    events.add(event(2, 2, "{\"a\":2}", 300000));
    char[] much = new char[35000];
    Arrays.fill(much, '海');
    for (long seq = 3; seq <= 4; seq++) {
      events.add(new QueuedEvent(id(2), seq, id(seq), "{\"a\":2}", "{\"x\":\"" + new String(much) + "\"}", 300000));
    }
    one.queue.add(events, false);
    one.uploader.flush();
    for (int n = 0; n < 6; n++) one.collector.thenAck();
    one.collector.runAll();
    List<String> batches = new ArrayList<>();
    for (JsonObject body : one.collector.bodies) {
      batches.add(body.array("events").size() + " of " + body.object("context").integer("a") + " at " + (body.integer("sentAt") - T0));
    }
    Check.equal(batches.toString(), "[50 of 1 at 0, 1 of 1 at 0, 1 of 2 at 0, 1 of 2 at -300000, 1 of 2 at -300000, 1 of 2 at -300000]", "batches");
  }

  /** A server that answers every request with a text, or resets the connection, and counts. */
  private static Object[] ask(String answer) throws Exception {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    int[] requests = {0};
    Thread serving = new Thread(() -> serve(server, answer, requests));
    serving.start();
    Object told;
    try {
      HttpPost.Answer got = new UrlConnectionPost().post("http://127.0.0.1:" + server.getLocalPort() + "/v1/batch",
          Collections.singletonMap("Authorization", "Bearer x"), "{}".getBytes(StandardCharsets.UTF_8));
      told = got.status + " " + got.retryAfter + " " + got.body;
    } catch (java.io.IOException noAnswer) {
      told = "no answer";
    }
    server.close();
    serving.join();
    return new Object[] {told, requests[0]};
  }

  private static void serve(ServerSocket server, String answer, int[] requests) {
    while (true) {
      try (Socket socket = server.accept()) {
        byte[] request = new byte[4096];
        int read = socket.getInputStream().read(request);
        while (!new String(request, 0, read, StandardCharsets.UTF_8).endsWith("{}")) {
          read += socket.getInputStream().read(request, read, request.length - read);
        }
        requests[0]++;
        if (answer == null) socket.setSoLinger(true, 0);
        else socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
      } catch (java.io.IOException closed) {
        return;
      }
    }
  }

  private static void http() throws Exception {
    String[][] told = {{"202 Accepted\r\nContent-Length: 4\r\n\r\n\"\u6d77\"".replace("4", "5"), "202 null \"\u6d77\""},
        {"401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}", "401"},
        {"401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 2\r\n\r\n{}", "401"},
        {"403 Forbidden\r\nContent-Length: 2\r\n\r\n{}", "403 null {}"},
        {"503 Busy\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}", "503 7 {}"},
        {"302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", "302 null "},
        {"307 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", "307 null "},
        {"204 None\r\n\r\n", "204 null "}};
    for (String[] each : told) {
      Object[] got = ask("HTTP/1.1 " + each[0]);
      Check.that(got[0].toString().startsWith(each[1]) && got[1].equals(1), Arrays.toString(got) + " of " + each[0]);
    }
    Check.equal(Arrays.toString(ask(null)), "[no answer, 1]", "a reset");
    Check.equal(Arrays.toString(ask("nonsense\r\n\r\n")).replace("-1 null ", "no answer").replaceAll("no answer.*,", "no answer,"), "[no answer, 1]", "no HTTP");
  }

  private static String hello(String nonce, String more) {
    return "{\"tidemark\":1,\"type\":\"hello\",\"nonce\":\"" + nonce + "\",\"n\":1,\"at\":[" + T0 + ",0],\"versions\":[1],\"maxChars\":0,\"visitorId\":\""
        + id(1) + "\",\"sessionId\":\"" + id(2) + "\",\"sessionStartedAt\":" + T0 + ",\"pageStartedAt\":" + T0 + ",\"sentAt\":" + T0
        + ",\"userAgent\":\"agent\"" + more + "}";
  }

  private static String hostNonceIn(List<String> heard) throws JsonException {
    return ((JsonObject) Json.read(heard.get(0), 8)).text("hostNonce");
  }

  private static void screens() throws Exception {
    TestTime time = time();
    EventQueue queue = EventQueue.open(new FramedFile(newFile()), time, random());
    Host host = new Host(new HostOptions("shop"), queue, time, random());
    List<String> heard = new ArrayList<>();
    Page page = host.openPage(heard::add);
    page.receive(null, hello("page-nonce-123456", ""));
    host.showScreen("Home", "home", "push", null);
    time.monotonicMs += 1000;
    host.background();
    time.monotonicMs += 50000;
    host.foreground();
    time.monotonicMs += 200;
    host.foreground();
    time.monotonicMs += 300;
    host.showScreen("Fund", null, "push", page);
    page.receive(null, "{\"tidemark\":1,\"type\":\"view\",\"nonce\":\"" + hostNonceIn(heard) + "\",\"n\":2,\"at\":[" + T0 + ",0],\"page\":\"/funds/1\","
        + "\"template\":\"fund\",\"modules\":[\"chart\",\"\",\"news\"]}");
    host.showScreen("Order", "order", "back", null);
    List<String> tracked = new ArrayList<>();
    Stamp last = Stamp.ZERO;
    for (QueuedEvent each : queue.waiting().values()) {
      JsonObject event = (JsonObject) Json.read(each.event, 8);
      Stamp at = new Stamp(event.integer("logicalMs"), event.integer("logicalCount").intValue());
      Check.that(last.isBefore(at), "in the order of the clock");
      last = at;
      String line = event.text("type") + " " + event.text("page");
      if (event.has("dwellMs")) line += " " + event.integer("dwellMs");
      if (event.has("fromPage")) {
        line += " from " + event.text("fromPage") + " " + event.text("way") + " " + event.text("fromTemplate") + " " + event.array("modules");
      }
      tracked.add(line);
    }
    Check.equal(tracked.toString(), "[screen_view Home, view_end Home 1500, transition Fund from Home push home null, screen_view Fund, "
        + "view_end Fund 0, transition Order from /funds/1 back fund [\"chart\",\"news\"], screen_view Order]", "tracked");
    List<String> told = new ArrayList<>();
    for (String text : heard) {
      JsonObject message = (JsonObject) Json.read(text, 8);
      if ("screen".equals(message.text("type"))) told.add(message.text("screen") + " " + message.get("visible"));
    }
    Check.equal(told.toString(), "[Home false, Fund true, Order false]", "told");
    queue.close();
  }

  private static String typesIn(EventQueue queue) throws JsonException {
    List<String> types = new ArrayList<>();
    for (QueuedEvent each : queue.waiting().values()) {
      JsonObject event = (JsonObject) Json.read(each.event, 8);
      types.add(event.text("type") + (event.has("dwellMs") ? " " + event.integer("dwellMs") : ""));
    }
    return types.toString();
  }

  private static void endsKilledViews() throws Exception {
    File file = newFile();
    TestTime time = time();
    for (int round = 0; round < 3; round++) {
      EventQueue queue = EventQueue.open(new FramedFile(file), time, random());
      Host host = new Host(new HostOptions("shop"), queue, time, random());
      if (round == 0) {
        host.showScreen("Home", null, "push", null);
        time.monotonicMs += 700;
        host.background();
        time.wallMs += 5000;
      } else {
        Check.equal(typesIn(queue), "[screen_view, view_end 700]", "round " + round);
        QueuedEvent end = new ArrayList<>(queue.waiting().values()).get(1);
        Check.equal(((JsonObject) Json.read(end.event, 8)).integer("occurredAt"), T0, "when it was left");
      }
      queue.close();
    }
  }

  private static void viewsAnew() throws Exception {
    TestTime time = time();
    EventQueue queue = EventQueue.open(new FramedFile(newFile()), time, random());
    Host host = new Host(new HostOptions("shop"), queue, time, random());
    host.showScreen("Home", null, "push", null);
    time.monotonicMs += 700;
    for (long awayMs : new long[] {Host.SESSION_GAP_MS, Host.SESSION_GAP_MS + 1}) {
      host.background();
      time.wallMs += awayMs;
      host.foreground();
    }
    Check.equal(typesIn(queue), "[screen_view, view_end 700, screen_view]", "tracked");
    List<String> contexts = new ArrayList<>();
    for (QueuedEvent each : queue.waiting().values()) contexts.add(each.context);
    Check.that(contexts.get(0).equals(contexts.get(1)) && !contexts.get(1).equals(contexts.get(2)), "the end is of the session before");
    queue.close();
  }

  private static void sessions() throws Exception {
    TestTime time = time();
    EventQueue queue = EventQueue.open(new FramedFile(newFile()), time, random());
    Host host = new Host(new HostOptions("shop"), queue, time, random());
    List<String> heard = new ArrayList<>();
    host.openPage(heard::add).receive(null, hello("page-nonce-123456", ""));
    Identity first = host.identity();
    time.wallMs += Host.SESSION_GAP_MS;
    host.track("custom", new JsonObject().put("name", "a"));
    Check.equal(host.identity().sessionId, first.sessionId, "goes on");
    time.wallMs += Host.SESSION_GAP_MS + 1;
    host.track("custom", new JsonObject().put("name", "b"));
    Identity second = host.identity();
    Check.that(!second.sessionId.equals(first.sessionId) && second.visitorId.equals(first.visitorId), "a new session");
    Check.equal(second.sessionStartedAt, time.wallMs, "began now");
    Check.equal(((JsonObject) Json.read(heard.get(1), 8)).text("sessionId"), second.sessionId, "told");
    queue.close();
  }

  private static void remembers() throws Exception {
    File file = newFile();
    TestTime time = time();
    EventQueue queue = EventQueue.open(new FramedFile(file), time, random());
    Host host = new Host(new HostOptions("shop"), queue, time, random());
    host.identify("u-1");
    host.consent(Collections.singletonMap("marketing", false));
    Identity before = host.identity();
    queue.close();
    time.wallMs += 60000;
    queue = EventQueue.open(new FramedFile(file), time, new SeededRandomness(77, Collections.<String>emptyList()));
    Host again = new Host(new HostOptions("shop"), queue, time, new SeededRandomness(78, Collections.<String>emptyList()));
    Check.equal(again.identity().writeTo(new JsonObject()), before.writeTo(new JsonObject()), "identity");
    Check.equal(again.welcome().object("consent").toString(), "{\"marketing\":\"denied\"}", "consent");
    queue.close();
  }

  private static void fuzz() throws Exception {
    long seed = 41;
    TestTime time = time();
    EventQueue queue = EventQueue.open(new FramedFile(newFile()), time, random());
    Host host = new Host(new HostOptions("shop").origins(Collections.singleton("https://shop.example")), queue, time, random());
    List<String> heard = new ArrayList<>();
    Page page = host.openPage(heard::add);
    page.receive(null, hello("page-nonce-123456", ""));
    Fuzz fuzz = new Fuzz(seed, T0);
    fuzz.greeted(hostNonceIn(heard));
    Map<String, Integer> outcomes = new TreeMap<>();
    for (int n = 0; n < FUZZED_MESSAGES; n++) {
      time.wallMs++;
      String text = fuzz.message();
      String refusal;
      try {
        refusal = page.receive(fuzz.origin(), text);
      } catch (Throwable thrown) {
        throw new AssertionError("seed " + seed + ", message " + n + " threw: " + text, thrown);
      }
      Check.that(!"fault".equals(refusal), "seed " + seed + ", message " + n + " is a fault: " + text);
      Integer soFar = outcomes.get(String.valueOf(refusal));
      outcomes.put(String.valueOf(refusal), soFar == null ? 1 : soFar + 1);
      for (String said : heard) {
        if (said.contains("\"hostNonce\"")) fuzz.greeted(((JsonObject) Json.read(said, 8)).text("hostNonce"));
      }
      heard.clear();
    }
    System.out.println("     " + outcomes);
    Check.that(outcomes.keySet().containsAll(Arrays.asList("null", "malformed", "unreadable", "foreign", "wrong_nonce", "polluted", "deep", "duplicate",
        "bad_part", "foreign_origin", "not_text")) && outcomes.get("null") > FUZZED_MESSAGES / 5, "the fuzzer reaches all: " + outcomes);
    queue.close();
  }
}
