package dev.retort.cli;

import module java.base;

/** One of the three networks of the main job, with its names in tables, files and JSON. */
enum Role {
  TEACHER,
  STUDENT_ALONE,
  STUDENT_DISTILLED;

  /** As people read it: student alone. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** As part of a file's name: student-alone. */
  String dashed() {
    return label().replace(' ', '-');
  }

  /** As a model file is named. */
  String file() {
    return dashed() + ".safetensors";
  }

  /** As a field of JSON: studentAlone. */
  String field() {
    return switch (this) {
      case TEACHER -> "teacher";
      case STUDENT_ALONE -> "studentAlone";
      case STUDENT_DISTILLED -> "studentDistilled";
    };
  }
}
