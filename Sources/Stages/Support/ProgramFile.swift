import Foundation

/// The file of the program that runs, told from every other: another build may sum in another order.
package struct ProgramFile {
  /// Device, inode, size, and when content and inode last changed.
  let stamp: String

  /// The file that this process runs, even if another has taken its path; nil if the system does not tell.
  static let own: ProgramFile? = {
    #if os(Linux)
      ProgramFile("/proc/self/exe")
    #else
      ProgramFile(Bundle.main.executablePath ?? "")
    #endif
  }()

  package init?(_ path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    #if os(Linux)
      let (modified, changed) = (facts.st_mtim, facts.st_ctim)
    #else
      let (modified, changed) = (facts.st_mtimespec, facts.st_ctimespec)
    #endif
    stamp =
      "\(facts.st_dev) \(facts.st_ino) \(facts.st_size) \(modified.tv_sec).\(modified.tv_nsec) "
      + "\(changed.tv_sec).\(changed.tv_nsec)"
  }
}
