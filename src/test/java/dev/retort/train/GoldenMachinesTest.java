package dev.retort.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The model of {@link GoldenTest} on machines that this one can pretend to be: flags take away width,
 * instructions and compilers. A backend that is not the vector one says why in one line.
 */
final class GoldenMachinesTest {
  private static final List<String> JVM =
      List.of("--add-modules", "jdk.incubator.vector", "-XX:+IgnoreUnrecognizedVMOptions");

  @ParameterizedTest
  @CsvSource({
    "-XX:MaxVectorSize=8, 'scalar (vectors of 64 bits, the kernels need 128)'",
    "-XX:MaxVectorSize=16, 'vector, 128 bits (jdk.incubator.vector is loaded)'",
    "-XX:MaxVectorSize=32, 'vector, '",
    "-XX:MaxVectorSize=64, 'vector, '",
    "-XX:UseAVX=1, 'vector, '",
    "-XX:UseAVX=2, 'vector, '",
    "-XX:UseAVX=3, 'vector, '",
    "-XX:-UseFMA, 'scalar, multiply-add in software (the JVM has no FMA instruction)'",
    "-XX:-UseFMA -Xint, 'scalar, multiply-add in software (the JVM has no FMA instruction)'",
    "-Xint, 'scalar (the JVM runs without C2, interpreted mode'",
    "-XX:TieredStopAtLevel=1, 'scalar (the JVM runs without C2, mixed mode, emulated-client'",
    "-Xcomp -XX:TieredStopAtLevel=1, 'scalar (the JVM runs without C2, '",
    "-XX:TieredStopAtLevel=3, 'scalar (the JVM runs without C2 for vectors, '",
    "-XX:+UnlockExperimentalVMOptions -XX:-EnableVectorSupport, 'scalar (the JVM runs without C2'",
    "-Dretort.backend=vector -Xint, 'vector, '",
    "-Dretort.backend=scalar, 'scalar (forced by -Dretort.backend)'",
  })
  void everyMachineGivesTheModel(String flags, String backend) throws Exception {
    List<String> all = new ArrayList<>(JVM);
    all.addAll(List.of(flags.split(" ")));
    Jvm.Outcome outcome = Jvm.run(all, GoldenModels.class);
    assertEquals(0, outcome.code(), outcome::err);
    String[] digestAndBackend = outcome.out().strip().split(" ", 2);
    assertEquals(GoldenModels.SMALL, digestAndBackend[0], outcome::out);
    assertTrue(digestAndBackend[1].startsWith(backend), outcome::out);
    boolean slow = digestAndBackend[1].contains("the JVM ") || backend.contains("64 bits");
    List<String> said =
        outcome.ownLines().stream().filter(line -> line.contains("slow backend: ")).toList();
    assertEquals(slow ? 1 : 0, said.size(), outcome::err);
  }
}
