package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.cli.HintonResults.Mended;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.model.Checkpoint;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import dev.retort.train.ClassShift;
import dev.retort.train.Evaluation;
import dev.retort.train.Hinton.Job;
import dev.retort.train.Hinton.Row;
import dev.retort.train.Recipe;
import dev.retort.train.Training;

/**
 * Trains the networks of the paper's experiment, each with a checkpoint after every epoch, and evaluates them: the teacher
 * on all threads, then as many students at a time as there are threads, which is faster than several threads for one.
 */
final class HintonRun {
  /** A network and what it came to. */
  record Finished(Job job, Recipe.Trained trained, HintonResults.Outcome outcome) {}

  private final Path folder;
  private final TrainTest data;
  private final boolean resume;
  private final Progress progress;
  private Network teacher;

  /** What the teacher answers to the samples of a transfer set, by the classes that are mended for it. */
  private final Map<List<Integer>, Tensor> answers = new HashMap<>();

  HintonRun(Path folder, TrainTest data, boolean resume, Progress progress) {
    this.folder = folder;
    this.data = data;
    this.resume = resume;
    this.progress = progress;
  }

  /** Trains and evaluates all of them, in this order; the teacher is first if there is one. */
  List<Finished> run(List<Job> jobs) throws IOException {
    List<Finished> finished = new ArrayList<>();
    List<Job> students = jobs.stream().filter(job -> job.row() != Row.TEACHER).toList();
    if (students.size() < jobs.size()) {
      finished.add(finish(jobs.getFirst()));
      teacher = finished.getFirst().trained().network();
    }
    int threads = Retort.threads();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      Retort.setThreads(1);
      for (Future<Finished> each :
          workers.invokeAll(students.stream().<Callable<Finished>>map(job -> () -> finish(job)).toList())) {
        finished.add(each.get());
      }
      return finished;
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case Error cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case IOException cause -> cause;
        default -> new IOException(e.getCause());
      };
    } catch (InterruptedException e) {
      throw new IOException("interrupted; go on with --resume", e);
    } finally {
      Retort.setThreads(threads);
    }
  }

  private Finished finish(Job job) throws IOException {
    TrainingBar listener = new TrainingBar(progress, job.row().label(), job.work(data.train()));
    Dataset transfer = job.transfer(data.train());
    Recipe recipe = job.recipe(transfer);
    Training training =
        recipe.training().checkpoint(folder.resolve(job.name() + ".checkpoint"), 1);
    Recipe.Trained trained =
        new Recipe(recipe.network(), resume ? training.resume() : training)
            .train(transfer, job.loss(() -> answers(job, transfer)), job.seed(), listener);
    Path file = folder.resolve(job.name() + ".safetensors");
    ModelInfo info =
        ModelInfo.of(
            data.train(), Map.of("seed", Long.toString(job.seed()), "version", Retort.version()));
    String sha256 = Checkpoint.save(file, trained.network(), info);
    Mended asTrained = evaluated(job, trained.network(), 0);
    listener.end(
        "%s: %d errors, trained in %.0f s".formatted(job.name(), asTrained.testErrors(), trained.seconds()));
    return new Finished(
        job, trained,
        new HintonResults.Outcome(
            job.row(), job.temperature(), job.seed(), asTrained.testErrors(), asTrained.testErrorsOfMended(),
            mended(job, file, data.train()), mended(job, file, data.test()), trained.seconds(), sha256));
  }

  /** Asked once for all students of a transfer set; a network answers one thread at a time. */
  private synchronized Tensor answers(Job job, Dataset transfer) {
    return answers.computeIfAbsent(job.row().mended(), classes -> teacher.logits(transfer));
  }

  private Mended evaluated(Job job, Network network, double shift) {
    Evaluation evaluation = Evaluation.of(network, data.test());
    int[][] confusion = evaluation.confusion();
    int ofMended =
        job.row().mended().stream()
            .mapToInt(label -> Arrays.stream(confusion[label]).sum() - confusion[label][label]).sum();
    return new Mended(shift, evaluation.errors(), ofMended);
  }

  /** The saved network with the biases that make the fewest errors on some samples, if its biases are mended. */
  private Optional<Mended> mended(Job job, Path file, Dataset chosenOn) throws IOException {
    if (job.row().mended().isEmpty()) {
      return Optional.empty();
    }
    Network network = Checkpoint.load(file);
    ClassShift shift =
        ClassShift.fewestErrors(job.row().mended(), network.logits(chosenOn), chosenOn.labels());
    shift.applyTo(network);
    return Optional.of(evaluated(job, network, shift.shift()));
  }
}
