import Foundation
import JSONText

/// What the user wrote: declarations with their places in the text, nothing resolved.
struct Manifest: Sendable {
  struct Parameter: Sendable {
    var name: String
    var nameSpan: SourceSpan
    var value: YAMLNode
  }

  struct Source: Sendable {
    var name: String
    var nameSpan: SourceSpan
    var path: YAMLNode?
    var type: PortType?
  }

  /// A stage, or a choice between several.
  struct Stage: Sendable {
    var name: String
    var nameSpan: SourceSpan
    /// One for a stage, one per option for a choice.
    var bodies: [Body]
    /// The option that the manifest selects; nil for a stage that is no choice.
    var defaultOption: String?
    var isChoice: Bool
    /// Axes with their values, as written.
    var matrix: YAMLEntry?
    /// Which point of its matrix this is, once the matrix has been expanded.
    var instance: Instance?

    /// The name that the manifest gives it; instances of a matrix share it.
    var declaredName: String { instance?.stage ?? name }
  }

  /// One point of a stage's matrix.
  struct Instance: Sendable {
    struct Coordinate: Sendable {
      var axis: String
      var value: ResolvedValue
      /// The value as it stands in the instance's name.
      var label: String
      var node: YAMLNode
    }

    /// The stage's name in the manifest.
    var stage: String
    /// In the order of the axes.
    var point: [Coordinate]

    subscript(axis: String) -> Coordinate? { point.first { $0.axis == axis } }

    /// Such as `beta=0.05,seed=1`.
    var pointName: String { point.map { "\($0.axis)=\($0.label)" }.joined(separator: ",") }
    /// Such as `dpo@beta=0.05,seed=1`.
    var name: String { "\(stage)@\(pointName)" }
  }

  struct Body: Sendable {
    /// Nil for a stage that is no choice.
    var option: String?
    var span: SourceSpan
    var kind: String?
    var kindSpan: SourceSpan
    /// Inputs and configuration, without reserved keys.
    var entries: [YAMLEntry]
    var requirements: [YAMLEntry]
  }

  /// The supported version of the format.
  static let formatVersion = 1

  var file: URL
  var source: SourceText
  var name: String
  var parameters: [Parameter] = []
  var sources: [Source] = []
  var stages: [Stage] = []
}
