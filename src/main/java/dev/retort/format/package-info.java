/** What all file readers and writers share: element types, opening, memory, replacing a file. Not exported. */
package dev.retort.format;
