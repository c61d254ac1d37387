package peer;

import exotic.Exotic;
import exotic.exoticConstants;
import interop.Circle;
import interop.Color;
import interop.Denied;
import interop.InteropNext;
import interop.NotFound;
import interop.Point;
import interop.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.thrift.TApplicationException;

/** Makes all calls and reports each. */
final class Calls {
  private final InteropNext.Client client;

  Calls(InteropNext.Client client) {
    this.client = client;
  }

  void run() {
    for (String name : Values.NAMES) {
      attempt("check " + name, () -> client.check(name, Values.build(name)));
      attempt("produce " + name, () -> Values.difference(name, client.produce(name)));
      attempt("echo " + name, () -> Values.difference(name, client.echo(Values.build(name))));
    }
    attempt("several arguments", this::combine);
    Point point = new Point(1, 2);
    flip("struct", Shape.dot(point), Shape.dot(new Point(2, 1)));
    flip("nested struct", Shape.circle(new Circle(point, 1)), Shape.dot(point));
    flip("string", Shape.label("here"), Shape.label("here!"));
    flip("list", Shape.polygon(List.of(1, 2, 3)), Shape.polygon(List.of(3, 2, 1)));
    attempt(
        "void",
        () -> {
          client.nothing();
          return "";
        });
    attempt("inherited method", () -> Values.differs(2147483640, client.baseAdd(2147483647, -7)));
    NotFound notFound = new NotFound("not here", 404, Map.of("key", "value"));
    attempt("first declared exception", () -> thrown(() -> client.fail("notFound"), notFound));
    attempt("second declared exception", () -> thrown(() -> client.fail("denied"), new Denied("closed")));
    attempt("undeclared exception", () -> applicationError(() -> client.fail("undeclared"), 0, 6));
    attempt("result beside exceptions", () -> Values.differs("fine", client.fail("fine")));
    attempt("unknown method", () -> applicationError(() -> client.notThere(1), 1, 1));
    attempt("oneway", this::oneway);
    attempt("200 calls in a row", this::many);
  }

  static void runExotic(Exotic.Client client) {
    attempt("check exotic keys", () -> client.checkExotic(exoticConstants.EXOTIC));
    attempt(
        "produce exotic keys",
        () -> Values.differs(exoticConstants.EXOTIC, client.produceExotic()));
  }

  private String combine() throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {0, -1, 10});
    List<String> words = List.of("a", "ü", "");
    String actual =
        client.combine(
            true, (byte) -5, (short) 300, 70000, -5000000000L, 2.5, "text", bytes, Color.BLUE, words);
    String expected =
        Values.combined(
            true, (byte) -5, (short) 300, 70000, -5000000000L, 2.5, "text", bytes, Color.BLUE, words);
    return Values.differs(expected, actual);
  }

  private void flip(String kind, Shape sent, Shape wanted) {
    attempt("union of a " + kind, () -> Values.differs(wanted, client.flip(sent)));
  }

  private String oneway() throws Exception {
    String text = "kept " + System.nanoTime();
    client.remember(text);
    String recalled = "";
    for (int i = 0; i < 200 && !recalled.equals(text); i++) {
      recalled = client.recall();
      Thread.sleep(5);
    }
    return Values.differs(text, recalled);
  }

  private String many() throws Exception {
    for (int i = 0; i < 200; i++) {
      if (client.baseAdd(i, 1) != i + 1) return "wrong sum for " + i;
    }
    return "";
  }

  private static String thrown(Callable<?> call, Exception expected) throws Exception {
    try {
      return "returned " + call.call();
    } catch (NotFound | Denied error) {
      return Values.differs(expected, error);
    }
  }

  private static String applicationError(Callable<?> call, int first, int second) throws Exception {
    try {
      return "returned " + call.call();
    } catch (TApplicationException error) {
      boolean known = error.getType() == first || error.getType() == second;
      return known ? "" : "error of type " + error.getType();
    }
  }

  private static void attempt(String name, Callable<String> action) {
    try {
      report(name, action.call());
    } catch (Exception error) {
      report(name, error.toString());
    }
  }

  private static void report(String name, String detail) {
    String escaped = detail.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
    System.out.printf(
        "{\"case\":\"%s\",\"ok\":%b,\"detail\":\"%s\"}%n", name, detail.isEmpty(), escaped);
  }
}
