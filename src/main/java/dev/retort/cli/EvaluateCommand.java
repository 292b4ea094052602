package dev.retort.cli;

import dev.retort.data.TrainTest;
import dev.retort.nn.Network;
import dev.retort.train.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code retort evaluate}: evaluate a saved network. */
@Command(
    name = "evaluate",
    description = "Evaluate a saved network on the test samples at T = 1.",
    footerHeading = Main.EXAMPLES,
    footer = {
      "  retort evaluate retort-out/distill/student-distilled.safetensors",
      "  retort evaluate model.safetensors --data mnist --json"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private RunOptions run;
  @Mixin private OutputOptions output;

  @Parameters(paramLabel = "MODEL", description = "A .safetensors file that retort wrote.")
  private Path model;

  @Override
  public Integer call() throws IOException {
    Path folder = run.out("evaluate");
    TrainTest data = run.load();
    Network network = RunOptions.model(model);
    Evaluation test = Evaluation.of(network, data.test());
    ResultFile.write(
        output, folder, run.seed, data,
        json -> {
          json.writeStringField("model", model.toString());
          json.writeNumberField("testErrors", test.errors());
          json.writeNumberField("testAccuracy", test.accuracy());
          json.writeNumberField("testLoss", test.loss());
        });
    output.text()
        .printf(
            "%s: %d errors of %d test samples, accuracy %.2f%%, cross entropy %.4f%n",
            HiddenLayers.text(network.sizes()), test.errors(), test.rows(),
            100 * test.accuracy(), test.loss());
    return 0;
  }
}
