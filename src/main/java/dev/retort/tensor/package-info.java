/** Row-major float32 storage with a shape. */
package dev.retort.tensor;
