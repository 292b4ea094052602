/** Softmax at a temperature, and the losses taught by hard labels and by soft targets. */
package dev.retort.loss;
