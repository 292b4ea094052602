package dev.retort.bench;

import dev.retort.data.Dataset;
import dev.retort.data.TrainTest;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.libsvm.LibSVMClassificationTrainer;
import org.tribuo.classification.libsvm.SVMClassificationType;
import org.tribuo.common.libsvm.KernelType;
import org.tribuo.common.libsvm.SVMParameters;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Oracle's Tribuo: it has no networks of its own, but support vector machines, here with RBF. */
public final class Tribuo implements Implementation {
  private static final double GAMMA = 0.02;
  private static final double COST = 10;

  @Override
  public String name() {
    return "tribuo";
  }

  @Override
  public String jars() {
    return "tribuo-classification-libsvm-.*";
  }

  /** All of the learning is one epoch. */
  @Override
  public Learner learner(TrainTest digits, int threads) {
    SVMParameters<Label> parameters =
        new SVMParameters<>(
            new SVMClassificationType(SVMClassificationType.SVMMode.C_SVC), KernelType.RBF);
    parameters.setGamma(GAMMA);
    parameters.setCost(COST);
    MutableDataset<Label> train = examples(digits.train());
    MutableDataset<Label> test = examples(digits.test());
    AtomicReference<Model<Label>> model = new AtomicReference<>();
    return new Learner(
        () -> model.set(new LibSVMClassificationTrainer(parameters).train(train)),
        () -> {
          long right =
              model.get().predict(test).stream()
                  .filter(p -> p.getOutput().getLabel().equals(p.getExample().getOutput().getLabel()))
                  .count();
          return right / (double) test.size();
        });
  }

  private static MutableDataset<Label> examples(Dataset dataset) {
    LabelFactory labels = new LabelFactory();
    MutableDataset<Label> examples =
        new MutableDataset<>(new SimpleDataSourceProvenance("digits", labels), labels);
    double[][] pixels =
        Data.rows(dataset.features(0, dataset.rows()).toArray(), dataset.rowSize());
    String[] names = new String[dataset.rowSize()];
    Arrays.setAll(names, i -> String.format("%03d", i));
    for (int i = 0; i < pixels.length; i++) {
      ArrayExample<Label> example = new ArrayExample<>(new Label("" + dataset.labels()[i]));
      for (int j = 0; j < names.length; j++) {
        if (pixels[i][j] != 0) {
          example.add(names[j], pixels[i][j]);
        }
      }
      examples.add(example);
    }
    return examples;
  }
}
