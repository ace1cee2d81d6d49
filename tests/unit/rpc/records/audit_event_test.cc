#include "rpc/records/audit_event.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood {
namespace {

AuditEvent throughAMessage(const AuditEvent& event) {
  capnp::MallocMessageBuilder message;
  auto builder = message.initRoot<rpc::AuditEvent>();
  writeEvent(event, builder);
  return readEvent(builder.asReader());
}

TEST(AuditEventTest, AMessageHasAllOfIt) {
  AuditEvent event;
  event.number = 1;
  event.time = 2;
  event.kind = "job";
  event.verdict = "ok";
  event.tenant = "acme";
  event.keyId = "k_1";
  event.requestId = std::string("a\0b\n", 4);
  event.peer = "127.0.0.1:1";
  event.jobId = "j_1";
  event.sessionId = "s_1";
  event.language = "python";
  event.profile = "default";
  event.codeSha256 = "00ff";
  event.detail = "detail";
  event.exitCode = -1;
  event.cpuMicros = 3;
  event.wallMicros = 4;
  event.peakMemoryBytes = 5;
  event.egressUpBytes = 6;
  event.egressDownBytes = 7;
  event.hosts = {"a:1", "b:2"};
  event.deniedHosts = {"c:3"};
  event.lost = 8;
  EXPECT_EQ(throughAMessage(event), event);
  EXPECT_EQ(throughAMessage(AuditEvent()), AuditEvent());
}

// The reader of a message knows who has written it.
TEST(AuditEventTest, TheWriterStaysAtHome) {
  AuditEvent event;
  event.writer = "g_1";
  EXPECT_EQ(throughAMessage(event).writer, "");
}

}  // namespace
}  // namespace brood
