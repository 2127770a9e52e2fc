import Diagnostics
import Foundation

/// A safetensors file, mapped and checked; tensors are converted to `Float` as they are read.
///
/// Opening reads the header only. The file must not shrink while it is open.
public final class SafetensorsFile: Sendable {
  /// The file as errors name it.
  public let displayName: String
  /// Free text of the writer, such as `format: pt`.
  public let metadata: [String: String]
  /// Tensor names in the order of the data.
  public let names: [String]

  private let file: MappedFile
  private let dataOffset: Int
  private let entries: [String: SafetensorsHeader.Entry]

  /// Opens a file and checks that every tensor it names lies inside it.
  ///
  /// - Throws: `Diagnostic` that names the file and the tensor at fault.
  public init(_ url: URL, displayName: String? = nil) throws(Diagnostic) {
    let displayName = displayName ?? url.path
    file = try MappedFile(url, displayName: displayName)
    let header = try SafetensorsHeader(parsing: file.bytes, file: displayName)
    self.displayName = displayName
    metadata = header.metadata
    dataOffset = header.dataOffset
    names = header.entries.map(\.name)
    entries = Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0) })
  }

  public func contains(_ name: String) -> Bool { entries[name] != nil }

  /// - Throws: `Diagnostic` if the file has no such tensor.
  public func shape(of name: String) throws(Diagnostic) -> [Int] { try entry(name).shape }

  /// - Throws: `Diagnostic` if the file has no such tensor.
  public func dtype(of name: String) throws(Diagnostic) -> TensorElement { try entry(name).element }

  /// Copies a tensor, row-major, converted to `Float`.
  ///
  /// - Parameters:
  ///   - shape: what the caller's model needs; must equal the stored shape.
  ///   - destination: as many elements as `shape` says.
  /// - Throws: `Diagnostic` for a missing tensor, another shape (with both shapes) or an unreadable type.
  public func read(
    _ name: String, shape: [Int], into destination: UnsafeMutableBufferPointer<Float>
  ) throws(Diagnostic) {
    try check(name, shape: shape)
    try read(name, into: destination)
  }

  /// Looks for a tensor in the header, without reading it.
  ///
  /// - Throws: what reading the tensor with this shape would throw.
  func check(_ name: String, shape: [Int]) throws(Diagnostic) {
    let entry = try entry(name)
    guard entry.shape == shape else {
      throw Diagnostic(
        .tensorShape, "tensor \"\(name)\" has the shape \(entry.shape); the model needs \(shape)",
        at: SourceLocation(file: displayName))
    }
    try checkType(of: entry)
  }

  /// Copies a tensor, row-major, converted to `Float`, whatever its shape.
  ///
  /// - Parameter destination: as many elements as the tensor has.
  /// - Throws: `Diagnostic` for a missing tensor or an unreadable type.
  public func read(
    _ name: String, into destination: UnsafeMutableBufferPointer<Float>
  ) throws(Diagnostic) {
    let entry = try entry(name)
    try checkType(of: entry)
    precondition(
      destination.count == entry.count,
      "a buffer of \(destination.count) elements cannot take tensor \(name) of shape \(entry.shape)")
    let start = dataOffset + entry.range.lowerBound
    let source = UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + entry.range.count])
    convertElements(source, entry.element, into: destination)
    file.release()
  }

  private func checkType(of entry: SafetensorsHeader.Entry) throws(Diagnostic) {
    guard entry.element.isReadable else {
      throw Diagnostic(
        .tensorType,
        "tensor \"\(entry.name)\" has the element type \(entry.element.rawValue);"
          + " F32, F16, BF16 and F64 can be read",
        at: SourceLocation(file: displayName))
    }
  }

  private func entry(_ name: String) throws(Diagnostic) -> SafetensorsHeader.Entry {
    guard let entry = entries[name] else { throw .missing(tensor: name, among: names, file: displayName) }
    return entry
  }
}

extension Diagnostic {
  static func missing(tensor name: String, among names: [String], file: String) -> Diagnostic {
    Diagnostic(
      .missingTensor, "there is no tensor \"\(name)\"", at: SourceLocation(file: file),
      hint: nearestName(to: name, among: names).map { "there is a tensor \"\($0)\"" })
  }
}
