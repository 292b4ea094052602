package dev.retort.data;

/**
 * Samples to learn from, and samples to be judged on.
 *
 * @param train what is learned from
 * @param test what is held out
 */
public record TrainTest(Dataset train, Dataset test) {}
