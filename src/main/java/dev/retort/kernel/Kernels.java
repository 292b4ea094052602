package dev.retort.kernel;

/**
 * Every primitive of the engine. An implementation must give exactly the bits that the formulas and
 * the stated order of operations give, every operation rounded to float32 unless it says otherwise;
 * {@code fma} is one rounding.
 *
 * <p>Conventions. Arguments run outputs, inputs, sizes. An array is followed by its offset. Matrices
 * are row-major; where no row stride is given, rows follow each other without a gap. Only arrays
 * named as outputs are modified, and only the elements that the sizes name. Outputs must not overlap
 * inputs unless a method says that they may be the same place. Callers validate; implementations
 * only {@code assert}. Implementations are stateless to the caller and safe for concurrent use.
 *
 * <p><b>Specials.</b> NaN, infinities, signed zeros and subnormals go through additions, products
 * and {@code fma} per IEEE 754, and so does what overflows; comparisons with NaN are false.
 * Which payload a NaN carries is not promised. Where a method departs from that it says so.
 *
 * <p><b>Errors</b> are of one call, in u = 2^-24, to first order in u, against the formula in real
 * numbers over the floats that were passed; 2^-149 an operation where results are subnormal. A bound
 * names the arguments as they are when the call begins, and as they are when it ends with a prime.
 *
 * <p>The <b>lane sum</b> of a row x_0 ... x_{n-1} is defined by {@value #LANES} virtual lanes, the
 * same number for every backend and width: lane l, starting at 0, adds x_l, x_{l+16}, x_{l+32} ... in
 * order; then the lanes fold by halves, lane l adding lane l + 8, then l + 4, l + 2, l + 1. A <b>lane
 * dot product</b> is the same with {@code fma(x_i, y_i, lane)} for the addition. NOTES (E47).
 *
 * <p><b>Rows of logits.</b> With n the columns, T exact, x_i = (z_i - max z) / T, q the exact
 * softmax, t the targets (p, or the label smoothed) and
 *
 * <pre>
 * K = 3 log n + ceil(n / 16) + 12
 * </pre>
 *
 * errors are, apart from 2^-126 where an exponential or a result is not a normal float:
 *
 * <pre>
 * softmax              (3 |x_i| + K) u q_i
 * loss                 K (1 + sum t_j |x_j|) u
 * gradient             ((3 |x_i| + K) q_i + 4 t_i) u scale, added for the two terms of distillation
 * </pre>
 *
 * <p><b>Hard labels</b>, smoothed or not, have tighter bounds, which stay relative where the row is
 * nearly certain, NOTES (E50). With y the label, v = sum over i != y of (3 |x_i| + K) q_i, and 2^-126 cols added
 * where exponentials are not normal floats:
 *
 * <pre>
 * loss where z_y is the largest    (v + K sum t_j |x_j|) u        v and K sum alone, no 1
 * gradient at the label            (v + 4 (1 - t_y)) u scale
 * sum of a row's gradient          (ceil(n / 16) + 5) u |dz_y|, without smoothing
 * </pre>
 *
 * <p>This comes from the sum R of the exponentials without the label's own: q_y - t_y is the
 * difference of the complements, (1 - t_y) - R / S, and both are known to a few u of themselves.
 *
 * <p><b>Soft targets</b> have no such bound. Where q_i and p_i are nearly 1, the error of q_i - p_i
 * is a few u of 1, and no formula over p_i can do better: a float next to 1 has rounded 1 - p_i to
 * u / 2. The sum of the other targets would have it, if every row of targets summed to 1 exactly,
 * which is not required. Everywhere else the error is a few u of the larger of q_i and p_i. The
 * value of a soft loss keeps the absolute bound above: log S is 0 where S rounds to 1.
 *
 * <p>A loss is +inf where a masked class has weight in the targets. Sums cannot overflow: e is at
 * most 1, and every mean is one of halves.
 *
 * <p>These kernels need a column at least, s positive and normal, scales finite, labels from 0 to
 * cols - 1, targets finite and not negative. They return the index of the first row that has no
 * softmax (a NaN or +inf logit, or nothing but -inf), or -1 when there is none; the outputs of that
 * row, and of rows after it, are then unspecified.
 */
