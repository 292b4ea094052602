package dev.retort.cli;

import module java.base;
import dev.retort.Retort;
import dev.retort.cli.Hinton.Job;
import dev.retort.cli.Hinton.Row;
import dev.retort.cli.HintonResults.Mended;
import dev.retort.cli.HintonResults.Outcome;
import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import dev.retort.model.ModelInfo;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import dev.retort.train.ClassShift;
import dev.retort.train.Evaluation;
import dev.retort.train.Trained;
import dev.retort.train.Training;

/**
 * Trains the networks of the paper's experiment, each with a checkpoint after every epoch, and evaluates them: the
 * teacher on all threads, then as many students at a time as there are threads, which is faster than several threads
 * for one.
 */
record HintonRun(ResultFolder results, TrainTest data, boolean resume, Progress progress) {
  /** A network and its result. */
  record Finished(NetworkResult network, Outcome outcome) {}

  /** Trains and evaluates all of them, in this order; the teacher is first if there is one. */
  List<Finished> run(List<Job> jobs) throws IOException {
    List<Finished> finished = new ArrayList<>();
    List<Job> students = jobs.stream().filter(job -> job.row() != Row.TEACHER).toList();
    Map<Dataset, Tensor> answers = new HashMap<>(); // of the teacher for each transfer set
    if (students.size() < jobs.size()) {
      finished.add(finish(jobs.getFirst(), answers));
      Network teacher = finished.getFirst().network().network();
      students.stream().filter(job -> job.row().isTaught())
          .forEach(job -> answers.computeIfAbsent(job.transfer(), teacher::logits));
    }
    int threads = Retort.threads();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      Retort.setThreads(1);
      for (Future<Finished> each :
          workers.invokeAll(students.stream().<Callable<Finished>>map(job -> () -> finish(job, answers)).toList())) {
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

  private Finished finish(Job job, Map<Dataset, Tensor> answers) throws IOException {
    Progress.Bar bar = progress.new Bar(job.row().label, job.work());
    Path checkpoint = results.path().resolve(job.name() + ".checkpoint");
    Trained trained =
        job.command().fit(
            job.transfer(), UnaryOperator.identity(), job.loss(() -> answers.get(job.transfer())),
            training -> {
              Training saved = training.listener(bar).checkpoint(checkpoint, 1);
              return resume ? saved.resume() : saved;
            });
    Map<String, String> texts = Map.of("seed", Long.toString(job.seed()), "version", Retort.version());
    NetworkResult network =
        new NetworkResult(job.row().label, trained, trained.evaluate(data.test()), Optional.empty())
            .saved(results, job.name() + ".safetensors", ModelInfo.of(data.train(), texts));
    Mended asTrained = errors(job, network.test(), 0);
    bar.end("%s: %d errors, trained in %.0f s".formatted(job.name(), asTrained.testErrors(), trained.seconds()));
    return new Finished(
        network,
        new Outcome(
            job.row(), job.temperature(), job.seed(), asTrained.testErrors(), asTrained.testErrorsOfMended(),
            mended(job, trained.network(), data.train()), mended(job, trained.network(), data.test()),
            trained.seconds(), network.sha256().orElseThrow()));
  }

  private static Mended errors(Job job, Evaluation evaluation, double shift) {
    int[][] confusion = evaluation.confusion();
    int ofMended =
        job.row().mended.stream()
            .mapToInt(label -> Arrays.stream(confusion[label]).sum() - confusion[label][label]).sum();
    return new Mended(shift, evaluation.errors(), ofMended);
  }

  /** Its errors with the biases that make the fewest on some samples, if its biases are mended; it stays as it was. */
  private Optional<Mended> mended(Job job, Network network, Dataset chosenOn) {
    if (job.row().mended.isEmpty()) {
      return Optional.empty();
    }
    ClassShift shift = ClassShift.fewestErrors(job.row().mended, network.logits(chosenOn), chosenOn.labels());
    Tensor bias = network.layers().getLast().bias().value();
    float[] before = bias.toArray();
    shift.applyTo(network);
    Mended mended = errors(job, Evaluation.of(network, data.test()), shift.shift());
    System.arraycopy(before, 0, bias.data(), bias.offset(), before.length);
    return Optional.of(mended);
  }
}
