import Foundation

/// The media type of a file, by its extension.
struct MediaType {
  let name: String

  /// nil for an extension that says nothing.
  init?(path: String) {
    guard let name = Self.names[(path as NSString).pathExtension.lowercased()] else { return nil }
    self.name = name
  }

  private static let names = [
    "csv": "text/csv", "gz": "application/gzip", "jinja": "text/plain", "json": "application/json",
    "jsonl": "application/jsonl",
    "md": "text/markdown", "safetensors": "application/octet-stream", "txt": "text/plain",
    "yaml": "application/yaml", "yml": "application/yaml",
  ]
}
