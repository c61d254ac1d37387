package peer;

import exotic.Exotic;
import exotic.ExoticKeys;
import exotic.exoticConstants;
import interop.Color;
import interop.Denied;
import interop.Everything;
import interop.Interop;
import interop.NotFound;
import interop.Point;
import interop.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.thrift.TException;

/** Serves Interop and Exotic. */
final class Service implements Interop.Iface, Exotic.Iface {
  private volatile String text = "";

  @Override
  public int baseAdd(int a, int b) {
    return a + b;
  }

  @Override
  public String check(String caseName, Everything value) {
    return Values.difference(caseName, value);
  }

  @Override
  public Everything produce(String caseName) {
    return Values.build(caseName);
  }

  @Override
  public Everything echo(Everything value) {
    return value;
  }

  @Override
  public String combine(
      boolean flag,
      byte tiny,
      short small,
      int medium,
      long big,
      double real,
      String text,
      ByteBuffer bytes,
      Color color,
      List<String> words) {
    return Values.combined(flag, tiny, small, medium, big, real, text, bytes, color, words);
  }

  @Override
  public Shape flip(Shape shape) {
    if (shape.isSetDot()) return Shape.dot(new Point(shape.getDot().y, shape.getDot().x));
    if (shape.isSetCircle()) return Shape.dot(shape.getCircle().getCenter());
    if (shape.isSetLabel()) return Shape.label(shape.getLabel() + "!");
    List<Integer> polygon = new ArrayList<>(shape.getPolygon());
    Collections.reverse(polygon);
    return Shape.polygon(polygon);
  }

  @Override
  public void nothing() {}

  @Override
  public String fail(String kind) throws TException {
    switch (kind) {
      case "notFound":
        throw new NotFound("not here", 404, Map.of("key", "value"));
      case "denied":
        throw new Denied("closed");
      case "undeclared":
        throw new IllegalStateException("undeclared");
      default:
        return kind;
    }
  }

  @Override
  public void remember(String text) {
    this.text = text;
  }

  @Override
  public String recall() {
    return text;
  }

  @Override
  public String checkExotic(ExoticKeys value) {
    return Values.differs(exoticConstants.EXOTIC, value);
  }

  @Override
  public ExoticKeys produceExotic() {
    return exoticConstants.EXOTIC;
  }
}
