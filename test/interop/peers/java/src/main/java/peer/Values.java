package peer;

import interop.Color;
import interop.Everything;
import interop.Keys;
import interop.Tree;
import interop.interopConstants;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The values of the cases and how received ones differ from them. */
final class Values {
  static final List<String> NAMES =
      List.of("full", "empty", "largest", "doubles", "large", "deep", "keys", "defaults");

  private Values() {}

  static Everything build(String name) {
    if (name.equals("full")) return interopConstants.FULL;
    if (name.equals("largest")) return interopConstants.LARGEST;
    Everything value = name.equals("defaults") ? new Everything() : interopConstants.EMPTY.deepCopy();
    value.setName(name.equals("empty") ? "" : name);
    switch (name) {
      case "doubles" -> value
          .setReal(-0.0)
          .setReals(
              List.of(
                  0.0,
                  -0.0,
                  Double.NaN,
                  Double.POSITIVE_INFINITY,
                  Double.NEGATIVE_INFINITY,
                  Double.MIN_VALUE,
                  Double.MAX_VALUE,
                  Double.MIN_NORMAL));
      case "large" -> {
        byte[] bytes = new byte[1_000_000];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 31);
        List<Long> longs = new ArrayList<>();
        for (long i = 0; i < 20_000; i++) longs.add(i);
        value.setBytes(bytes).setText("é".repeat(100_000)).setLongs(longs);
      }
      case "deep" -> {
        value.setTree(new Tree(0, List.of(), Map.of()));
        for (int level = 1; level <= 20; level++) {
          value.setTree(new Tree(level, List.of(value.getTree()), Map.of()));
        }
      }
      case "keys" -> value.setKeys(keys());
      default -> {}
    }
    return value;
  }

  private static Keys keys() {
    return new Keys()
        .setByBool(Map.of(true, "yes", false, "no"))
        .setByI8(Map.of((byte) -128, "min", (byte) 127, "max"))
        .setByI16(Map.of((short) -32768, "min", (short) 32767, "max"))
        .setByI32(Map.of(Integer.MIN_VALUE, "min", Integer.MAX_VALUE, "max"))
        .setByI64(Map.of(Long.MIN_VALUE, "min", Long.MAX_VALUE, "max"))
        .setByDouble(Map.of(0.5, "half", -2.25, "minus"))
        .setByString(Map.of("", "empty", "ключ", "key"))
        .setByBinary(
            Map.of(
                ByteBuffer.wrap(new byte[] {'a'}), "one", ByteBuffer.wrap(new byte[] {0, -1}), "two"))
        .setByColor(Map.of(Color.RED, "red", Color.NEGATIVE, "negative"));
  }

  /** Empty if the received value is that of the case. */
  static String difference(String name, Everything actual) {
    Everything expected = build(name);
    if (name.equals("defaults")) return differs(defaultsOf(expected), defaultsOf(actual));
    // Double.equals compares bits, the generated equals of a double field compares numbers.
    String real = differs(Double.valueOf(expected.getReal()), Double.valueOf(actual.getReal()));
    return real.isEmpty() ? differs(expected, actual) : "real: " + real;
  }

  private static List<Object> defaultsOf(Everything value) {
    return List.of(
        value.getName(),
        value.getColor(),
        value.getNumberDefault(),
        value.getTextDefault(),
        value.getListDefault());
  }

  static String differs(Object expected, Object actual) {
    if (Objects.equals(expected, actual)) return "";
    String text = "expected " + expected + ", got " + actual;
    return text.substring(0, Math.min(text.length(), 300));
  }

  static String combined(
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
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return String.join(
        "|",
        String.valueOf(flag),
        String.valueOf(tiny),
        String.valueOf(small),
        String.valueOf(medium),
        String.valueOf(big),
        String.valueOf(real),
        text,
        HexFormat.of().formatHex(copy),
        String.valueOf(color.getValue()),
        String.join(",", words));
  }
}
