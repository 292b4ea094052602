package dev.retort.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import dev.retort.Jvm;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The inner loops that C2 makes of the register tiles in a run of mixed products: multiply-adds, one
 * load a vector of b, one broadcast a row of a, and no vector or number that passes between a vector
 * register and the stack or a general register. Integers that C2 parks in vector registers cost Intel a
 * quarter of its speed; the child runs with the flag that lets C2 do so.
 */
@Tag("vector")
final class CompiledTilesTest {
  private static final Pattern COMPILED = Pattern.compile("Compiled method ");
  private static final Pattern METHOD =
      Pattern.compile("\\(c2\\)\\s+\\d+\\s+\\d+[ !bsn]+4\\s+\\S*\\.(\\w*Tile\\w*)::tile(\\d)x(\\d)\\s");
  private static final Pattern BYTES = Pattern.compile("(?m)^\\s*0x([0-9a-f]+):\\s+([0-9a-f |]+)$");
  private static final Pattern INSTRUCTION = Pattern.compile("^\\s*([0-9a-f]+):\\t(.*)$");
  private static final Pattern JUMP = Pattern.compile("j\\w+\\s+0x([0-9a-f]+).*");

  /** Products that between them use every tile, with every kind of start. */
  static final class Products {
    public static void main(String[] args) {
      int lanes = VectorExp.SPECIES.length();
      Kernels kernels = new VectorKernels();
      float[] a = new float[64 * 64];
      float[] b = new float[64 * 64];
      float[] c = new float[64 * 64];
      for (int round = 0; round < 150; round++) {
        for (int n : new int[] {lanes, lanes + 5, 2 * lanes, 2 * lanes + 5, 3 * lanes}) {
          for (int m : new int[] {8, 14, 4, 20}) {
            Product product = new Product().into(c, 0, 64).left(a, 0, 64, 1).right(b, 0, 64, 1);
            kernels.gemm(product.sized(m, n, 10 + round % 5), 0, m, 0, n);
            kernels.gemm(product.startingAt(b, 0, 0), 0, m, 0, n);
            kernels.gemm(product.left(a, 0, 1, 64).startingAt(c, 0, 64), 0, m, 0, n);
          }
        }
      }
    }
  }

  /** The smallest loop around a multiply-add; empty if there is none. */
  private static List<String> innerLoop(List<String> code) {
    Map<String, Integer> lineOf = new HashMap<>();
    List<String> text = new ArrayList<>();
    List<String> smallest = List.of();
    for (String line : code) {
      Matcher instruction = INSTRUCTION.matcher(line);
      if (!instruction.matches()) {
        continue;
      }
      lineOf.put(instruction.group(1), text.size());
      text.add(instruction.group(2));
      Matcher jump = JUMP.matcher(instruction.group(2));
      if (jump.matches() && lineOf.containsKey(jump.group(1))) {
        List<String> loop = text.subList(lineOf.get(jump.group(1)), text.size());
        if (loop.stream().anyMatch(each -> each.startsWith("vfmadd"))
            && (smallest.isEmpty() || loop.size() < smallest.size())) {
          smallest = List.copyOf(loop);
        }
      }
    }
    return smallest;
  }

  /** What a loop has too much or too little of. */
  private static List<String> faults(List<String> loop, int rows, int vectors) {
    List<String> faults = new ArrayList<>();
    long products = count(loop, "vfmadd.*");
    long loads = count(loop, "vmovups\\s+[yz]mm\\d+,.*");
    long broadcasts = count(loop, "vbroadcastss .*PTR.*");
    long others = count(loop, "v.*") - products - loads - broadcasts;
    if (products == 0 || loads * rows != products || broadcasts * vectors != products) {
      faults.add(products + " products, " + loads + " loads, " + broadcasts + " broadcasts");
    }
    // Eight rows of one vector, for 13 to 16 columns, leave one integer too many: a known cost.
    if (others > (rows == 8 && vectors == 1 ? 1 : 0)) {
      faults.add(others + " moves");
    }
    if (count(loop, "v.*\\[rsp.*") > 0) {
      faults.add("a spilled vector");
    }
    if (count(loop, "call.*") > 0) {
      faults.add("a call");
    }
    return faults;
  }

  private static long count(List<String> loop, String pattern) {
    return loop.stream().filter(each -> each.matches(pattern)).count();
  }

