/** Networks in files, as safetensors, and the classifier that answers from one. */
@NullMarked
package dev.retort.model;

import org.jspecify.annotations.NullMarked;
