/** Training, judging, and the main job: a teacher, and a student taught by it. */
package dev.retort.train;
