#include "recorder/recorder_metrics.h"

#include <gtest/gtest.h>

#include "tests/unit/recorder/temporary_folder.h"

namespace brood::recorder {
namespace {

TEST(RecorderMetricsTest, HasWhatThereIs) {
  EXPECT_EQ(recorderMetrics(nullptr, nullptr, nullptr, 0), "");
  TemporaryFolder folder;
  AuditLog audit({folder / "audit", AuditSync::never, AuditOnFailure::refuse});
  audit.append({AuditEvent(), AuditEvent()});
  const std::string text = recorderMetrics(&audit, nullptr, nullptr, 0);
  EXPECT_NE(text.find("brood_audit_lines_total 2\n"), std::string::npos);
  EXPECT_NE(text.find("brood_audit_failing 0\n"), std::string::npos);
  EXPECT_EQ(text.find("supabase"), std::string::npos);
}

}  // namespace
}  // namespace brood::recorder
