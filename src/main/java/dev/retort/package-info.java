/**
 * The map of the library, and facts about the engine itself ({@link dev.retort.Retort}).
 *
 * <p>Five programs, in the order in which a model lives; README.md shows them whole.
 *
 * <ol>
 *   <li><b>Train.</b> A {@link dev.retort.data.Dataset} is made of arrays or read from files; a {@link
 *       dev.retort.nn.Network} is described by {@link dev.retort.nn.Network#mlp mlp} and built; {@link
 *       dev.retort.train.Training} says how it is trained (optimiser, {@link dev.retort.optim.Schedule schedule},
 *       epochs, validation) and fits it to a {@link dev.retort.loss.Loss}.
 *   <li><b>Distil.</b> {@link dev.retort.loss.SoftTargets} are made of a teacher's logits at a temperature, of an
 *       ensemble, or of probabilities; {@link dev.retort.loss.Loss#distillation} learns from them and from the labels,
 *       and its variants are beside it.
 *   <li><b>Evaluate.</b> {@link dev.retort.train.Evaluation} counts errors and confusions, {@link
 *       dev.retort.train.Epoch} has the losses of each epoch and their parts.
 *   <li><b>Save and load.</b> {@link dev.retort.model.Checkpoint} writes and reads networks as safetensors.
 *   <li><b>Ask.</b> A {@link dev.retort.model.Classifier} answers for one sample or many, from any number of threads.
 * </ol>
 *
 * <p>The packages build on each other in this order: {@link dev.retort.tensor}, {@link dev.retort.data}, {@link
 * dev.retort.nn}, {@link dev.retort.loss}, {@link dev.retort.optim}, {@link dev.retort.model}, {@link
 * dev.retort.train}. Below them is the arithmetic, {@code dev.retort.kernel}, which is not exported: the same bits on
 * any thread count, SIMD width, backend and CPU. NOTES.md derives what they compute in numbered equations, which the
 * javadoc cites as NOTES (E12).
 */
@NullMarked
package dev.retort;

import org.jspecify.annotations.NullMarked;
