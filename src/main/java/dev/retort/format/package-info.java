/** What all file readers and writers share: element types, opening, memory, digests, replacing a file. Not exported. */
package dev.retort.format;
