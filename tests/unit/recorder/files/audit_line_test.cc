#include "recorder/files/audit_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace brood::recorder {
namespace {

AuditEvent example() {
  AuditEvent event;
  event.writer = "g_1";
  event.number = 7;
  event.time = 1'795'933'191'042;
  event.kind = "job";
  event.verdict = "ok";
  event.tenant = "acme";
  return event;
}

TEST(AuditLineTest, IsOneLineOfJson) {
  EXPECT_EQ(auditLine(example()),
            "{\"time\":\"2026-11-29T06:19:51.042Z\",\"writer\":\"g_1\",\"number\":7,"
            "\"kind\":\"job\",\"verdict\":\"ok\",\"tenant\":\"acme\"}\n");
}

// A client may send any bytes, in any field.
TEST(AuditLineTest, NothingBreaksALineOrAField) {
  std::string everything;
  for (int c = 0; c < 256; ++c) everything += static_cast<char>(c);
  const std::string attempts[] = {everything,
                                  "\",\"verdict\":\"ok",
                                  "\n{\"kind\":\"job\"}",
                                  "\r",
                                  "\x1b[2J",
                                  "\xe2\x80\xa8",
                                  "\xc0\xaf",
                                  std::string("\0nul", 4),
                                  "\\",
                                  "\\u000a",
                                  "</script>"};
  std::string AuditEvent::*const fields[] = {
      &AuditEvent::verdict, &AuditEvent::requestId, &AuditEvent::peer,    &AuditEvent::jobId,
      &AuditEvent::kind,    &AuditEvent::language,  &AuditEvent::profile, &AuditEvent::detail,
      &AuditEvent::tenant,  &AuditEvent::keyId,     &AuditEvent::writer,  &AuditEvent::codeSha256};
  for (const auto& attempt : attempts) {
    for (const auto field : fields) {
      AuditEvent event = example();
      event.*field = attempt;
      event.hosts = {attempt};
      const std::string line = auditLine(event);
      for (size_t i = 0; i + 1 < line.size(); ++i) {
        ASSERT_TRUE(line[i] >= ' ' && line[i] < 0x7f) << line;
      }
      ASSERT_EQ(line.back(), '\n');
      const auto parsed = nlohmann::json::parse(line);
      // As many members as there are, whatever one of them says.
      ASSERT_LE(parsed.size(), 8u) << line;
      ASSERT_EQ(parsed["number"], 7);
    }
  }
}

TEST(AuditLineTest, LongTextIsCut) {
  AuditEvent event = example();
  event.requestId = std::string(1u << 20, 'a');
  event.hosts.assign(10'000, "host:443");
  EXPECT_LT(auditLine(event).size(), 8192u);
}

TEST(AuditLineTest, HasWhatWasUsed) {
  AuditEvent event = example();
  event.exitCode = 0;
  event.cpuMicros = 12;
  event.hosts = {"pypi.org:443"};
  event.deniedHosts = {"10.0.0.1:80"};
  const auto parsed = nlohmann::json::parse(auditLine(event));
  EXPECT_EQ(parsed["exit_code"], 0);
  EXPECT_EQ(parsed["cpu_micros"], 12);
  EXPECT_EQ(parsed["hosts"][0], "pypi.org:443");
  EXPECT_EQ(parsed["denied_hosts"][0], "10.0.0.1:80");
}

}  // namespace
}  // namespace brood::recorder
