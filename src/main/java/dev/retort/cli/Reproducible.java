package dev.retort.cli;

import module java.base;
import dev.retort.data.TrainTest;
import dev.retort.nn.Network;
import dev.retort.train.Recipe;
import dev.retort.train.Training;

/** A command whose recipe makes a network again. */
interface Reproducible {
  /** Loads the samples that its options describe. */
  TrainTest load();

  /** The recipe of the network that it learns from, if there is one and it is not a file's. */
  default Optional<ModelRecipe> teacherRecipe() {
    return Optional.empty();
  }

  /**
   * Trains the network.
   *
   * @param teacher there if there is a recipe of it
   * @param more adds what decides no bits: a listener, checkpoints
   */
  Recipe.Trained again(TrainTest data, Optional<Network> teacher, UnaryOperator<Training> more);
}
