package dev.retort.optim;

import module java.base;
import dev.retort.tensor.Tensor;

/**
 * What the next steps of a training depend on, apart from its settings: tensors and texts, by name. It is either being
 * saved or being restored; one description serves both, so that neither can forget what the other has.
 *
 * <p>To add a piece of state, name it in the {@code state} method of its owner: {@link Optimizer#state} for the memory
 * of an optimiser, the like methods of the training loop and its parts for anything else. A list of tensors is saved as
 * it is and restored in place; a number or a text is returned, as in {@code steps = state.number("steps", steps)}. What
 * does not change during a training, such as a schedule or a loss, is not state: it belongs to the texts by which a
 * training recognises a checkpoint of its own. Random numbers are neither, as they depend on seed, purpose, epoch and
 * position alone.
 */
public interface TrainingState {
  /**
   * Saves tensors, or restores them.
   *
   * @param name of all of them, used once
   * @param values read now, or overwritten
   * @throws IllegalArgumentException if one that is restored is missing or has another shape
   */
  void tensors(String name, List<Tensor> values);

  /**
   * Saves a text, or restores it.
   *
   * @param name of its own
   * @param value what is saved; of no use when restoring
   * @return the value, or what was saved
   * @throws IllegalArgumentException if one that is restored is missing
   */
  String text(String name, String value);

  /**
   * Saves a number, or restores it.
   *
   * @param name of its own
   * @param value what is saved; of no use when restoring
   * @return the value, or what was saved
   * @throws IllegalArgumentException if one that is restored is missing or no number
   */
  default int number(String name, int value) {
    return Integer.parseInt(text(name, Integer.toString(value)));
  }
}
