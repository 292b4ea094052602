/** What turns gradients into steps: optimisers and learning-rate schedules. */
package dev.retort.optim;
