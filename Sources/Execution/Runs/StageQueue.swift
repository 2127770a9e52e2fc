import Artifacts
import Pipeline

/// What a run knows of its stages between being taken up and being executed.
struct StageQueue {
  /// By stage, once it was looked at.
  var estimates: [String: ResourceEstimate] = [:]
  /// Keys that stay locked while their stage waits for room.
  var locks: [String: FileLock] = [:]
  /// How often a stage was tried again.
  var retries: [String: Int] = [:]
  /// The most memory that a killed attempt of a stage had, in bytes.
  var peaks: [String: Int] = [:]
  /// The stage that makes the result of a key.
  private var makers: [Digest: String] = [:]
  private var followers: [String: [String]] = [:]

  /// Makes a stage the one that makes the result of a key, or lets it wait for the one that does.
  ///
  /// - Returns: the stage that it waits for; nil if it is to make the result itself.
  mutating func enter(_ name: String, _ key: Digest) -> String? {
    guard let maker = makers[key], maker != name else {
      makers[key] = name
      return nil
    }
    followers[maker, default: []].append(name)
    return maker
  }

  /// Forgets a stage that ended.
  ///
  /// - Returns: the stages that waited for what it made.
  mutating func settle(_ name: String) -> [String] {
    makers = makers.filter { $0.value != name }
    locks[name] = nil
    return followers.removeValue(forKey: name) ?? []
  }
}
