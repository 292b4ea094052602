/** The chapters of the notes from Notation to the last that explain's equations are in; takes notes, file to write. */
void main(String[] files) throws IOException {
  String notes = Files.readString(Path.of(files[0]));
  String chapters = notes.substring(notes.indexOf("## Notation"), notes.indexOf("## 7. "));
  Files.writeString(Path.of(files[1]), chapters);
}
