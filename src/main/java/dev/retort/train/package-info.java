/** Training, evaluation, and the main job: a teacher, and a student distilled from it. */
@NullMarked
package dev.retort.train;

import org.jspecify.annotations.NullMarked;
