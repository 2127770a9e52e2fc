import Foundation
import Testing

@Suite struct ClockTests {
  /// A library that sets the clock back by ten years after a process has looked at it some times.
  private func clockSetBack(in project: Project) throws -> [String: String] {
    try project.write(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <sys/time.h>
      #include <time.h>
      static long shift(void) { static int looks; return ++looks > 8 ? 315360000L : 0; }
      int clock_gettime(clockid_t clock, struct timespec *time) {
        static int (*real)(clockid_t, struct timespec *);
        if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
        int result = real(clock, time);
        if (clock == CLOCK_REALTIME) time->tv_sec -= shift();
        return result;
      }
      int gettimeofday(struct timeval *time, void *zone) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        time->tv_sec = now.tv_sec;
        time->tv_usec = now.tv_nsec / 1000;
        return 0;
      }

      """, to: "clock.c")
    let made = try Plumb.shell("cc -shared -fPIC -o clock.so clock.c -ldl", in: project.directory)
    try #require(made.status == 0, "\(made.errors)")
    return ["LD_PRELOAD": project.path("clock.so").path]
  }

  @Test(.enabled(if: Machine.canPreload))
  func `13: A clock that is set back in the middle of a run changes nothing`() throws {
    let project = try Project.finished()
    let before = try project.run()
    let clock = try clockSetBack(in: project)
    func plumb(_ arguments: String...) throws -> Plumb.Result {
      let result = try Plumb.run(arguments, in: project.directory, environment: clock)
      try #require(result.status == 0, "\(arguments): \(result.errors)")
      return result
    }
    let forced = try RunReport(plumb("run", "pipeline.yaml", "--force", "sft", "--json"))
    #expect(forced.stages("succeeded") == ["sft"] && forced.digests == before.digests)
    let runs = try #require(try project.json("runs")["runs"]?.arrayValue)
    #expect(runs.first?["id"]?.stringValue == forced.run, "the newest run is the one that began last")
    #expect(runs.allSatisfy { ($0["seconds"]?.doubleValue ?? 0) >= 0 }, "\(runs)")
    #expect(try project.json("status")["run"]?["id"]?.stringValue == forced.run)
    // Collections keep the run that began last, whatever its time says.
    let plan = try plumb("store", "gc", "--keep-runs", "1", "--plan", "--json").json()
    #expect(plan["garbage"]?.arrayValue?.isEmpty == true, "\(plan)")
    #expect(try project.plan().status == 0)
    #expect(try project.isStoreIntact())
  }
}