  private static List<String> disassembled(String printed, Path folder)
      throws IOException, InterruptedException {
    StringBuilder hex = new StringBuilder();
    Matcher bytes = BYTES.matcher(printed);
    while (bytes.find()) {
      hex.append(bytes.group(2).replaceAll("[ |]", ""));
    }
    Path code = folder.resolve("code.bin");
    Files.write(code, HexFormat.of().parseHex(hex));
    Path text = folder.resolve("code.txt");
    new ProcessBuilder(
            "objdump", "-D", "-b", "binary", "-mi386:x86-64", "-Mintel", "--no-show-raw-insn",
            code.toString())
        .redirectOutput(text.toFile())
        .start()
        .waitFor();
    return Files.readAllLines(text);
  }

  private static void check(Path folder, int tiles, String... flags) throws Exception {
    assume(objdumpReadsThem());
    List<String> all = new ArrayList<>(List.of(
        "--add-modules", "jdk.incubator.vector", "-Xbatch", "-XX:CompileThresholdScaling=0.1",
        "-XX:+UnlockDiagnosticVMOptions", "-XX:+IgnoreUnrecognizedVMOptions",
        "-XX:+UseFPUForSpilling", "-XX:CompileCommand=quiet",
        "-XX:CompileCommand=print,dev.retort.kernel.Tile*::tile*",
        "-XX:CompileCommand=print,dev.retort.kernel.PackedTile*::tile*"));
    all.addAll(List.of(flags));
    Jvm.Outcome outcome = Jvm.run(all, Products.class);
    assertEquals(0, outcome.code(), outcome.err());
    assume(outcome.out().contains("[MachCode]"));
    Map<String, List<String>> faults = new TreeMap<>();
    for (String printed : COMPILED.split(outcome.out(), -1)) {
      Matcher method = METHOD.matcher(printed);
      int begin = printed.indexOf("[MachCode]");
      if (method.lookingAt() && begin >= 0) {
        List<String> code =
            disassembled(printed.substring(begin, printed.indexOf("[/MachCode]")), folder);
        int rows = Integer.parseInt(method.group(2));
        int vectors = Integer.parseInt(method.group(3));
        faults.put(method.group(1) + " of " + vectors, faults(innerLoop(code), rows, vectors));
      }
    }
    assertEquals(tiles, faults.size(), () -> "printed " + faults.keySet());
    assertTrue(faults.values().stream().allMatch(List::isEmpty), faults::toString);
  }

  private static void assume(boolean possible) {
    if (!possible) {
      System.out.println("NOT CHECKED: compiled tiles; x86-64, objdump and a JDK without hsdis do it");
    }
    Assumptions.assumeTrue(possible);
  }

  private static boolean objdumpReadsThem() {
    return System.getProperty("os.arch").equals("amd64")
        && Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "objdump")));
  }

  @Test
  void theLoopsAreProductsAndTheirLoads(@TempDir Path folder) throws Exception {
    check(folder, VectorExp.SPECIES.length() == 16 ? 18 : 10);
  }

  @Test
  void theLoopsOf256BitsAreToo(@TempDir Path folder) throws Exception {
    check(folder, 10, "-XX:UseAVX=2");
  }

  @Test
  void aMoveASpillAndAMissingProductAreNoticed() {
    List<String> good = List.of(
        "vmovups zmm1,ZMMWORD PTR [rcx+r10*4+0x10]",
        "vbroadcastss zmm2,DWORD PTR [rsi+r11*4+0x10]",
        "vfmadd231ps zmm3,zmm2,zmm1", "jl     0x10");
    assertEquals(List.of(), faults(good, 1, 1));
    for (String bad : List.of(
        "vmovd  edi,xmm28", "vmovups ZMMWORD PTR [rsp+0x40],zmm3",
        "vmovups zmm3,ZMMWORD PTR [rsp+0x40]", "vfmadd231ps zmm4,zmm2,zmm1", "call   0x100",
        "vbroadcastss zmm2,xmm4")) {
      List<String> loop = new ArrayList<>(good);
      loop.add(1, bad);
      assertFalse(faults(loop, 1, 1).isEmpty(), bad);
    }
    assertFalse(faults(List.of(), 1, 1).isEmpty());
  }
}
