package dev.retort.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.cli.Cli;
import dev.retort.cli.Setting;
import dev.retort.data.Npy;
import dev.retort.data.TrainTest;
import dev.retort.tensor.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    Samples.session();
  }

  private List<String> options() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    float[] labels = new float[Samples.COUNT];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Samples.DIGITS.labels()[i];
    }
    for (String part : List.of("train", "test")) {
      Npy.write(data.resolve("x_" + part + ".npy"), Samples.PIXELS);
      Npy.write(data.resolve("y_" + part + ".npy"), Tensor.of(labels, labels.length));
    }
    return List.of(
        "--data", data.toString(), "--teacher", "16", "--teacher-epochs", "3", "--teacher-jitter", "0", "--epochs",
        "3");
  }

  /** The errors are those of the same trainings one after the other, without Spark. */
  @Test
  void theBestSettingAndItsStudentAreThoseOfOneMachine() throws Exception {
    List<String> common = options();
    List<String> args = new ArrayList<>(List.of("--out", folder.resolve("out").toString(), "--share", "0.3", "--"));
    args.addAll(common);
    args.addAll(List.of("--temperature", "2,8", "--student", "6,12", "--seed", "5,6"));
    Run run = Run.of(new Sweep(), args.toArray(String[]::new)).succeeds();

    Setting first = Setting.parse(with(common, "2", "6", "5"));
    TrainTest parts = first.load().train().split(0.3, 5);
    Tensor teacher = first.teacherLogits(parts.train());
    List<String> expected = new ArrayList<>();
    for (String temperature : List.of("2", "8")) {
      for (String student : List.of("6", "12")) {
        double errors = 0;
        for (String seed : List.of("5", "6")) {
          List<String> setting = with(common, temperature, student, seed);
          errors += Setting.parse(setting).student(parts.train(), teacher).evaluate(parts.test()).errors();
        }
        List<String> setting = with(common, temperature, student, "5");
        expected.add("%.1f\t%s".formatted(errors / 2, String.join(" ", setting.subList(0, setting.size() - 2))));
      }
    }
    expected.sort(Comparator.comparingDouble(line -> Double.parseDouble(line.substring(0, line.indexOf('\t')))));
    String table = "validation errors\tsetting\n" + String.join("\n", expected) + "\n";
    assertEquals(table, Files.readString(folder.resolve("out/sweep.tsv")));

    String best = expected.getFirst().substring(expected.getFirst().indexOf('\t') + 1) + " --seed 5";
    String sha256 = Cli.distill(folder.resolve("distill"), best.split(" ", -1));
    assertTrue(run.out().contains("best: retort distill " + best + "\n"), run.out());
    assertTrue(run.out().endsWith("SHA-256 " + sha256 + "\n"), run.out());
    byte[] file = Files.readAllBytes(folder.resolve("out/student-distilled.safetensors"));
    assertEquals(sha256, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file)));
  }

  private static List<String> with(List<String> common, String temperature, String student, String seed) {
    return Stream.concat(
            common.stream(),
            Stream.of("--temperature", temperature, "--student", student, "--seed", seed))
        .toList();
  }

  @Test
  void classWeightsAreOfTeacherAndStudent() throws Exception {
    Setting plain = Setting.parse(with(options(), "4", "6", "1"));
    List<String> more = new ArrayList<>(with(options(), "4", "6", "1"));
    more.addAll(List.of("--class-weights", "1,1,1,1,1,1,1,1,1,0"));
    Setting weighted = Setting.parse(more);
    TrainTest data = plain.load();
    Tensor logits = plain.teacherLogits(data.train());
    assertFalse(Arrays.equals(logits.toArray(), weighted.teacherLogits(data.train()).toArray()));
    assertFalse(
        Arrays.equals(
            plain.student(data.train(), logits).network().logits(data.test()).toArray(),
            weighted.student(data.train(), logits).network().logits(data.test()).toArray()));
  }

  /** A student whose logits overflow is a bad setting, no failure of the sweep. */
  @Test
  void aStudentThatDivergesIsCountedWrongOnAll() throws Exception {
    List<String> args = new ArrayList<>(List.of("--out", folder.resolve("out").toString(), "--"));
    args.addAll(options());
    args.addAll(List.of("--distilled-rate", "1e30,0.2", "--student", "6"));
    Run.of(new Sweep(), args.toArray(String[]::new)).succeeds();
    List<String> lines = Files.readAllLines(folder.resolve("out/sweep.tsv"));
    assertTrue(lines.get(1).endsWith("--distilled-rate 0.2 --student 6"), lines::toString);
    assertTrue(lines.get(2).startsWith("140.0\t"), lines::toString);
  }

  @Test
  void wrongSettingsAreRefusedBeforeAnythingIsTrained() throws Exception {
    String out = folder.resolve("out").toString();
    Run.of(new Sweep(), "--out", out, "--", "--temperature", "2,-1")
        .fails("temperature must be finite and positive (1e-30 to 1e6), not -1.0");
    Run.of(new Sweep(), "--out", out, "--", "--tempreature", "2")
        .fails("Unknown options: '--tempreature', '2'");
    Run.of(new Sweep(), "--out", out, "--share", "2", "--", "--teacher-epochs", "1")
        .fails("the share to hold out must be in (0, 1), not 2.0");
  }
}
