"""The words and the guided questions: statements, scripts, interface texts and who confirmed them. Plain Python."""
