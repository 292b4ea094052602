/**
 * The derivation of NOTES.md longhand: every equation in double precision, with plain sums, nothing fused,
 * nothing fast. Differences check these gradients, these check the scalar kernels, and the vector kernels equal the
 * scalar ones to the bit.
 *
 * <p>Arrays are {@code [row][column]}; arguments are never modified.
 */
package dev.retort.derivation;
