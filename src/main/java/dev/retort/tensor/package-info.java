/** Row-major float32 storage with a shape. */
@NullMarked
package dev.retort.tensor;

import org.jspecify.annotations.NullMarked;
