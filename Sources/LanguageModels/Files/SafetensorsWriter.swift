import Diagnostics
import Foundation
import JSONText

/// Writes `Float` tensors as one F32 safetensors file; equal input gives equal bytes.
public enum SafetensorsWriter {
  /// One tensor to write, row-major.
  public struct Tensor {
    /// Hands the values to its argument; called once, while the file is written.
    public typealias Source = (_ body: (UnsafeBufferPointer<Float>) throws(Diagnostic) -> Void)
      throws(Diagnostic) -> Void

    public var name: String
    public var shape: [Int]
    public var source: Source

    public init(_ name: String, shape: [Int], source: @escaping Source) {
      self.name = name
      self.shape = shape
      self.source = source
    }

    /// - Parameter values: must stay valid until the file is written.
    public init(_ name: String, shape: [Int], values: UnsafeBufferPointer<Float>) {
      self.init(name, shape: shape) { (body) throws(Diagnostic) in try body(values) }
    }
  }

  /// Streams tensors to a file that appears whole or not at all.
  ///
  /// - Parameters:
  ///   - tensors: with distinct names; written in this order.
  ///   - metadata: strings that readers may ask for; `format: pt` is what `transformers` expects.
  /// - Throws: `Diagnostic` if the file cannot be written.
  public static func write(
    _ tensors: [Tensor], to url: URL, metadata: [(key: String, value: String)] = [("format", "pt")]
  ) throws(Diagnostic) {
    let file = try AtomicFile(url)
    try file.write(header(of: tensors, metadata: metadata))
    for tensor in tensors {
      try tensor.source { (values) throws(Diagnostic) in
        precondition(
          values.count == tensor.shape.reduce(1, *),
          "\(values.count) values do not fill tensor \(tensor.name) of shape \(tensor.shape)")
        try file.write(UnsafeRawBufferPointer(values))
      }
    }
    try file.publish()
  }

  /// The length and the JSON text, padded with spaces so that the data starts at a multiple of 8 bytes.
  private static func header(of tensors: [Tensor], metadata: [(key: String, value: String)]) -> [UInt8] {
    var members = [
      JSON.Member("__metadata__", .object(metadata.map { JSON.Member($0.key, .string($0.value)) }))
    ]
    var names: Set<String> = []
    var offset = 0
    for tensor in tensors {
      precondition(names.insert(tensor.name).inserted, "two tensors are named \(tensor.name)")
      let end = offset + tensor.shape.reduce(MemoryLayout<Float>.size, *)
      members.append(
        JSON.Member(
          tensor.name,
          [
            "dtype": "F32", "shape": .array(tensor.shape.map(JSON.integer)),
            "data_offsets": [.integer(offset), .integer(end)],
          ]))
      offset = end
    }
    var text = Array(JSON.object(members).compact.utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }
}
