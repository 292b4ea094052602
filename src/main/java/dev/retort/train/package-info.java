/** Training and evaluation of a network. */
@NullMarked
package dev.retort.train;

import org.jspecify.annotations.NullMarked;
