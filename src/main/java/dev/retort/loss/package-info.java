/** Softmax at a temperature, and the losses taught by hard labels and by soft targets. */
@NullMarked
package dev.retort.loss;

import org.jspecify.annotations.NullMarked;
