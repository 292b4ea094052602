/** Networks in files, as safetensors, and the classifier that answers from one. */
package dev.retort.model;
