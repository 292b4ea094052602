/** Facts about the engine itself. */
package dev.retort;
