/**
 * Layers and the network they make. Each backward stands below the forward it undoes and names the
 * equation of NOTES.md that it is; there is no tape.
 */
@NullMarked
package dev.retort.nn;

import org.jspecify.annotations.NullMarked;
