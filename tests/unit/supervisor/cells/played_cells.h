#pragma once
// A worker of a session that the test plays, in a sandbox that outlives it.

#include <kj/timer.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "rpc/wire/cell_frames.h"
#include "supervisor/cells/cell_message.h"
#include "supervisor/cells/context.h"
#include "tests/unit/supervisor/sandboxes/played_worker.h"

namespace brood::supervisor {

// Of a sandbox that is kept for others.
class KeepingHost final : public SandboxOwner {
 public:
  void retire(kj::Own<Sandbox>) override {}
};

struct PlayedCells {
  explicit PlayedCells(UvAsyncIo& io) : io(io), stage(io), played(stage.newWorker()) {
    sandbox.emplace(played.handle->passOnSandbox(host));
    ground.reset(new SessionGround{timer, config, **sandbox});
    worker = kj::heap<SessionWorker>(ground->roster, kj::mv(played.handle));
  }

  // As a worker says it.
  void sayDone(uint32_t number, int exitCode = 0) const {
    WorkerFrame frame;
    frame.kind = WorkerFrameKind::cellDone;
    frame.exitCode = exitCode;
    frame.layers = number;
    sendBytes(&frame, sizeof(frame));
  }
  void sayResult(const std::string& mime, const std::string& data) const {
    WorkerResultHeader header;
    header.mimeBytes = static_cast<uint16_t>(mime.size());
    header.dataBytes = data.size();
    sendBytes(&header, sizeof(header));
    sendBytes(mime.data(), mime.size());
    sendBytes(data.data(), data.size());
  }
  void sendBytes(const void* bytes, size_t count) const {
    ASSERT_EQ(::send(played.channel.get(), bytes, count, MSG_NOSIGNAL),
              static_cast<ssize_t>(count));
  }
  // The next cell that has come down the channel; its code is kept.
  CellHeader nextCell() {
    CellHeader header;
    EXPECT_EQ(::recv(played.channel.get(), &header, sizeof(header), MSG_DONTWAIT),
              static_cast<ssize_t>(sizeof(header)));
    EXPECT_EQ(header.magic, CellHeader::kMagic);
    code.resize(header.codeBytes);
    EXPECT_EQ(::recv(played.channel.get(), code.data(), code.size(), MSG_DONTWAIT),
              static_cast<ssize_t>(code.size()));
    return header;
  }
  CellOrder order(const char* text = "x") const {
    CellOrder order;
    order.id = "cell";
    order.limits.wallTimeMs = order.limits.cpuTimeMs = 3'600'000;
    order.limits.memoryBytes = 1 << 30;
    order.limits.outputBytes = 1000;
    order.results = resultsOfCell(config.results, order.isRich);
    order.message = encodeCell({kj::StringPtr(text).asBytes(), nullptr, {}}, order.results);
    return order;
  }
  void turnClock(kj::Duration by) {
    timer.advanceTo(timer.now() + by);
    io.waitScope().poll();
  }

  UvAsyncIo& io;
  kj::TimerImpl timer{kj::origin<kj::TimePoint>()};
  Config config;
  Players stage;
  KeepingHost host;
  PlayedWorker played;
  std::optional<SlotLease> sandbox;
  std::unique_ptr<SessionGround> ground;
  kj::Own<SessionWorker> worker;
  std::string code;
};

}  // namespace brood::supervisor
