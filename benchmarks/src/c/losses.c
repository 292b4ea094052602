/*
 * The limit for the losses: hand-written AVX-512 or AVX2, whichever the machine has, a row at a time,
 * the same exponential (degree 6) and the same accuracy as the engine's.
 *
 *   cc -O3 -march=native -shared -fPIC -o liblosses.so losses.c -lm
 *
 * Logits z (student), v (teacher), [rows, n], row-major; labels y; gradients dz, written. Values are
 * means over the rows, in nats.
 */
#include <immintrin.h>
#include <math.h>
#include <stdlib.h>

/*
 * What the two sets of instructions have by different names. A part is the first lanes of a vector,
 * those of a row's tail; load, store and keep know them alone and give 0 for the rest.
 */
#ifdef __AVX512F__

#define V(operation) _mm512_##operation##_ps
enum { LANES = 16 };
typedef __m512 vector;
typedef __mmask16 part;

static inline part tail(long n) {
  return (part) ((1u << (n & 15)) - 1);
}

static inline vector load(part k, const float *x) {
  return _mm512_maskz_loadu_ps(k, x);
}

/* The elements from i to n, at most a vector of them; the other lanes hold other, or some of row x. */
static inline vector load_rest(const float *x, long i, long n, vector other) {
  part k = i + 16 <= n ? 0xFFFF : tail(n);
  return _mm512_mask_loadu_ps(other, k, x + i);
}

static inline void store(float *x, part k, vector v) {
  _mm512_mask_storeu_ps(x, k, v);
}

static inline vector keep(part k, vector v) {
  return _mm512_maskz_mov_ps(k, v);
}

/* 2^n for n in the low bits of t. */
static inline vector power(vector t) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(t), 23));
}

/* a b where x >= least, else 0. */
static inline vector product_from(vector least, vector x, vector a, vector b) {
  return _mm512_maskz_mul_ps(_mm512_cmp_ps_mask(x, least, _CMP_GE_OQ), a, b);
}

static inline float sum_of(vector v) {
  return _mm512_reduce_add_ps(v);
}

static inline float largest_of(vector v) {
  return _mm512_reduce_max_ps(v);
}

#elif defined __AVX2__ && defined __FMA__

#define V(operation) _mm256_##operation##_ps
enum { LANES = 8 };
typedef __m256 vector;
typedef long part;

static inline part tail(long n) {
  return n & 7;
}

static inline __m256i lanes(part k) {
  static const int mask[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256((const __m256i *) (mask + LANES - k));
}

static inline vector load(part k, const float *x) {
  return _mm256_maskload_ps(x, lanes(k));
}

static inline vector load_rest(const float *x, long i, long n, vector other) {
  if (n < LANES) {
    return _mm256_blendv_ps(other, load(n, x), _mm256_castsi256_ps(lanes(n)));
  }
  return _mm256_loadu_ps(x + (i + LANES <= n ? i : n - LANES));
}

/* In pieces: with a masked store rows of 10 take 1.1 to 1.3 times as long on Zen 3. */
static inline void store(float *x, part k, vector v) {
  __m128 piece = _mm256_castps256_ps128(v);
  if (k & 4) {
    _mm_storeu_ps(x, piece);
    piece = _mm256_extractf128_ps(v, 1);
    x += 4;
  }
  if (k & 2) {
    _mm_storel_pi((__m64 *) x, piece);
    piece = _mm_movehl_ps(piece, piece);
    x += 2;
  }
  if (k & 1) {
    _mm_store_ss(x, piece);
  }
}

static inline vector keep(part k, vector v) {
  return _mm256_and_ps(v, _mm256_castsi256_ps(lanes(k)));
}

static inline vector power(vector t) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(t), 23));
}

static inline vector product_from(vector least, vector x, vector a, vector b) {
  return _mm256_and_ps(_mm256_mul_ps(a, b), _mm256_cmp_ps(x, least, _CMP_GE_OQ));
}

