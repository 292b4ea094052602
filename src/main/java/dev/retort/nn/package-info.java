/**
 * Layers and networks of them. Each backward pass is written by hand below its forward pass, and names its equation in
 * NOTES.md; there is no automatic differentiation.
 */
@NullMarked
package dev.retort.nn;

import org.jspecify.annotations.NullMarked;