public interface Kernels {

  /** Virtual lanes of a row reduction. */
  int LANES = 16;

  /** What the kernels over rows of logits return when every row has a softmax. */
  int NO_BAD_ROW = -1;

  /**
   * Some outputs of a matrix product with a start and an optional rectifier, whose operands {@link
   * Product} names; NOTES (E46).
   *
   * <pre>
   * s = start(i, j);  for p = 0 ... k-1 ascending:  s = fma(a(i, p), b(p, j), s)
   * c(i, j) = relu and s &lt;= 0 ? 0 : s
   * </pre>
   *
   * <p>Error: {@code k u (|start| + sum_p |a(i, p) b(p, j)|)}. The start 0 is +0; k = 0 leaves the start.
   * Nothing is skipped: a 0 times an infinity is a NaN. A NaN passes the rectifier, -0 becomes +0.
   *
   * @param row first row of the outputs to compute
   * @param column their first column
   */
  void gemm(Product product, int row, int rows, int column, int columns);

  /**
   * Adds the column sums of a matrix: for each column j, rows ascending, {@code s[so + j] += x[xo +
   * i*cols + j]}. Error: {@code rows u (|s| + sum_i |x(i, j)|)}.
   */
  void addColumnSums(float[] s, int so, float[] x, int xo, int rows, int cols);

  /**
   * Rectifier, in place allowed: {@code y = x <= 0 ? 0 : x}, exact. NaN stays NaN, -0 becomes +0.
   * NOTES (E5).
   */
  void relu(float[] y, int yo, float[] x, int xo, int n);

  /**
   * Backward of {@link #relu}, in place of dy allowed: {@code dx = y > 0 ? dy : 0}, exact; +0 where y
   * is NaN, whatever dy is. NOTES (E6).
   */
  void reluBackward(float[] dx, int dxo, float[] dy, int dyo, float[] y, int yo, int n);

  /**
   * Inverted dropout, in place allowed; its own backward. Element j of row i is kept when {@link
   * CounterRandom#bits24 bits24}{@code (CounterRandom.key(key, firstRow + i), j) >= threshold}: {@code y
   * = kept ? x * scale : 0}. NOTES (E28), (E29). Error: {@code u |x scale|}. What is dropped is +0, be it
   * NaN or infinite.
   *
   * @param firstRow the position of the first row in the epoch, so that pieces of a batch draw what
   *     the whole would
   * @param threshold drop probability times 2^24, in 0 ... 2^24
   */
  void dropout(
      float[] y, int yo, float[] x, int xo,
      long key, int firstRow, int threshold, float scale, int rows, int cols);

  /**
   * Softmax at a temperature, in place allowed. For each row, with m = max z and s = (float)(2/T),
   * NOTES (E7), (E8), in the form of (E43); a class masked by -inf has probability 0, (E27):
   *
   * <pre>
   * d_i = fma(z_i, 0.5, -0.5 * m)      half the shifted logit: cannot overflow
   * u_i = d_i * s                      (z_i - m) / T
   * e_i = Exp.nonPositive(u_i)
   * S   = lane sum of e
   * y_i = e_i * (1 / S)
   * </pre>
   *
   * @param s 2/T rounded to float
   * @return the first bad row or {@link #NO_BAD_ROW}, as the other kernels over rows
   */
  int softmax(float[] y, int yo, float[] z, int zo, float s, int rows, int cols);

  /**
   * Cross entropy of hard labels, smoothed or not, at T = 1; the gradient is written unless {@code
   * dz} is null, and may go in place of the logits. With d, e as in {@link #softmax} at s = 2, y the
   * row's label, D the lane dot product of d and 1 / cols (only where smoothing > 0), all of the
   * value in double; NOTES (E13) with the target (E16), its gradient (E17), at the label (E48), (E49):
   *
   * <pre>
   * R     = lane sum of e, with 0 in place of e_y;   S = R + e_y
   * value = log(R + e_y) - (1 - smoothing) * 2 d_y - smoothing * 2 D
   * r     = (1 / S) * scale
   * dz_i  = fma(e_i, r, -scale * (float)(smoothing / cols))
   * dz_y  = fma(0 - R, r, scale * (float)(smoothing - smoothing / cols))
   * </pre>
   *
   * <p>The logarithm takes R and e_y apart ({@link Log}): where z_y is the largest, e_y is 1 and it is
   * log1p(R). At the label, q_y - t_y = (1 - t_y) - R / S: without smoothing, dz_y = -R r.
   *
   * @param scale 1 / rows of the whole batch, times the weight of the term
   */
  int crossEntropy(
      double[] value, int vo, float[] dz, int dzo,
      float[] z, int zo, int[] labels, int lo,
      double smoothing, float scale, int rows, int cols);

