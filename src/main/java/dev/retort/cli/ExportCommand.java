package dev.retort.cli;

import module java.base;
import dev.retort.model.Onnx;
import dev.retort.model.SavedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code retort export}: a saved network for other engines. */
@Command(name = "export")
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions models;
  @Parameters(paramLabel = "MODEL") private Path model;
  @Option(names = "--onnx", paramLabel = "FILE", required = true) private Path onnx;

  @Override
  public Integer call() throws IOException {
    SavedModel saved = models.read(model);
    Onnx.write(onnx, saved.network(), saved.info());
    spec.commandLine().getOut().println(onnx);
    return 0;
  }
}
