package dev.retort.cli;

import module java.base;
import dev.retort.data.Dataset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What {@code --class-weights} says: numbers, or none for balanced; a recipe has the numbers, not their file. */
final class ClassWeights implements ITypeConverter<ClassWeights> {
  private static final String BALANCED = "balanced";

  private double[] numbers = {};

  @Override
  public ClassWeights convert(String value) {
    ClassWeights weights = new ClassWeights();
    if (!value.equals(BALANCED)) {
      try {
        Path file = Path.of(value);
        boolean isFile = Files.exists(file) || !value.matches("[0-9eE.,+-]+");
        String[] words = (isFile ? Files.readString(file) : value).strip().split("[\\s,]+", -1);
        weights.numbers = Stream.of(words).mapToDouble(Double::parseDouble).toArray();
      } catch (NumberFormatException e) {
        throw new TypeConversionException(value + ": class weights are numbers: " + e.getMessage());
      } catch (IOException e) {
        throw new TypeConversionException(value + ": " + Main.why(e));
      }
    }
    return weights;
  }

  /** One number a class of the data set. */
  double[] of(Dataset train) {
    if (numbers.length == 0) {
      return train.balancedWeights();
    }
    if (numbers.length != train.classes()) {
      throw new IllegalArgumentException(
          numbers.length + " class weights for the " + train.classes() + " classes of " + train.name());
    }
    return numbers;
  }

  /** As a recipe has it. */
  @Override
  public String toString() {
    return numbers.length == 0
        ? BALANCED : DoubleStream.of(numbers).mapToObj(Double::toString).collect(Collectors.joining(","));
  }
}
