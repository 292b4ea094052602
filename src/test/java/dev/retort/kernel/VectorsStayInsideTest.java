package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/**
 * All vectors are of one width, and no method of ours takes or returns one. With vectors of a second
 * width, the compiler no longer knows a vector of floats by its type, and boxes some in half of all
 * runs. The compiler is made to inline the vectors' own methods, ours it inlines at its discretion;
 * where it does not, each vector that passes is boxed, and whether it does depends on what else was
 * compiled before.
 */
final class VectorsStayInsideTest {
  private static final JavaClasses KERNEL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.retort.kernel");

  private static boolean isVector(JavaClass type) {
    return type.getPackageName().equals("jdk.incubator.vector")
        && type.getSimpleName().endsWith("Vector");
  }

  private static List<String> widths(JavaClasses classes) {
    return classes.stream()
        .filter(each -> !each.isEquivalentTo(VectorExp.class))
        .flatMap(each -> each.getFieldAccessesFromSelf().stream())
        .filter(access -> access.getTargetOwner().getPackageName().equals("jdk.incubator.vector"))
        .map(access -> access.getTarget().getName())
        .filter(name -> name.startsWith("SPECIES"))
        .toList();
  }

  private static List<String> passes(JavaClasses classes) {
    return classes.stream()
        .flatMap(each -> each.getMethods().stream())
        .filter(
            method ->
                Stream.concat(
                        method.getRawParameterTypes().stream(),
                        Stream.of(method.getRawReturnType()))
                    .anyMatch(VectorsStayInsideTest::isVector))
        .map(JavaMethod::getName)
        .toList();
  }

  @Test
  void noVectorGoesThroughAMethodOfOurs() {
    assertEquals(List.of(), passes(KERNEL));
  }

  @Test
  void oneClassAloneChoosesTheWidth() {
    assertEquals(List.of(), widths(KERNEL));
  }

  /** What the rule is about. */
  private static final class Helper {
    static FloatVector half(float x) {
      return FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, x / 2);
    }
  }

  @Test
  void aHelperIsNoticed() {
    assertEquals(0.5f, Helper.half(1f).lane(0));
    JavaClasses helper = new ClassFileImporter().importClasses(Helper.class);
    assertEquals(List.of("half"), passes(helper));
    assertEquals(List.of("SPECIES_PREFERRED"), widths(helper));
  }
}
