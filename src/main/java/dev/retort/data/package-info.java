/** Data sets: reading them, splitting them, and the embedded digits. */
@NullMarked
package dev.retort.data;

import org.jspecify.annotations.NullMarked;
