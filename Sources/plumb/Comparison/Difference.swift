import JSONText

/// What two things of the store differ in; one of its kinds for each kind of thing.
protocol Difference {
  /// Schema `plumb.diff/1`.
  var json: JSON { get }
  var isEmpty: Bool { get }
  func text(_ style: Style) -> String
}
