#include "bench/tracing/trace_stages.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "bench/report/trace_report.h"

namespace brood::bench {
namespace {

using Kind = KernelEvent::Kind;

constexpr TracedProcesses kProcesses{10, 20, 30};
constexpr const char* kPoints[] = {
    "client.sent",           "gateway.arrived",     "gateway.parsed",      "gateway.decoded",
    "gateway.sent",          "supervisor.received", "supervisor.admitted", "supervisor.acquired",
    "supervisor.dispatched", "supervisor.done",     "supervisor.usage",    "supervisor.collected",
    "supervisor.answered",   "gateway.result",      "gateway.encoded",     "client.answered"};

// A point every 10 µs, from 100 µs on; the worker is sent its job at 180 µs and done at 190.
Answer tracedAnswer() {
  Answer answer;
  uint64_t at = 100'000;
  for (const char* point : kPoints) {
    answer.points[point] = at;
    at += 10'000;
  }
  return answer;
}

const TraceStage& stage(const TraceFigures& figures, const std::string& title) {
  return *std::find_if(figures.stages.begin(), figures.stages.end(),
                       [&](const TraceStage& each) { return each.title.starts_with(title); });
}

TEST(TraceStages, GoFromOnePointToTheNext) {
  auto figures = emptyTrace();
  ASSERT_TRUE(noteTimes(tracedAnswer(), figures));
  size_t stages = 0;
  for (const auto& each : figures.stages) {
    if (each.isPart) {
      EXPECT_TRUE(each.nanos.empty()) << "only the kernel knows";
      continue;
    }
    ++stages;
    EXPECT_EQ(each.nanos, std::vector<uint64_t>{10'000}) << each.title;
  }
  EXPECT_EQ(stages, std::size(kPoints) - 1);
}

TEST(TraceStages, AreNoneWithoutAllPointsInTheirOrder) {
  auto figures = emptyTrace();
  auto answer = tracedAnswer();
  answer.points.erase("supervisor.acquired");
  EXPECT_FALSE(noteTimes(answer, figures));
  answer = tracedAnswer();
  answer.points["supervisor.acquired"] = 1;
  EXPECT_FALSE(noteTimes(answer, figures));
  EXPECT_TRUE(figures.stages.front().nanos.empty());
}

TEST(TraceStages, TheWorkersPartsAreTheKernelsWord) {
  auto figures = emptyTrace();
  const std::vector<KernelEvent> events{
      {Kind::switchedIn, 150'000, 30},  // As it parked.
      {Kind::switchedIn, 182'000, 30}, {Kind::waking, 183'000, 20, 30},
      {Kind::switchedIn, 184'000, 20}, {Kind::switchedIn, 185'000, 30},
      {Kind::waking, 187'000, 20, 30}, {Kind::waking, 188'000, 20, 99},
      {Kind::waking, 195'000, 20, 30}};
  ASSERT_TRUE(noteSwitches(tracedAnswer(), kProcesses, events, figures));
  EXPECT_EQ(stage(figures, "wake-up of the worker").nanos, std::vector<uint64_t>{2'000});
  // Its output may wake the supervisor before: the last time counts.
  EXPECT_EQ(stage(figures, "run, until").nanos, std::vector<uint64_t>{5'000});
  EXPECT_EQ(stage(figures, "wake-up of the supervisor").nanos, std::vector<uint64_t>{3'000});
  EXPECT_FALSE(noteSwitches(tracedAnswer(), {10, 20, 31}, events, figures)) << "another's process";
}

TEST(TraceStages, CallsAreCountedWhereAndByWhomTheyWereMade) {
  auto figures = emptyTrace();
  const std::vector<KernelEvent> events{
      {Kind::systemCall, 50'000, 20, 0, 1},  {Kind::systemCall, 105'000, 10, 0, 0},
      {Kind::systemCall, 165'000, 20, 0, 1}, {Kind::systemCall, 185'000, 30, 0, 1},
      {Kind::systemCall, 186'000, 30, 0, 1}, {Kind::systemCall, 186'000, 99, 0, 1},
      {Kind::pageFault, 187'000, 30},        {Kind::pageFault, 187'000, 20},
      {Kind::systemCall, 900'000, 20, 0, 1}};
  ASSERT_TRUE(noteCalls(tracedAnswer(), kProcesses, events, figures));
  EXPECT_EQ(figures.counted, 1u);
  EXPECT_EQ(stage(figures, "request comes").gatewayCalls, 1u);
  EXPECT_EQ(stage(figures, "worker taken").supervisorCalls, 1u);
  EXPECT_EQ(stage(figures, "in the worker").workerCalls, 2u);
  EXPECT_EQ(stage(figures, "in the worker").workerFaults, 1u);
  uint64_t all = 0;
  for (const auto& each : figures.stages) {
    all += each.gatewayCalls + each.supervisorCalls + each.workerCalls;
  }
  EXPECT_EQ(all, 4u) << "what is before, after, or of somebody else";
  EXPECT_EQ(figures.callsOfProcess["worker"][1], 2u);
}

TEST(TraceReport, SaysWhatWasTracedAndWhatThatCosts) {
  Measurements measurements;
  EXPECT_TRUE(traceText(measurements).empty());
  measurements.trace = emptyTrace();
  auto& trace = *measurements.trace;
  trace.plain.nanos = {500'000};
  ASSERT_TRUE(noteTimes(tracedAnswer(), trace));
  trace.whyNoKernel = "tracefs: Operation not permitted";
  EXPECT_NE(traceText(measurements).find("Operation not permitted"), std::string::npos);
  trace.whyNoKernel.clear();
  trace.calls.nanos = {900'000};
  trace.callNames[1] = "write";
  ASSERT_TRUE(
      noteCalls(tracedAnswer(), kProcesses, {{Kind::systemCall, 185'000, 30, 0, 1}}, trace));
  const std::string text = traceText(measurements);
  EXPECT_NE(text.find("900 instead of 500 µs"), std::string::npos) << text;
  EXPECT_NE(text.find("worker: write 1.00"), std::string::npos) << text;
}

}  // namespace
}  // namespace brood::bench
