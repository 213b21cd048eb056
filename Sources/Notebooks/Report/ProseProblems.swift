extension NotebookRun {
  /// What in the notebook's prose has no meaning: references to figures and tables that the run does
  /// not have, notes that nothing mentions or that are missing, formulas that are not understood.
  ///
  /// Each is one line that begins with the notebook's file and the line. The page shows such text as
  /// it was written.
  public var proseProblems: [String] { Prose(NumberedRun(self), file: notebook.file).problems }
}
