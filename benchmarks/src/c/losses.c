/*
 * The limit for the losses: hand-written AVX-512, a row at a time, the same exponential (degree 6) and
 * the same accuracy as the engine's.
 *
 *   cc -O3 -march=native -shared -fPIC -o liblosses.so losses.c -lm
 *
 * Logits z (student), v (teacher), [rows, n], row-major; labels y; gradients dz, written. Values are
 * means over the rows, in nats.
 */
#include <immintrin.h>
#include <math.h>
#include <stdlib.h>

static inline __m512 exponential(__m512 x) {
  const __m512 magic = _mm512_set1_ps(0x1.8000FEp23f);
  __m512 t = _mm512_fmadd_ps(x, _mm512_set1_ps(0x1.715476p0f), magic);
  __m512 n = _mm512_sub_ps(t, magic);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0x1.62E43p-1f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-0x1.05C61p-29f), r);
  __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(0x1.6a47fep-10f), r, _mm512_set1_ps(0x1.123ffcp-7f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.55582cp-5f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.555488p-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.fffffep-2f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  __m512 power = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(t), 23));
  __mmask16 normal = _mm512_cmp_ps_mask(x, _mm512_set1_ps(-0x1.5D589Ep6f), _CMP_GE_OQ);
  return _mm512_maskz_mul_ps(normal, p, power);
}

static inline __mmask16 tail(long n) {
  return (__mmask16) ((1u << (n & 15)) - 1);
}

static inline float maximum(const float *z, long n) {
  const __m512 least = _mm512_set1_ps(-INFINITY);
  __m512 a = least, b = least;
  long i = 0;
  for (; i + 32 <= n; i += 32) {
    a = _mm512_max_ps(a, _mm512_loadu_ps(z + i));
    b = _mm512_max_ps(b, _mm512_loadu_ps(z + i + 16));
  }
  for (; i < n; i += 16) {
    __mmask16 k = i + 16 <= n ? 0xFFFF : tail(n);
    a = _mm512_max_ps(a, _mm512_mask_loadu_ps(least, k, z + i));
  }
  return _mm512_reduce_max_ps(_mm512_max_ps(a, b));
}

/* e = exp((z - m) s); returns the sum. */
static inline float exponentials(float *e, const float *z, float m, float s, long n) {
  const __m512 vm = _mm512_set1_ps(m), vs = _mm512_set1_ps(s);
  __m512 sum = _mm512_setzero_ps();
  long i = 0;
  for (; i + 16 <= n; i += 16) {
    __m512 x = _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(z + i), vm), vs);
    __m512 ve = exponential(x);
    _mm512_storeu_ps(e + i, ve);
    sum = _mm512_add_ps(sum, ve);
  }
  if (i < n) {
    __mmask16 k = tail(n);
    __m512 x = _mm512_mul_ps(_mm512_sub_ps(_mm512_maskz_loadu_ps(k, z + i), vm), vs);
    __m512 ve = _mm512_maskz_mov_ps(k, exponential(x));
    _mm512_mask_storeu_ps(e + i, k, ve);
    sum = _mm512_add_ps(sum, ve);
  }
  return _mm512_reduce_add_ps(sum);
}

/* y = e r */
static inline void multiply(float *y, const float *e, float r, long n) {
  const __m512 vr = _mm512_set1_ps(r);
  long i = 0;
  for (; i + 16 <= n; i += 16) {
    _mm512_storeu_ps(y + i, _mm512_mul_ps(_mm512_loadu_ps(e + i), vr));
  }
  if (i < n) {
    __mmask16 k = tail(n);
    _mm512_mask_storeu_ps(y + i, k, _mm512_mul_ps(_mm512_maskz_loadu_ps(k, e + i), vr));
  }
}

/* softmax(z / T), s = 1 / T */
void softmax(float *y, const float *z, float s, long rows, long n) {
  for (long row = 0; row < rows; row++, z += n, y += n) {
    float sum = exponentials(y, z, maximum(z, n), s, n);
    multiply(y, y, 1 / sum, n);
  }
}

/* Cross entropy of hard labels with its gradient, (softmax(z) - [i = y]) / rows. */
double cross_entropy(float *dz, const float *z, const int *labels, long rows, long n) {
  double value = 0;
  const float scale = 1.0f / rows;
  for (long row = 0; row < rows; row++, z += n, dz += n) {
    int y = labels[row];
    float m = maximum(z, n);
    float zy = z[y];
    float sum = exponentials(dz, z, m, 1, n);
    value += log(sum) - (zy - m);
    multiply(dz, dz, scale / sum, n);
    dz[y] -= scale;
  }
  return value / rows;
}