static inline float sum_of(vector v) {
  __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

static inline float largest_of(vector v) {
  __m128 s = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  s = _mm_max_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}

#else
#error "losses.c needs AVX-512, or AVX2 and FMA"
#endif

static inline vector exponential(vector x) {
  const vector magic = V(set1)(0x1.8000FEp23f);
  vector t = V(fmadd)(x, V(set1)(0x1.715476p0f), magic);
  vector n = V(sub)(t, magic);
  vector r = V(fnmadd)(n, V(set1)(0x1.62E43p-1f), x);
  r = V(fnmadd)(n, V(set1)(-0x1.05C61p-29f), r);
  vector p = V(fmadd)(V(set1)(0x1.6a47fep-10f), r, V(set1)(0x1.123ffcp-7f));
  p = V(fmadd)(p, r, V(set1)(0x1.55582cp-5f));
  p = V(fmadd)(p, r, V(set1)(0x1.555488p-3f));
  p = V(fmadd)(p, r, V(set1)(0x1.fffffep-2f));
  p = V(fmadd)(p, r, V(set1)(1.0f));
  p = V(fmadd)(p, r, V(set1)(1.0f));
  return product_from(V(set1)(-0x1.5D589Ep6f), x, p, power(t));
}

static inline float maximum(const float *z, long n) {
  const vector least = V(set1)(-INFINITY);
  vector a = least, b = least;
  long i = 0;
  for (; i + 2 * LANES <= n; i += 2 * LANES) {
    a = V(max)(a, V(loadu)(z + i));
    b = V(max)(b, V(loadu)(z + i + LANES));
  }
  for (; i < n; i += LANES) {
    a = V(max)(a, load_rest(z, i, n, least));
  }
  return largest_of(V(max)(a, b));
}

/* e = exp((z - m) s); returns the sum. */
static inline float exponentials(float *e, const float *z, float m, float s, long n) {
  const vector vm = V(set1)(m), vs = V(set1)(s);
  vector sum = V(setzero)();
  long i = 0;
  for (; i + LANES <= n; i += LANES) {
    vector x = V(mul)(V(sub)(V(loadu)(z + i), vm), vs);
    vector ve = exponential(x);
    V(storeu)(e + i, ve);
    sum = V(add)(sum, ve);
  }
  if (i < n) {
    part k = tail(n);
    vector x = V(mul)(V(sub)(load(k, z + i), vm), vs);
    vector ve = keep(k, exponential(x));
    store(e + i, k, ve);
    sum = V(add)(sum, ve);
  }
  return sum_of(sum);
}

/* y = e r */
static inline void multiply(float *y, const float *e, float r, long n) {
  const vector vr = V(set1)(r);
  long i = 0;
  for (; i + LANES <= n; i += LANES) {
    V(storeu)(y + i, V(mul)(V(loadu)(e + i), vr));
  }
  if (i < n) {
    part k = tail(n);
    store(y + i, k, V(mul)(load(k, e + i), vr));
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
  const vector vm = V(set1)(m), vs = V(set1)(s);
  vector hard = V(setzero)(), soft = hard, dot = hard;
  long i = 0;
  for (; i + LANES <= n; i += LANES) {
    vector d = V(sub)(V(loadu)(z + i), vm);
    dot = V(fmadd)(V(loadu)(p + i), d, dot);
    vector vh = exponential(d);
    V(storeu)(h + i, vh);
    hard = V(add)(hard, vh);
    vector ve = exponential(V(mul)(d, vs));
    V(storeu)(e + i, ve);
    soft = V(add)(soft, ve);
  }
  if (i < n) {
    part k = tail(n);
    vector d = V(sub)(load(k, z + i), vm);
    dot = V(fmadd)(load(k, p + i), d, dot);
    vector vh = keep(k, exponential(d));
    store(h + i, k, vh);
    hard = V(add)(hard, vh);
    vector ve = keep(k, exponential(V(mul)(d, vs)));
    store(e + i, k, ve);
    soft = V(add)(soft, ve);
  }
  sums[0] = sum_of(hard);
  sums[1] = sum_of(soft);
  sums[2] = sum_of(dot);
}

/* dz = h rate + (e r - p) scale */
static inline void gradient(
    float *dz, const float *h, const float *e, const float *p, float rate, float r, float scale,
    long n) {
  const vector vRate = V(set1)(rate), vr = V(set1)(r), vScale = V(set1)(scale);
  long i = 0;
  for (; i + LANES <= n; i += LANES) {
    vector g = V(fmsub)(V(loadu)(e + i), vr, V(loadu)(p + i));
    g = V(fmadd)(V(loadu)(h + i), vRate, V(mul)(g, vScale));
    V(storeu)(dz + i, g);
  }
  if (i < n) {
    part k = tail(n);
    vector g = V(fmsub)(load(k, e + i), vr, load(k, p + i));
    g = V(fmadd)(load(k, h + i), vRate, V(mul)(g, vScale));
    store(dz + i, k, g);
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
