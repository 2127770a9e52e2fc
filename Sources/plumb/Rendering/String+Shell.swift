extension String {
  /// The word as a shell reads it back.
  var shellQuoted: String {
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy { scalar in
        scalar.properties.isAlphabetic || "0123456789_-./=:,@%+".unicodeScalars.contains(scalar)
      }
    return isPlain ? self : "'\(replacing("'", with: #"'\''"#))'"
  }
}
