/** The command line: {@code retort distill} and its kin. */
package dev.retort.cli;
