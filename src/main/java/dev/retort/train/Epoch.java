package dev.retort.train;

import java.util.Map;
import java.util.Optional;

/**
 * The losses of an epoch, and the evaluation at its end.
 *
 * @param number 1 for the first
 * @param loss mean over its batches while they were trained on, in nats
 * @param parts the same mean of each part of the loss, without its weight, by {@link dev.retort.loss.Loss#parts name}
 * @param accuracy share of the samples whose label had the largest logit while they were trained on, 0 to 1
 * @param validation how the network does on the validation set at the end of the epoch, if there is one
 */
public record Epoch(
    int number, double loss, Map<String, Double> parts, double accuracy, Optional<Evaluation> validation) {}
