import Execution
import Foundation
import Testing

@Suite struct MachineResourcesTests {
  @Test func `limits of control groups count at every level, in both versions`() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("groups-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    func write(_ text: String, _ name: String) throws {
      let file = root.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let machine = MachineResources(cores: 16, memory: 64 << 30)
    #expect(machine.limited(by: "0::/\n", root: root.path) == machine, "no limits")
    try write("max\n", "memory.max")
    try write("8589934592\n", "a/memory.max")
    try write("max\n", "a/b/memory.max")
    try write("350000 100000\n", "a/b/cpu.max")
    #expect(
      machine.limited(by: "0::/a/b\n", root: root.path) == MachineResources(cores: 4, memory: 8 << 30))
    try write("4294967296\n", "memory/job/memory.limit_in_bytes")
    try write("200000\n", "cpu,cpuacct/job/cpu.cfs_quota_us")
    try write("100000\n", "cpu,cpuacct/job/cpu.cfs_period_us")
    let old = "4:memory:/job\n3:cpu,cpuacct:/job\nnonsense\n"
    #expect(machine.limited(by: old, root: root.path) == MachineResources(cores: 2, memory: 4 << 30))
  }
}
