package dev.retort.bench;

/**
 * What one run of a case takes at least.
 *
 * @param flops two for each arithmetic operation that takes a place in the multiply-add pipes, be it
 *     an fma, a product or a sum, so that the share of the peak is the share of the pipes' places
 * @param bytes of all arrays that are read or written
 * @param elements what a time an element refers to: outputs, logits, parameters or images
 */
record Cost(double flops, double bytes, double elements) {}
