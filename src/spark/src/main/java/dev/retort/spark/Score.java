package dev.retort.spark;

import module java.base;
import dev.retort.data.Npy;
import dev.retort.loss.SoftTargets;
import dev.retort.tensor.Tensor;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A program for {@code spark-submit}: the soft targets of a transfer set, to be learned from on one machine. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    description = "Runs one or more teachers over samples and writes their answers as Parquet. The same command"
        + " again adds the pieces that are missing.")
public final class Score implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--features",
      required = true,
      paramLabel = "PATH",
      description = "Folder, file or pattern such as 'data/x_*.npy': Parquet with an id and features (ML vectors,"
          + " arrays of numbers, or binary with a byte a feature); or NPY and IDX files, where a sample's id is 2^32"
          + " times the file's number plus its own.")
  private String features;

  @Option(
      names = "--teacher",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Model file; several are an ensemble, the mean of their probabilities.")
  private List<String> teachers;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the answers.")
  private String out;

  @Option(
      names = "--id-column",
      defaultValue = "id",
      description = "Column of the samples' ids in Parquet (default ${DEFAULT-VALUE}).")
  private String idColumn;

  @Option(
      names = "--features-column",
      defaultValue = "features",
      description = "Column of the features in Parquet (default ${DEFAULT-VALUE}).")
  private String featuresColumn;

  @Option(
      names = "--top",
      description = "Keep the likeliest classes, so many, and what is left for all others, instead of logits.")
  private Optional<Integer> top;

  @Option(
      names = "--temperature",
      description = "T of the probabilities that --top and several teachers give.")
  private Optional<Double> temperature;

  @Option(
      names = "--pieces",
      defaultValue = "10",
      description = "Pieces that the files are divided into at most; an interrupted run loses one at most (default"
          + " ${DEFAULT-VALUE}).")
  private int pieces;

  @Option(
      names = "--npy",
      paramLabel = "FILE",
      description = "At the end write all answers to one NPY file in the order of their ids, for retort distill"
          + " --teacher-logits, or --teacher-probabilities with several teachers or --top.")
  private Optional<Path> npy;

  /**
   * Runs the program; an error ends the process.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    Program.main(new Score(), args);
  }

  @Override
  public Integer call() throws IOException {
    if (pieces < 1) {
      throw new IllegalArgumentException("--pieces must be at least 1, not " + pieces);
    }
    SparkSession spark = Program.session("retort score");
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Models models = Models.read(teachers, hadoop);
    Scores scores = scores(models.classes());
    InputFiles files = InputFiles.find(features, hadoop);
    List<InputFiles> parts = files.pieces(pieces);
    String settings =
        String.join("\n", models.digests()) + "\n" + scores + "\n" + idColumn + " " + featuresColumn + "\n"
            + parts.size() + "\n" + files.listing();
    PieceFolder folder = PieceFolder.open(out, settings, hadoop);
    Scorer scorer = new Scorer(spark, models, scores, idColumn, featuresColumn);
    PrintWriter text = spec.commandLine().getOut();
    for (int i = 0; i < parts.size(); i++) {
      long start = System.nanoTime();
      boolean done = folder.has(i);
      if (!done) {
        folder.write(i, scorer.scored(parts.get(i)));
      }
      text.printf(
          "piece %d of %d: %s%n", i + 1, parts.size(),
          done ? "was there" : "%.2f s".formatted((System.nanoTime() - start) * 1e-9));
    }
    Dataset<Row> answers = spark.read().parquet(out).drop("piece");
    text.printf("%d answers in %s%n", answers.count(), out);
    if (npy.isPresent()) {
      writeNpy(answers, scores, models.classes());
    }
    return 0;
  }

  private Scores scores(int classes) {
    if (top.isEmpty() && teachers.size() == 1) {
      return new Scores.Logits();
    }
    double t =
        temperature.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--top and several teachers give probabilities: say at which --temperature"));
    SoftTargets.fromLogits(Tensor.zeros(1, 2), t); // refuses what is out of range
    int k = top.orElse(classes);
    if (k < 1 || k > classes) {
      throw new IllegalArgumentException("--top " + k + " of " + classes + " classes");
    }
    return top.isPresent() ? new Scores.Top(k, t) : new Scores.Probabilities(t);
  }

  /** All answers in the order of their ids, a row each. */
  private void writeNpy(Dataset<Row> answers, Scores scores, int classes) throws IOException {
    long rows = answers.count();
    if (rows > Integer.MAX_VALUE / classes) {
      throw new IllegalArgumentException(
          rows + " answers of " + classes + " classes are more than one NPY file and one machine take");
    }
    Tensor all = Tensor.zeros((int) rows, classes);
    Iterator<Row> ordered = answers.orderBy(answers.columns()[0]).toLocalIterator();
    Object last = null;
    for (int i = 0; ordered.hasNext(); i++) {
      Row row = ordered.next();
      if (row.get(0).equals(last)) {
        throw new IllegalArgumentException(
            out + ": the id " + last + " is there twice; ids must differ for --npy");
      }
      last = row.get(0);
      System.arraycopy(scores.dense(row, classes), 0, all.data(), i * classes, classes);
    }
    Npy.write(npy.orElseThrow(), all);
    spec.commandLine().getOut().printf("%d rows of %d classes in %s%n", rows, classes, npy.orElseThrow());
  }
}
