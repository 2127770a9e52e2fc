import CLibCrypto

/// A running SHA-256 (FIPS 180-4), computed by the system's libcrypto with the processor's instructions.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto offers no SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let status = EVP_DigestUpdate(context, base, bytes.count)
    precondition(status == 1, "libcrypto could not hash \(bytes.count) bytes")
  }

  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Ends the computation.
  public consuming func finish() -> Digest {
    withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { buffer in
      let status = EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
      precondition(status == 1, "libcrypto could not finish a digest")
      return Digest(bytes: UnsafeRawBufferPointer(buffer))
    }
  }
}

extension Digest {
  /// The digest of bytes in memory.
  public init(hashing bytes: [UInt8]) {
    var hash = SHA256()
    hash.update(bytes)
    self = hash.finish()
  }

  /// The digest of a text's UTF-8 bytes.
  public init(hashing text: String) { self.init(hashing: Array(text.utf8)) }
}
