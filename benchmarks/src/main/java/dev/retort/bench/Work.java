package dev.retort.bench;

import java.util.function.Supplier;

/**
 * One implementation's way of doing one case: set up once, run many times.
 *
 * @param task what is timed
 * @param result what the runs have computed, in the order of the case's {@link Expected}
 */
record Work(Runnable task, Supplier<double[]> result) {}
