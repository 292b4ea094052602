package dev.retort.cli;

/** One of the three networks of the main job, with its names in tables, files and JSON. */
enum Role {
  TEACHER("teacher", "teacher"),
  STUDENT_ALONE("student alone", "studentAlone"),
  STUDENT_DISTILLED("student distilled", "studentDistilled");

  /** As people read it. */
  final String label;

  /** As a field of JSON. */
  final String field;

  Role(String label, String field) {
    this.label = label;
    this.field = field;
  }

  /** As part of a file's name: student-alone. */
  String dashed() {
    return label.replace(' ', '-');
  }

  /** As a model file is named. */
  String file() {
    return dashed() + ".safetensors";
  }
}
