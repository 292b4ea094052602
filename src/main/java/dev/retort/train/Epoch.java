package dev.retort.train;

/**
 * What came of an epoch.
 *
 * @param number 1 for the first
 * @param loss mean loss of its batches while they were trained on
 * @param validation how the network did on the validation set at its end; null without one
 */
public record Epoch(int number, double loss, Evaluation validation) {}
