package dev.retort.bench;

import java.util.function.DoubleSupplier;

/**
 * An implementation that learns the embedded digits.
 *
 * @param epoch goes through the training images once more
 * @param accuracy share of the test images that it now gets right
 */
record Learner(Runnable epoch, DoubleSupplier accuracy) {}