/* h, e = exponentials at T = 1 and at T, their sums, and the dot product of p and z - m. */
static inline void both(
    float *h, float *e, const float *z, const float *p, float m, float s, long n, float *sums) {
  const __m512 vm = _mm512_set1_ps(m), vs = _mm512_set1_ps(s);
  __m512 hard = _mm512_setzero_ps(), soft = hard, dot = hard;
  long i = 0;
  for (; i + 16 <= n; i += 16) {
    __m512 d = _mm512_sub_ps(_mm512_loadu_ps(z + i), vm);
    dot = _mm512_fmadd_ps(_mm512_loadu_ps(p + i), d, dot);
    __m512 vh = exponential(d);
    _mm512_storeu_ps(h + i, vh);
    hard = _mm512_add_ps(hard, vh);
    __m512 ve = exponential(_mm512_mul_ps(d, vs));
    _mm512_storeu_ps(e + i, ve);
    soft = _mm512_add_ps(soft, ve);
  }
  if (i < n) {
    __mmask16 k = tail(n);
    __m512 d = _mm512_sub_ps(_mm512_maskz_loadu_ps(k, z + i), vm);
    dot = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(k, p + i), d, dot);
    __m512 vh = _mm512_maskz_mov_ps(k, exponential(d));
    _mm512_mask_storeu_ps(h + i, k, vh);
    hard = _mm512_add_ps(hard, vh);
    __m512 ve = _mm512_maskz_mov_ps(k, exponential(_mm512_mul_ps(d, vs)));
    _mm512_mask_storeu_ps(e + i, k, ve);
    soft = _mm512_add_ps(soft, ve);
  }
  sums[0] = _mm512_reduce_add_ps(hard);
  sums[1] = _mm512_reduce_add_ps(soft);
  sums[2] = _mm512_reduce_add_ps(dot);
}

/* dz = h rate + (e r - p) scale */
static inline void gradient(
    float *dz, const float *h, const float *e, const float *p, float rate, float r, float scale,
    long n) {
  const __m512 vRate = _mm512_set1_ps(rate), vr = _mm512_set1_ps(r), vScale = _mm512_set1_ps(scale);
  long i = 0;
  for (; i + 16 <= n; i += 16) {
    __m512 g = _mm512_fmsub_ps(_mm512_loadu_ps(e + i), vr, _mm512_loadu_ps(p + i));
    g = _mm512_fmadd_ps(_mm512_loadu_ps(h + i), vRate, _mm512_mul_ps(g, vScale));
    _mm512_storeu_ps(dz + i, g);
  }
  if (i < n) {
    __mmask16 k = tail(n);
    __m512 g = _mm512_fmsub_ps(
        _mm512_maskz_loadu_ps(k, e + i), vr, _mm512_maskz_loadu_ps(k, p + i));
    g = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(k, h + i), vRate, _mm512_mul_ps(g, vScale));
    _mm512_mask_storeu_ps(dz + i, k, g);
  }
}

/*
 * Distillation with its gradient: p = softmax(v / T), written,
 * hardWeight CE(y, softmax(z)) + softWeight T^2 CE(p, softmax(z / T)).
 */
double distillation(
    float *dz, float *p, const float *z, const float *v, const int *labels,
    float temperature, float hardWeight, float softWeight, long rows, long n) {
  float *h = aligned_alloc(64, (n + 16) / 16 * 64);
  double hard = 0, soft = 0;
  const float s = 1 / temperature;
  const float hardScale = hardWeight / rows, softScale = softWeight * temperature / rows;
  for (long row = 0; row < rows; row++, z += n, v += n, dz += n, p += n) {
    softmax(p, v, s, 1, n);
    int y = labels[row];
    float m = maximum(z, n);
    float zy = z[y];
    float sums[3];
    both(h, dz, z, p, m, s, n, sums);
    hard += log(sums[0]) - (zy - m);
    soft += log(sums[1]) - s * sums[2];
    gradient(dz, h, dz, p, hardScale / sums[0], 1 / sums[1], softScale, n);
    dz[y] -= hardScale;
  }
  free(h);
  return (hardWeight * hard + softWeight * temperature * temperature * soft) / rows;
}

/* The loss with its gradient; without a weight the softmax of z / T, and 0. */
double loss(
    float *dz, float *p, const float *z, const float *v, const int *labels,
    double temperature, double hardWeight, double softWeight, long rows, long n) {
  if (softWeight > 0) {
    return distillation(dz, p, z, v, labels, temperature, hardWeight, softWeight, rows, n);
  }
  if (hardWeight > 0) {
    return cross_entropy(dz, z, labels, rows, n);
  }
  softmax(dz, z, (float) (1 / temperature), rows, n);
  return 0;
}
