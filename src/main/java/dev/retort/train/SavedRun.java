package dev.retort.train;

import module java.base;
import dev.retort.model.ModelException;
import dev.retort.model.SafeTensors;
import dev.retort.optim.TrainingState;
import dev.retort.tensor.Tensor;

/**
 * A run in a safetensors file: its identity as text {@code run.NAME}, its state as text {@code state.NAME} and as
 * tensors {@code NAME.0}, {@code NAME.1} and so on.
 */
final class SavedRun implements TrainingState {
  private static final String FORMAT = "format";
  private static final String CHECKPOINT = "retort checkpoint";

  /** Counted up when texts or tensors mean something else: then another build, not another setting, is the cause. */
  private static final String CURRENT = CHECKPOINT + " 2";

  private static final String RUN = "run.";
  private static final String STATE = "state.";

  /** What is restored, or none if the run is being saved. */
  private final Optional<SafeTensors> saved;

  private final Map<String, Tensor> tensors = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>(Map.of(FORMAT, CURRENT));

  private SavedRun(Optional<SafeTensors> saved) {
    this.saved = saved;
  }

  /**
   * Saves the state that its owner describes, and the identity of the run.
   *
   * @throws UncheckedIOException if the file cannot be written; an old one is then as it was
   */
  static void save(Path file, Map<String, String> identity, Consumer<TrainingState> owner) {
    SavedRun run = new SavedRun(Optional.empty());
    identity.forEach((name, value) -> run.texts.put(RUN + name, value));
    owner.accept(run);
    try {
      SafeTensors.write(file, run.texts, run.tensors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Restores the state that its owner describes; without a file nothing happens.
   *
   * @throws IllegalArgumentException if it is not a checkpoint of this run
   * @throws ModelException if it is damaged
   * @throws UncheckedIOException if it cannot be read
   */
  static void restore(Path file, Map<String, String> identity, Consumer<TrainingState> owner) {
    try (Arena arena = Arena.ofConfined()) {
      SafeTensors saved = SafeTensors.read(file, arena);
      requireSameRun(identity, saved.metadata());
      owner.accept(new SavedRun(Optional.of(saved)));
    } catch (NoSuchFileException e) {
      // Interrupted before its first checkpoint: the run begins at its beginning.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("checkpoint " + file + ": " + e.getMessage(), e);
    }
  }

  private static void requireSameRun(Map<String, String> identity, Map<String, String> texts) {
    String format = texts.getOrDefault(FORMAT, "");
    if (!format.startsWith(CHECKPOINT)) {
      throw new IllegalArgumentException("this is no checkpoint of a training");
    }
    if (!format.equals(CURRENT)) {
      throw new IllegalArgumentException(
          "another build of Retort wrote it: its format is '" + format + "', not '" + CURRENT
              + "'; resume with that build, or start without resuming");
    }
    identity.forEach(
        (name, value) -> {
          String saved = texts.getOrDefault(RUN + name, "unknown");
          if (!saved.equals(value)) {
            throw new IllegalArgumentException(
                "its " + name + ": " + saved + "; this run's: " + value
                    + "; resume with the settings it was made with, or start without resuming");
          }
        });
  }

  @Override
  public void tensors(String name, List<Tensor> values) {
    for (int i = 0; i < values.size(); i++) {
      String each = name + "." + i;
      Tensor value = values.get(i);
      tensors.put(each, value);
      saved.ifPresent(run -> restore(each, run.tensor(each), value));
    }
  }

  private static void restore(String name, Tensor from, Tensor into) {
    if (!Arrays.equals(from.shape(), into.shape())) {
      throw new IllegalArgumentException("tensor " + name + " is " + from + ", where " + into + " is expected");
    }
    System.arraycopy(from.data(), from.offset(), into.data(), into.offset(), into.size());
  }

  @Override
  public String text(String name, String value) {
    String text = saved.isPresent() ? saved.get().metadata().get(STATE + name) : value;
    if (text == null) {
      throw new IllegalArgumentException("the metadata have no '" + STATE + name + "'");
    }
    texts.put(STATE + name, text);
    return text;
  }
}
