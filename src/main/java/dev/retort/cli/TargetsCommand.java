package dev.retort.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.retort.data.Dataset;
import dev.retort.loss.SoftTargets;
import dev.retort.nn.Network;
import dev.retort.tensor.Tensor;
import dev.retort.train.Distiller.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code retort targets}: hard target beside soft targets. */
@Command(
    name = "targets",
    description = "Show a teacher's soft targets at several temperatures for chosen test samples.",
    footerHeading = Main.EXAMPLES,
    footer = "  retort targets --samples 956,398 --temperatures 1,4,20")
final class TargetsCommand implements Callable<Integer> {
  @Mixin private RunOptions run;
  @Mixin private OutputOptions output;

  @Option(names = "--model", description = "The teacher (default: the one that distill left).")
  private Path model;

  @Option(names = "--samples", split = ",",
      description = "Indices of test samples (default: an informative one).")
  private List<Integer> samples;

  @Option(names = "--temperatures", split = ",", defaultValue = "1,4,20", description = "Temperatures.")
  private List<Double> temperatures;

  @Override
  public Integer call() throws IOException {
    Dataset test = run.load().test();
    Network teacher =
        RunOptions.model(
            model == null
                ? RunOptions.defaultOut("distill").resolve(DistillResults.file(Role.TEACHER))
                : model);
    List<Integer> chosen =
        samples == null ? List.of(SoftTargetView.informative(teacher, test)) : samples;
    for (int sample : chosen) {
      if (sample < 0 || sample >= test.rows()) {
        throw new IllegalArgumentException(
            "there is no test sample " + sample + ", only 0 to " + (test.rows() - 1));
      }
      new SoftTargetView(teacher, test, sample, temperatures).print(output.text());
    }
    output.result(() ->
        ResultFile.json(
            json -> {
              json.writeArrayFieldStart("samples");
              for (int sample : chosen) {
                write(json, teacher, test, sample);
              }
              json.writeEndArray();
            }));
    return 0;
  }

  private void write(JsonGenerator json, Network teacher, Dataset test, int sample)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("sample", sample);
    json.writeNumberField("label", test.labels()[sample]);
    json.writeArrayFieldStart("softTargets");
    Tensor logits = teacher.forward(test.features(sample, sample + 1));
    for (double temperature : temperatures) {
      SoftTargets soft = SoftTargets.fromLogits(logits, temperature);
      json.writeStartObject();
      json.writeNumberField("temperature", temperature);
      json.writeArrayFieldStart("probabilities");
      for (int j = 0; j < soft.classes(); j++) {
        json.writeNumber(soft.get(0, j));
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
