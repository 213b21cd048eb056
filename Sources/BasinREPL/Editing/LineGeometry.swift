/// Where cursor and end of a line stand, when the line takes several rows of the terminal.
struct LineGeometry: Equatable {
  /// A place on the terminal, counted from where the prompt starts, both from 0.
  struct Place: Equatable {
    var row: Int
    var column: Int
  }

  /// Where the cursor is.
  let cursor: Place
  /// Where the text ends.
  let end: Place

  /// Lays out a line.
  ///
  /// - Parameters:
  ///   - text: prompt and line, as they are shown.
  ///   - cursor: the cursor's place in it, in Unicode scalars.
  ///   - columns: the terminal's width.
  init(_ text: String, cursor: Int, columns: Int) {
    let scalars = Array(text.unicodeScalars)
    self.cursor = Self.place(after: scalars.prefix(max(0, cursor)), columns)
    end = Self.place(after: scalars[...], columns)
  }

  private static func place(after scalars: ArraySlice<Unicode.Scalar>, _ columns: Int) -> Place {
    let columns = max(1, columns)
    var place = Place(row: 0, column: 0)
    for scalar in scalars {
      // libedit puts what it searches for on a row of its own, after a line break.
      let width = scalar == "\n" ? 0 : DisplayText.width(scalar)
      // A wide character that does not fit at the end of a row goes to the next one.
      if scalar == "\n" || place.column + width > columns {
        place = Place(row: place.row + 1, column: 0)
      }
      place.column += width
      if place.column >= columns { place = Place(row: place.row + 1, column: 0) }
    }
    return place
  }
}
