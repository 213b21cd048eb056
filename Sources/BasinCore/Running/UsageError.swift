/// Marks errors of wrong usage (an unknown command, a missing argument, a value out of range),
/// which scripts tell apart from an analysis that failed: exit status 2 rather than 1.
public protocol UsageError: Error {}
