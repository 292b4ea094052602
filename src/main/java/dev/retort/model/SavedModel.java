package dev.retort.model;

import dev.retort.nn.Network;
import java.util.List;

/**
 * What is in a model file.
 *
 * @param network the layers
 * @param info what the file says beside them
 * @param ignored names of the tensors that belong to no layer
 */
public record SavedModel(Network network, ModelInfo info, List<String> ignored) {}