  /**
   * Cross entropy of soft targets p at a temperature. With d, S as in {@link #softmax}; NOTES (E13),
   * as (E44) has it:
   *
   * <pre>
   * P     = lane dot product of p and d, elements with p_i = 0 left out
   * value = log(S) - s * P                      the product and the difference in double
   * </pre>
   */
  int softCrossEntropy(
      double[] value, int vo, float[] z, int zo, float[] p, int po, float s, int rows, int cols);

  /**
   * Distillation: {@link #crossEntropy} at T = 1 without smoothing and {@link #softCrossEntropy} at T
   * in one go; the gradient is written unless {@code dz} is null, and may go in place of the logits
   * or of the targets. With h_i the exponentials at s = 2, R their sum without the label's own,
   * H = R + h_y, and e_i, S the exponentials and their sum at T, NOTES (E14), (E21), (E44):
   *
   * <pre>
   * g    = fma(e_i, 1 / S, -p_i) * softScale
   * dz_i = fma(h_i, (1 / H) * hardScale, g),   with 0 - R in place of h_y
   * </pre>
   *
   * @param softScale weight * T / rows of the whole batch: what is left of T^2 after the chain rule's
   *     1/T, NOTES (E19)
   */
  int distillation(
      double[] hardValue, double[] softValue, int vo, float[] dz, int dzo,
      float[] z, int zo, float[] p, int po, int[] labels, int lo,
      float s, float hardScale, float softScale, int rows, int cols);

  /**
   * Stochastic gradient descent with momentum, Nesterov's or Polyak's, and weight decay as L2,
   * NOTES (E30), (E31):
   *
   * <pre>
   * g = fma(decay, w, dw);  v = fma(momentum, v, g)
   * w = fma(-rate, nesterov ? fma(momentum, v, g) : v, w)
   * </pre>
   *
   * <p>w and v are modified. Errors, with momentum at most 1: {@code u (|g| + |v'|)} of v, {@code
   * u (|w'| + rate (3 |g| + 2 |v'|))} of w. A gradient that is NaN or infinite makes v and w so, for
   * good.
   */
  void sgd(
      float[] w, int wo, float[] v, int vo, float[] dw, int dwo,
      float rate, float momentum, boolean nesterov, float decay, int n);

  /**
   * Adam with decoupled weight decay (AdamW; plain Adam has shrink = 1), NOTES (E32),
   * (E33):
   *
   * <pre>
   * m = fma(beta1, m, (1 - beta1) * dw);  v = fma(beta2, v, ((1 - beta2) * dw) * dw)
   * w = fma(-rate, m / fma(sqrt(v), correction, epsilon), w * shrink)
   * </pre>
   *
   * <p>w, m and v are modified; v, a mean of squares, starts at 0 and stays at least 0. Errors, with
   * d the divisor and betas in [0, 1): {@code u (|m'| + 2 (1 - beta1) |dw|)} of m, {@code 4 u v'} of v,
   * {@code u (|w'| + |w shrink| + rate (6 |m'| + 2 (1 - beta1) |dw|) / d)} of w. Once the square of a
   * gradient overflows, v is +inf for good, and w only shrinks.
   *
   * @param rate learning rate / (1 - beta1^t)
   * @param correction 1 / sqrt(1 - beta2^t)
   * @param shrink 1 - learning rate * decay
   */
  void adam(
      float[] w, int wo, float[] m, int mo, float[] v, int vo, float[] dw, int dwo,
      float rate, float beta1, float beta2, float epsilon, float correction, float shrink, int n);
}
