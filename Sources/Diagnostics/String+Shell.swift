extension String {
  /// The word as a POSIX shell reads it back, for commands in hints.
  public var shellQuoted: String {
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy { scalar in
        scalar.properties.isAlphabetic || "0123456789_-./=:,@%+".unicodeScalars.contains(scalar)
      }
    return isPlain ? self : "'\(replacing("'", with: #"'\''"#))'"
  }
}
