/**
 * Layers and the network they make. Each backward stands below the forward it undoes and names the
 * equation of NOTES.md that it is; there is no tape.
 */
package dev.retort.nn;
