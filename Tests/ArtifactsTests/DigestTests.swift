import Artifacts
import Testing

@Suite struct DigestTests {
  @Test(
    "digests are SHA-256 (FIPS 180-4 examples)",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func knownValues(text: String, expected: String) { #expect(Digest(hashing: text).text == expected) }

  @Test("a digest read from its text is the same digest")
  func textRoundTrip() {
    let digest = Digest(hashing: "abc")
    #expect(Digest(digest.text) == digest)
    #expect(digest.text.hasPrefix(digest.short))
  }

  @Test(
    "text that is no digest is refused",
    arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "A", count: 64)])
  func badText(text: String) { #expect(Digest(text) == nil) }

  @Test("hashing in pieces equals hashing at once")
  func streaming() {
    var hash = SHA256()
    for byte in Array("abc".utf8) { hash.update([byte]) }
    #expect(hash.finish() == Digest(hashing: "abc"))
  }

  @Test("digests order as their texts do")
  func order() {
    let digests = (0..<100).map { Digest(hashing: "\($0)") }
    #expect(digests.sorted().map(\.text) == digests.map(\.text).sorted())
  }
}
