#include "bench/tracing/kernel_events.h"

#include <gtest/gtest.h>

namespace brood::bench {
namespace {

using Kind = KernelEvent::Kind;

TEST(KernelEvents, AreReadFromTheTracersLines) {
  const auto events = parseKernelEvents(
      "# tracer: nop\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
      "              tf-19548   [001] .....   632.461478: sys_enter: NR 3 (7, 5585, 1, 0, 0, 73)\n"
      "          <idle>-0       [000] d..2.   632.462504: sched_switch: prev_comm=swapper/0 "
      "prev_pid=0 "
      "prev_prio=120 prev_state=R ==> next_comm=a pid=9 next_pid=19287 next_prio=120\n"
      "  odd - name [1]-77     [001] d.h2.  1632.462575: sched_waking: comm=x pid=9 pid=19548 "
      "prio=120 "
      "target_cpu=001\n"
      "          python-5       [001] d....   632.462575: page_fault_user: address=0x7f ip=0x7f "
      "error_code=0x7\n");
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].kind, Kind::systemCall);
  EXPECT_EQ(events[0].pid, 19548);
  EXPECT_EQ(events[0].number, 3);
  EXPECT_EQ(events[0].nanos, 632'461'478'000u);
  EXPECT_EQ(events[1].kind, Kind::switchedIn);
  EXPECT_EQ(events[1].pid, 19287);
  EXPECT_EQ(events[3].kind, Kind::pageFault);
  EXPECT_EQ(events[3].pid, 5);
  EXPECT_EQ(events[2].kind, Kind::waking);
  EXPECT_EQ(events[2].pid, 19548);
  EXPECT_EQ(events[2].by, 77) << "a name may look like anything";
  EXPECT_EQ(events[2].nanos, 1'632'462'575'000u);
}

TEST(KernelEvents, LeavesOutOtherLines) {
  EXPECT_TRUE(parseKernelEvents("").empty());
  EXPECT_TRUE(parseKernelEvents("\n\nCPU:0 [LOST 3 EVENTS]\n").empty());
  EXPECT_TRUE(parseKernelEvents(
                  "               a-1       [000] ..... 1.000000: sched_wakeup: comm=a pid=2\n")
                  .empty());
  EXPECT_TRUE(
      parseKernelEvents("               a-1       [000] ..... x.000000: sys_enter: NR 1 ()\n")
          .empty());
}

}  // namespace
}  // namespace brood::bench
