package dev.retort;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The house has one direction and no circles: each package uses those below it, and only those. */
final class DirectionsTest {
  private static final String HOUSE = "dev.retort";

  /** What each package may use; the command line, above them all, may use everything; "" is the root. */
  private static final Map<String, List<String>> MAY_USE =
      Map.of(
          "kernel", List.of(),
          "tensor", List.of(),
          "format", List.of(),
          "derivation", List.of("loss", "nn", "tensor"),
          "data", List.of("format", "kernel", "tensor"),
          "nn", List.of("data", "kernel", "tensor"),
          "loss", List.of("kernel", "tensor"),
          "optim", List.of("kernel", "tensor"),
          "model", List.of("data", "format", "kernel", "nn", "tensor"),
          "train",
              List.of("", "data", "format", "kernel", "loss", "model", "nn", "optim", "tensor"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(HOUSE);

  private static ArchRule usesOnly(String name, List<String> below) {
    String[] allowed =
        Stream.concat(Stream.of(name), below.stream())
            .map(each -> each.isEmpty() ? HOUSE : HOUSE + "." + each)
            .toArray(String[]::new);
    DescribedPredicate<JavaClass> forbidden =
        resideInAPackage(HOUSE + "..").and(DescribedPredicate.not(resideInAnyPackage(allowed)));
    return noClasses()
        .that()
        .resideInAPackage(HOUSE + "." + name)
        .should()
        .dependOnClassesThat(forbidden);
  }

  private static ArchRule noCircles(String house) {
    return slices().matching(house + ".(*)..").should().beFreeOfCycles();
  }

  @Test
  void eachPackageUsesOnlyThoseBelowIt() {
    MAY_USE.forEach((name, below) -> usesOnly(name, below).check(CLASSES));
  }

  @Test
  void thereAreNoCircles() {
    noCircles(HOUSE).check(CLASSES);
  }

  /** The room above the packages only tells the version and the backend. */
  @Test
  void theRootUsesTheKernelAlone() {
    noClasses()
        .that()
        .resideInAPackage(HOUSE)
        .should()
        .dependOnClassesThat(
            resideInAPackage(HOUSE + "..")
                .and(DescribedPredicate.not(resideInAnyPackage(HOUSE, HOUSE + ".kernel"))))
        .check(CLASSES);
  }

  @Test
  void everyPackageHasItsPlace() {
    Set<String> packages =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.equals(HOUSE) && !name.equals(HOUSE + ".cli"))
            .map(name -> name.substring(HOUSE.length() + 1))
            .collect(Collectors.toSet());
    assertEquals(MAY_USE.keySet(), packages);
  }

  /** What others compile against says where null is allowed: nowhere but at {@code @Nullable}. */
  @Test
  void everyExportedPackageIsNullMarked() throws IOException {
    List<String> exported =
        Pattern.compile("exports ([\\w.]+);")
            .matcher(Files.readString(Path.of("src/main/java/module-info.java")))
            .results().map(found -> found.group(1)).toList();
    assertTrue(exported.size() > 5, exported::toString);
    for (String name : exported) {
      assertTrue(
          CLASSES.getPackage(name).isAnnotatedWith("org.jspecify.annotations.NullMarked"), name);
    }
  }

  @Test
  void aWrongDirectionIsRejected() {
    assertTrue(usesOnly("nn", List.of("tensor")).evaluate(CLASSES).hasViolation());
    assertTrue(usesOnly("train", List.of("kernel", "tensor")).evaluate(CLASSES).hasViolation());
  }

  @Test
  void aCircleIsRejected() {
    JavaClasses circle = new ClassFileImporter().importClasses(String.class, Locale.class);
    assertTrue(noCircles("java").evaluate(circle).hasViolation());
  }
}
