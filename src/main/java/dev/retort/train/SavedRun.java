package dev.retort.train;

import module java.base;
import dev.retort.model.ModelException;
import dev.retort.model.SafeTensors;
import dev.retort.optim.TrainingState;
import dev.retort.tensor.Tensor;

/**
 * A run in a safetensors file: its identity as text {@code run.NAME}, its state as text {@code state.NAME} and as
 * tensors {@code NAME.0}, {@code NAME.1} and so on.
 *
 * @param file written over as a whole
 * @param identity of the run, by name
 */
record SavedRun(Path file, Map<String, String> identity) {
  private static final String FORMAT = "format";
  private static final String CHECKPOINT = "retort checkpoint";
  private static final String RUN = "run.";
  private static final String STATE = "state.";

  /**
   * Saves the state that its owner describes.
   *
   * @throws UncheckedIOException if the file cannot be written; an old one is then as it was
   */
  void save(Consumer<TrainingState> owner) {
    Saving state = new Saving(new HashMap<>(), new HashMap<>(Map.of(FORMAT, CHECKPOINT)));
    identity.forEach((name, value) -> state.texts.put(RUN + name, value));
    owner.accept(state);
    try {
      SafeTensors.write(file, state.texts, state.tensors);
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
  void restore(Consumer<TrainingState> owner) {
    try (Arena arena = Arena.ofConfined()) {
      SafeTensors saved = SafeTensors.read(file, arena);
      requireSameRun(saved.metadata());
      owner.accept(new Restoring(saved));
    } catch (NoSuchFileException e) {
      // Interrupted before its first checkpoint: the run begins at its beginning.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("checkpoint " + file + ": " + e.getMessage(), e);
    }
  }

  private void requireSameRun(Map<String, String> texts) {
    if (!CHECKPOINT.equals(texts.get(FORMAT))) {
      throw new IllegalArgumentException("this is no checkpoint of a training");
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

  private record Saving(Map<String, Tensor> tensors, Map<String, String> texts)
      implements TrainingState {
    @Override
    public void tensors(String name, List<Tensor> values) {
      for (int i = 0; i < values.size(); i++) {
        tensors.put(name + "." + i, values.get(i));
      }
    }

    @Override
    public String text(String name, String value) {
      texts.put(STATE + name, value);
      return value;
    }
  }

  private record Restoring(SafeTensors saved) implements TrainingState {
    @Override
    public void tensors(String name, List<Tensor> values) {
      for (int i = 0; i < values.size(); i++) {
        Tensor from = saved.tensor(name + "." + i);
        Tensor into = values.get(i);
        if (!Arrays.equals(from.shape(), into.shape())) {
          throw new IllegalArgumentException(
              "tensor " + name + "." + i + " is " + from + ", where " + into + " is expected");
        }
        System.arraycopy(from.data(), from.offset(), into.data(), into.offset(), into.size());
      }
    }

    @Override
    public String text(String name, String value) {
      String text = saved.metadata().get(STATE + name);
      if (text == null) {
        throw new IllegalArgumentException("the metadata have no '" + STATE + name + "'");
      }
      return text;
    }
  }
}
