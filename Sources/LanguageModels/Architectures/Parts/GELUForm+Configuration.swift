import Compute

extension GELUForm {
  /// Reads the activation of a feed-forward layer under the names that `transformers` has for its forms.
  ///
  /// - Throws: `Diagnostic` that lists the supported names, for any other activation.
  init(_ configuration: ConfigurationReader, key: String, default name: String) throws {
    let forms: KeyValuePairs<String, GELUForm> = [
      "gelu": .exact, "gelu_python": .exact, "gelu_new": .tanhApproximation,
      "gelu_pytorch_tanh": .tanhApproximation, "gelu_fast": .tanhApproximation,
    ]
    let found = try configuration.optionalString(key) ?? name
    guard let form = forms.first(where: { $0.key == found })?.value else {
      throw configuration.unsupported(
        key, "is \"\(found)\"; supported: \(forms.map(\.key).joined(separator: ", "))")
    }
    self = form
  }
}
