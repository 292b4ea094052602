/** What turns gradients into steps: optimisers and learning-rate schedules. */
@NullMarked
package dev.retort.optim;

import org.jspecify.annotations.NullMarked;
