package consumer;

import dev.retort.Retort;
import dev.retort.model.Classifier;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Prints the backend, and the bits of a student's probabilities: one line if all threads agree. */
public final class Consumer {
  private Consumer() {}

  /** The model's file; how many threads, 1 unless said. */
  public static void main(String[] args) throws Exception {
    Classifier student;
    try (InputStream in = new FileInputStream(args[0])) {
      student = Classifier.load(in);
    }
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    Set<String> answers = new LinkedHashSet<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      Callable<String> task = () -> bits(student);
      for (Future<String> each : pool.invokeAll(Collections.nCopies(threads, task))) {
        answers.add(each.get());
      }
    }
    System.out.println(Retort.backend());
    answers.forEach(System.out::println);
  }

  /** The probabilities of 100 samples. */
  public static String bits(Classifier student) {
    Random random = new Random(1);
    StringBuilder bits = new StringBuilder();
    float[] features = new float[student.inputs()];
    for (int sample = 0; sample < 100; sample++) {
      for (int i = 0; i < features.length; i++) {
        features[i] = random.nextFloat();
      }
      for (float p : student.probabilities(features)) {
        bits.append(Integer.toHexString(Float.floatToRawIntBits(p))).append(' ');
      }
    }
    return bits.toString();
  }
}
