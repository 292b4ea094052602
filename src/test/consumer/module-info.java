/** A program that embeds a student. */
module consumer {
  requires dev.retort;

  exports consumer;
}
