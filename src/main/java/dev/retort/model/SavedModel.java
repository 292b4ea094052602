package dev.retort.model;

import module java.base;
import dev.retort.nn.Network;

/**
 * What is in a model file.
 *
 * @param network the layers
 * @param info what the file says beside them
 * @param ignored names of the tensors that belong to no layer
 */
public record SavedModel(Network network, ModelInfo info, List<String> ignored) {}
