/** Data sets: reading them, splitting them, and the embedded digits. */
package dev.retort.data;
