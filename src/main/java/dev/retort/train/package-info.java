/** Training and evaluation of a network, and the networks of the distillation paper's experiment. */
@NullMarked
package dev.retort.train;

import org.jspecify.annotations.NullMarked;
