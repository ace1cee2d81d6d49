#include "supervisor/base/metrics.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

namespace brood::supervisor {
namespace {

class MetricsTest : public testing::Test {
 protected:
  void noteJob(const std::string& language, rpc::StartKind start, rpc::JobStatus status,
               uint64_t totalMicros) {
    metrics_.noteJob({language, start, status, 0, 100, totalMicros - 100, totalMicros});
  }
  bool has(const std::string& line) const {
    return prometheus::TextSerializer().Serialize(metrics_.collect()).find(line + "\n") !=
           std::string::npos;
  }

  Metrics metrics_;
};

TEST_F(MetricsTest, CountsJobsByLanguageStartAndStatus) {
  noteJob("python", rpc::StartKind::HOT, rpc::JobStatus::OK, 900);
  noteJob("python", rpc::StartKind::HOT, rpc::JobStatus::OK, 1'200);
  noteJob("python", rpc::StartKind::COLD, rpc::JobStatus::TIMEOUT, 10'000'000);
  EXPECT_TRUE(has(R"(brood_jobs_total{language="python",start="hot",status="ok"} 2)"));
  EXPECT_TRUE(has(R"(brood_jobs_total{language="python",start="cold",status="timeout"} 1)"));
}

TEST_F(MetricsTest, DurationsAreInSecondsAndCumulative) {
  noteJob("python", rpc::StartKind::HOT, rpc::JobStatus::OK, 900);
  noteJob("python", rpc::StartKind::HOT, rpc::JobStatus::OK, 1'200);
  const std::string series =
      R"(brood_job_duration_seconds_bucket{language="python",start="hot",le=)";
  EXPECT_TRUE(has(series + R"("0.00075"} 0)"));
  EXPECT_TRUE(has(series + R"("0.001"} 1)"));
  EXPECT_TRUE(has(series + R"("0.0015"} 2)"));
  EXPECT_TRUE(has(series + R"("+Inf"} 2)"));
  EXPECT_TRUE(has(R"(brood_job_phase_duration_seconds_count{language="python",)"
                  R"(phase="acquire",start="hot"} 2)"));
}

TEST_F(MetricsTest, CountsRefusalsByCode) {
  metrics_.noteRejection("overloaded");
  metrics_.noteRejection("overloaded");
  EXPECT_TRUE(has(R"(brood_rejections_total{code="overloaded"} 2)"));
}

TEST_F(MetricsTest, EveryStageHasASeriesFromTheStart) {
  for (const std::string stage : {"slot_build", "worker_fork", "worker_park", "slot_teardown"}) {
    EXPECT_TRUE(has("brood_stage_duration_seconds_count{stage=\"" + stage + "\"} 0")) << stage;
  }
  metrics_.noteStage(Stage::workerPark, 15'000);
  EXPECT_TRUE(has(R"(brood_stage_duration_seconds_bucket{stage="worker_park",le="0.025"} 1)"));
}

}  // namespace
}  // namespace brood::supervisor
