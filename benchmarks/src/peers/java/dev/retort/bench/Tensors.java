package dev.retort.bench;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** To PyTorch's tensors and back. */
final class Tensors {
  private Tensors() {}

  /** A copy that PyTorch owns and aligns. */
  static Tensor of(float[] data, long... shape) {
    return torch.from_blob(new FloatPointer(data), shape).clone();
  }

  static Tensor of(int[] labels) {
    long[] longs = Arrays.stream(labels).asLongStream().toArray();
    return torch
        .from_blob(
            new LongPointer(longs), new long[] {longs.length},
            new TensorOptions(torch.ScalarType.Long))
        .clone();
  }

  static double[] doubles(Tensor tensor) {
    return Data.doubles(floats(tensor));
  }

  static float[] floats(Tensor tensor) {
    Tensor flat = tensor.detach().contiguous();
    float[] result = new float[Math.toIntExact(flat.numel())];
    flat.data_ptr_float().get(result);
    return result;
  }
}
