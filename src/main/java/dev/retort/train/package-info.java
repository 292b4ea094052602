/** Training, evaluation, and the main job: a teacher, and a student distilled from it. */
package dev.retort.train;
