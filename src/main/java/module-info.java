/** Retort: a minimal tensor engine on the Java Vector API that does knowledge distillation. */
module dev.retort {
  requires jdk.incubator.vector;
  requires com.fasterxml.jackson.core;
  requires static de.siegmar.fastcsv;
  requires static java.desktop;
  requires static info.picocli;
  requires static jdk.httpserver;
  requires static me.tongfei.progressbar;
  requires static org.jspecify;

  exports dev.retort;
  exports dev.retort.data;
  exports dev.retort.loss;
  exports dev.retort.model;
  exports dev.retort.nn;
  exports dev.retort.optim;
  exports dev.retort.tensor;
  exports dev.retort.train;

  opens dev.retort.cli to info.picocli;
}
