/**
 * The command line. {@code Main} lists the commands and turns errors into one line and an exit code.
 *
 * <ul>
 *   <li>A command is a class {@code ...Command}; its options are its fields, and {@code help.properties} describes
 *       them. Options that commands share are classes {@code ...Options} and {@code GivenTeacher}, mixed in.
 *   <li>{@code TrainCommand} trains every network by a {@code ModelRecipe}: a command line that is also written to the
 *       model file, from which {@code ReproduceCommand} makes the network again. The main job is {@code
 *       DistillCommand}, with a recipe and a {@code NetworkResult} for each {@code Role}; {@code DistillResults} has
 *       their tables. Both commands are {@code TrainingCommand}s, which save and resume a run. {@code Hinton...} is the
 *       paper's experiment.
 *   <li>Results: {@code ResultFolder} lets the files of a run appear together and keeps the models of a run that did
 *       not end; {@code RunOptions} writes its JSON, which {@code JsonValues} makes of values. {@code Table}, {@code
 *       SoftTargetView} and {@code ExplanationView} are what people read on a terminal; {@code Progress} shows how far
 *       trainings are.
 *   <li>Pages: {@code EvaluationFigures} and {@code SoftTargetFigures} show networks' {@code Answers}, drawn by {@code
 *       Chart} on a {@code Scale}; {@code ReportPage} puts them into a template, which {@code Html} fills.
 *   <li>The playground: {@code PlaygroundServer} serves what {@code Playground} answers; {@code DrawnDigit} makes an
 *       image of strokes. {@code Picture} makes one of an image file, for {@code predict}.
 * </ul>
 */
package dev.retort.cli;
