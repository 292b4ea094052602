package dev.retort.bench;

import module java.base;
import dev.retort.data.Dataset;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.classification.libsvm.LibSVMClassificationTrainer;
import org.tribuo.classification.libsvm.SVMClassificationType;
import org.tribuo.common.libsvm.KernelType;
import org.tribuo.common.libsvm.SVMParameters;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Oracle's Tribuo: it has no networks of its own, but support vector machines, here with RBF. */
public final class Tribuo extends Implementation {
  public Tribuo() {
    super("tribuo", "tribuo-classification-libsvm-.*");
  }

  /** All of the learning is one epoch. */
  @Override
  Work work(Measured benchmark) {
    if (!(benchmark instanceof TimeToAccuracy given)) {
      return super.work(benchmark);
    }
    SVMParameters<Label> parameters =
        new SVMParameters<>(new SVMClassificationType(SVMClassificationType.SVMMode.C_SVC), KernelType.RBF);
    parameters.setGamma(0.02);
    parameters.setCost(10);
    MutableDataset<Label> train = examples(given.digits.train());
    MutableDataset<Label> test = examples(given.digits.test());
    AtomicReference<Model<Label>> model = new AtomicReference<>();
    return new Work(() -> model.set(new LibSVMClassificationTrainer(parameters).train(train)),
        () -> new double[] {new LabelEvaluator().evaluate(model.get(), test).accuracy()});
  }

  /** Without the pixels that are 0. */
  private static MutableDataset<Label> examples(Dataset dataset) {
    LabelFactory labels = new LabelFactory();
    MutableDataset<Label> examples = new MutableDataset<>(new SimpleDataSourceProvenance("digits", labels), labels);
    double[][] images = TimeToAccuracy.images(dataset);
    for (int i = 0; i < images.length; i++) {
      double[] x = images[i];
      String[] ink =
          IntStream.range(0, x.length).filter(j -> x[j] != 0).mapToObj("%03d"::formatted).toArray(String[]::new);
      double[] values = Arrays.stream(x).filter(pixel -> pixel != 0).toArray();
      examples.add(new ArrayExample<>(new Label("" + dataset.labels()[i]), ink, values));
    }
    return examples;
  }
}
