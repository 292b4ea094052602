package dev.retort.data;

/**
 * Samples to train on, and samples to evaluate on.
 *
 * @param train what is learned from
 * @param test what is held out
 */
public record TrainTest(Dataset train, Dataset test) {}
