package dev.retort.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets of CSV files, well-formed or not. */
class CsvTest {
  private static final String IRIS = "label,length,width\nb,1,2.5\na,-3e-1,4\nb,5,.5\n";

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private DataFiles files(String train, String test) throws IOException {
    write("train.csv", train);
    write("test.csv", test);
    return DataFiles.at(folder);
  }

  /** Refused with a message about the training file that begins like this. */
  private void refused(String message, String train) throws IOException {
    refused(message, files(train, IRIS));
  }

  private void refused(String message, DataFiles files) {
    DataException e = assertThrows(DataException.class, files::load);
    assertTrue(e.getMessage().startsWith(folder + "/" + message), e::getMessage);
  }

  @Test
  void namesBecomeClassesInTheirOrder() throws IOException {
    TrainTest data = files(IRIS, "label,length,width\na,0,0\n").load();
    assertEquals(List.of("a", "b"), data.train().classNames());
    assertArrayEquals(new int[] {1, 0, 1}, data.train().labels());
    assertArrayEquals(
        new float[] {1, 2.5f, -0.3f, 4, 5, 0.5f}, data.train().features(0, 3).toArray());
    assertArrayEquals(new int[] {0}, data.test().labels());
    assertEquals(2, data.test().classes());
  }

  @Test
  void numbersStayThemselves() throws IOException {
    TrainTest data = files("x,y\n10,3\n20,1\n", "x,y\n30,2\n").labelColumn("y").divisor(10).load();
    assertEquals(4, data.train().classes());
    assertArrayEquals(new int[] {3, 1}, data.train().labels());
    assertArrayEquals(new float[] {1, 2}, data.train().features(0, 2).toArray());
    assertEquals(10, data.train().divisor());
    assertEquals(List.of("0", "2"), data.train().emptyClasses());
    TrainTest fromOne = files("x,y\n10,3\n20,1\n", "x,y\n30,2\n").labelColumn("1").labelsFrom(1).load();
    assertArrayEquals(new int[] {2, 0}, fromOne.train().labels());
    assertEquals(List.of("1", "2", "3"), fromOne.train().classNames());
  }

  @Test
  void rowsWithAnIgnoredLabelAreLeftOut() throws IOException {
    String test = "label,x\n-1,5\n1,6\n";
    TrainTest numbers = files("label,x\n1,1\n-1,2\n0,3\n", test).ignoring(-1).load();
    assertArrayEquals(new int[] {1, 0}, numbers.train().labels());
    assertArrayEquals(new float[] {1, 3}, numbers.train().features(0, 2).toArray());
    assertArrayEquals(new float[] {6}, numbers.test().features(0, 1).toArray());
    TrainTest names = files("label,x\nb,1\n-1,2\na,3\n", "label,x\n-1,5\nb,6\n").ignoring(-1).load();
    assertEquals(List.of("a", "b"), names.train().classNames());
    assertArrayEquals(new int[] {1}, names.test().labels());
    refused(
        "test.csv: label '-1' is not among the training labels", files("label,x\n0,1\n", test));
  }

  @Test
  void columnsThatAreNotThere() throws IOException {
    refused("train.csv: line 1: there is no column 'label' of labels: 2 columns, x, y", "x,y\n1,2\n");
    refused(
        "train.csv: line 1: there is no column '3' of labels", files(IRIS, IRIS).labelColumn("3"));
    refused(
        "test.csv: its columns are not those of", files(IRIS, "label,width,length\na,1,2\n"));
    refused("test.csv: label 'c' is not among the training labels", files(IRIS, "label,length,width\nc,1,2\n"));
    refused(
        "train.csv: label 1 is not a whole number from 2 on",
        files("label,x\n1,1\n", "label,x\n1,1\n").labelsFrom(2));
  }

  @Test
  void hostile54RaggedRows() throws IOException {
    refused("train.csv: line 3: Record 3 has 1 fields", "label,x\na,1\nb\n");
    refused("train.csv: line 3: Record 3 has 3 fields", "label,x\na,1\nb,2,3\n");
  }

  @Test
  void hostile55OpenQuote() throws IOException {
    refused("train.csv: line 2: Record 2 has 1 fields", "label,x\n\"a,1\nb,2\n");
    refused("train.csv: line 2: Unexpected character", "label,x\n\"a\"z,1\n");
    refused("train.csv: line 2: a label with a line end", "x,label\n1,\"a\nb\"\n");
    for (String open :
        List.of(
            "x,label\n1,a\n2,\"b", "x,label\n1,a\n2,\"b\n", "label,x\na,1\nb,\"2", "label,x\na,1\nb,\"2\"\"")) {
      refused("train.csv: an odd number of quotes: one is open, or the file is cut off", open);
    }
    refused("train.csv: an odd number of quotes", "x,label\n1,\"a\n2,b\n");
    assertEquals(2, files("x,label\n1,a\n\"2\",\"b\"", "x,label\n1,a\n").load().train().rows());
    assertEquals(
        1, files("x,label\n1,\"a\"\"\"", "x,label\n1,\"a\"\"\"\n").load().train().rows());
  }

  @Test
  void hostile56ByteOrderMarkLineEndsAndNul() throws IOException {
    TrainTest data = files("\uFEFF" + IRIS.replace("\n", "\r\n"), "\uFEFF\"label\",length,width\na,1,2").load();
    assertArrayEquals(new int[] {1, 0, 1}, data.train().labels());
    assertEquals(1, data.test().rows());
    refused("train.csv: line 2: column 'x': '\0", "label,x\na,\0001\n");
    Files.write(folder.resolve("train.csv"), "label,x\n\u00e9,1\n".getBytes(StandardCharsets.ISO_8859_1));
    refused("train.csv: it is not UTF-8", DataFiles.at(folder));
  }

  @Test
  void hostile57WordsThatJavaTakesForNumbers() throws IOException {
    for (String word :
        List.of(
            "nan", "NaN", "inf", "Infinity", "-Infinity", "1e400", "0x1p3", "1f", "1d", " 1", "", "1;5", "--1", "e",
            "1e", ".", "\u0661")) {
      refused("train.csv: line 3: column 'x': '" + word + "' is not a number", "label,x\na,1\nb," + word + "\n");
    }
  }

  @Test
  void hostile58LineOfAHundredMegabytes() throws IOException {
    write("test.csv", IRIS);
    for (String part : List.of("1", "1,", "\"")) {
      try (OutputStream out = Files.newOutputStream(folder.resolve("train.csv"))) {
        out.write("label,x\n".getBytes(StandardCharsets.US_ASCII));
        byte[] chunk = part.repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 100 / part.length(); i++) {
          out.write(chunk);
        }
      }
      refused("train.csv: ", DataFiles.at(folder));
    }
  }

  @Test
  void emptyFiles() throws IOException {
    refused("train.csv: it is empty; a header and rows are needed", "");
    DataException e = assertThrows(DataException.class, () -> files("label,x\n", "label,x\n").load());
    assertTrue(e.getMessage().contains("has no samples"), e::getMessage);
  }

  @Test
  void tooManyLabels() throws IOException {
    StringBuilder text = new StringBuilder("label,x\n");
    for (int i = 0; i <= 1 << 16; i++) {
      text.append('n').append(i).append(",1\n");
    }
    refused("train.csv: line 65538: more than 65536 different labels", text.toString());

  }
}
