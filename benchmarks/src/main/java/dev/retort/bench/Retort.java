package dev.retort.bench;

import dev.retort.kernel.Backend;
import dev.retort.kernel.Kernels;
import dev.retort.kernel.Pool;
import dev.retort.kernel.Product;
import dev.retort.kernel.ScalarKernels;
import dev.retort.kernel.VectorKernels;

/** The engine, by one of its backends. */
final class Retort implements Contender {
  private final String backend;

  Retort(String backend) {
    this.backend = backend;
  }

  @Override
  public String name() {
    return backend;
  }

  @Override
  public String describe() {
    return "Retort " + dev.retort.Retort.version() + ", " + backend;
  }

  Kernels kernels() {
    return backend.equals("vector") ? new VectorKernels() : new ScalarKernels();
  }

  /** Layers and losses ask {@link Backend}, which chooses once in the life of a JVM. */
  void choose(int threads) {
    System.setProperty("retort.backend", backend);
    if (!Backend.name().equals(backend)) {
      throw new IllegalStateException(
          "this JVM has chosen " + Backend.describe() + "; measure " + backend + " in its own fork");
    }
    Pool.setThreads(threads);
  }

  @Override
  public Work gemm(GemmCase gemm, int threads) {
    Pool.setThreads(threads);
    int m = gemm.m;
    int n = gemm.n;
    int k = gemm.k;
    float[] c = new float[m * n];
    Product product =
        new Product()
            .into(c, 0, n)
            .left(gemm.a, 0, gemm.transposedA ? 1 : k, gemm.transposedA ? m : 1)
            .right(gemm.b, 0, gemm.transposedB ? 1 : n, gemm.transposedB ? k : 1)
            .sized(m, n, k);
    Kernels kernels = kernels();
    return new Work() {
      @Override
      public void run() {
        product.run(kernels);
      }

      @Override
      public double[] result() {
        return Data.doubles(c);
      }
    };
  }

  @Override
  public Work loss(LossCase loss, int threads) {
    Pool.setThreads(threads);
    return new RetortLoss(loss, kernels(), threads);
  }

  @Override
  public Work trainingStep(StepCase step, int threads, double rate) {
    choose(threads);
    return new RetortStep(step, rate);
  }

  @Override
  public Work optimizerStep(OptimizerCase optimizer, int threads, double rate) {
    choose(threads);
    return new RetortOptimizer(optimizer, rate);
  }

  @Override
  public Work dense(DenseCase dense, int threads) {
    choose(threads);
    return new RetortDense(dense);
  }

  @Override
  public Work inference(InferenceCase inference) {
    choose(1);
    return new RetortInference(inference);
  }
}
