/**
 * The arithmetic: {@code float[]}, offsets and sizes in, {@code float[]} out.
 *
 * <p>{@link dev.retort.kernel.Kernels} states every primitive with its formula and the order of its
 * operations. {@link dev.retort.kernel.ScalarKernels} is that statement made executable; the vector
 * backend gives the same bits, many lanes at a time. Callers validate, kernels only {@code assert}.
 */
package dev.retort.kernel;
