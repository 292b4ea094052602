package dev.retort.model;

import module java.base;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** Any bytes given to a reader of models are read, or refused with a {@link ModelException}. */
@Tag("fuzz")
class ModelFuzzTest {
  private static final String DURATION = "10m";

  @FuzzTest(maxDuration = DURATION)
  void safetensors(byte[] file) {
    try {
      SafeTensors tensors = SafeTensors.read(Path.of("x"), file);
      for (String name : tensors.names()) {
        try {
          tensors.tensor(name);
        } catch (ModelException e) {
          // As it should be; the others may be read.
        }
      }
    } catch (ModelException e) {
      // As it should be.
    }
  }

  @FuzzTest(maxDuration = DURATION)
  void checkpoint(byte[] file) {
    try {
      Checkpoint.read(file);
    } catch (ModelException e) {
      // As it should be.
    }
  }
}
