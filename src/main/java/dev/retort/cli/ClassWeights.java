package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What {@code --class-weights} says: numbers, or none for balanced; a model's recipe has the numbers, not their file. */
final class ClassWeights implements ITypeConverter<ClassWeights> {
  private static final String BALANCED = "balanced";
  private static final Pattern BETWEEN = Pattern.compile("[\\s,]+");

  private final List<Double> numbers;

  /** The converter. */
  ClassWeights() {
    this(List.of());
  }

  private ClassWeights(List<Double> numbers) {
    this.numbers = numbers;
  }

  @Override
  public ClassWeights convert(String value) {
    if (value.equals(BALANCED)) {
      return new ClassWeights(List.of());
    }
    try {
      String text =
          Files.exists(Path.of(value)) || !value.matches("[0-9eE.,+-]+")
              ? Files.readString(Path.of(value)) : value;
      return new ClassWeights(
          BETWEEN.splitAsStream(text.strip()).map(Double::valueOf).toList());
    } catch (NumberFormatException e) {
      throw new TypeConversionException(value + ": class weights are numbers: " + e.getMessage());
    } catch (IOException e) {
      throw new TypeConversionException(value + ": " + Main.why(e));
    }
  }

  /** One number a class of the data set. */
  double[] of(Dataset train) {
    if (numbers.isEmpty()) {
      return train.balancedWeights();
    }
    if (numbers.size() != train.classes()) {
      throw new IllegalArgumentException(
          numbers.size() + " class weights for the " + train.classes() + " classes of " + train.name());
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** As a recipe has it. */
  @Override
  public String toString() {
    return numbers.isEmpty()
        ? BALANCED : numbers.stream().map(Object::toString).collect(Collectors.joining(","));
  }
}
