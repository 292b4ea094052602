package dev.retort.cli;

import module java.base;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Hidden layers as people write them: {@code 256-256}; {@code 0} is none. */
final class HiddenLayers implements ITypeConverter<List<Integer>> {
  @Override
  public List<Integer> convert(String text) {
    if (!text.matches("0|[1-9][0-9]{0,5}(-[1-9][0-9]{0,5})*")) {
      throw new TypeConversionException("'" + text + "' is not a row of layer sizes such as 256-256");
    }
    return text.equals("0") ? List.of() : Arrays.stream(text.split("-")).map(Integer::valueOf).toList();
  }

  /** The other way round. */
  static String text(List<?> sizes) {
    return sizes.isEmpty() ? "0" : String.join("-", sizes.stream().map(Object::toString).toList());
  }

  /** The same from all sizes of a network. */
  static String text(int[] sizes) {
    return String.join("-", Arrays.stream(sizes).mapToObj(Integer::toString).toList());
  }
}
