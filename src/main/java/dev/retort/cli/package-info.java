/**
 * The command line. {@code Main} lists the commands and turns errors into one line and an exit code.
 *
 * <ul>
 *   <li>A command is a class {@code ...Command}; its options are its fields. Options that commands share are classes
 *       {@code ...Options} and {@code GivenTeacher}, mixed in.
 *   <li>{@code TrainCommand} trains every network, by a {@code ModelRecipe}: the command line that a model file says it was
 *       made by, from which {@code ReproduceCommand} makes it again. The main job is {@code DistillCommand}: a recipe and a
 *       {@code NetworkResult} for each {@code Role}, and {@code DistillResults} has their tables. {@code Hinton...} is the
 *       paper's experiment.
 *   <li>Results: {@code ResultFolder} lets the files of a run appear together and keeps what an interrupted run has trained,
 *       {@code RunOptions} and {@code JsonValues} write JSON. {@code Table}, {@code ConfusionTable},
 *       {@code SoftTargetView} and {@code ExplanationView} are what people read on a terminal; {@code Progress} shows how
 *       far trainings are, each a {@code TrainingBar}.
 *   <li>Pages: {@code ReportPage} fills a template with figures of networks' {@code Answers}, those of {@code
 *       EvaluationFigures} and {@code SoftTargetFigures}, which are drawn by {@code Chart} on a {@code Scale}; {@code
 *       Html} fills templates.
 *   <li>The playground: {@code PlaygroundServer} serves what {@code Playground} answers; {@code DrawnDigit} makes an
 *       image of strokes. {@code Picture} makes one of an image file, for {@code predict}.
 * </ul>
 */
package dev.retort.cli;
