#include "zygote/service/channel_cells.h"

#include <kj/debug.h>

#include <cstring>

#include "zygote/service/cell_input.h"

namespace brood::zygote {
namespace {

// Larger than any cell that the supervisor admits: a guard against a stream out of step.
constexpr uint64_t kMaxCellBytes = 256u << 20;

}  // namespace

kj::Maybe<const CellOrder&> ChannelCells::take() {
  CellHeader header;
  if (!reader_.read(kj::arrayPtr(reinterpret_cast<kj::byte*>(&header), sizeof(header)))) {
    return nullptr;
  }
  KJ_REQUIRE(header.magic == CellHeader::kMagic, "not the header of a cell");
  readPayload(header);
  order_.number = header.number;
  order_.shows = header.resultCount > 1;
  if (header.resultCount > 0) {
    results_.open(channelFd_, {.count = header.resultCount,
                               .bytes = header.resultBytes,
                               .totalBytes = header.resultTotalBytes,
                               .acknowledged = acknowledged_,
                               .keepsOneForError = true});
    order_.results = &results_;
  } else {
    order_.results = nullptr;
  }
  return order_;
}

void ChannelCells::readPayload(const CellHeader& header) {
  const uint64_t size = uint64_t{header.codeBytes} + header.stdinBytes + header.envBytes;
  KJ_REQUIRE(size <= kMaxCellBytes, "impossible length of a cell", size);
  payload_ = kj::heapArray<kj::byte>(static_cast<size_t>(size));
  KJ_REQUIRE(size == 0 || reader_.read(payload_), "the channel ended within a cell");
  const size_t inputEnd = size_t{header.codeBytes} + header.stdinBytes;
  order_.code = payload_.slice(0, header.codeBytes);
  splitVariables(payload_.slice(inputEnd, payload_.size()));
  order_.input = payload_.slice(header.codeBytes, inputEnd);
  const bool isEmpty = order_.input.size() == 0;
  if (!isEmpty || !isInputEmpty_) placeCellInput(order_.input);
  isInputEmpty_ = isEmpty;
}

void ChannelCells::splitVariables(kj::ArrayPtr<const kj::byte> bytes) {
  words_.clear();
  env_.clear();
  for (size_t begin = 0; begin < bytes.size();) {
    const auto* start = bytes.begin() + begin;
    const auto* end = static_cast<const kj::byte*>(std::memchr(start, '\0', bytes.size() - begin));
    KJ_REQUIRE(end != nullptr, "a cell's variable without an end");
    const kj::StringPtr text(reinterpret_cast<const char*>(start),
                             static_cast<size_t>(end - start));
    const size_t equals = KJ_REQUIRE_NONNULL(text.findFirst('='), "a cell's variable has no value");
    words_.add(kj::heapString(text.begin(), equals));
    env_.add(JobEnvVar{words_.back(), text.slice(equals + 1)});
    begin += text.size() + 1;
  }
  order_.env = env_;
}

void ChannelCells::done(int exitCode) {
  if (::getpid() != owner_) return;
  results_.close();
  WorkerFrame frame;
  frame.kind = WorkerFrameKind::cellDone;
  frame.exitCode = exitCode & 0xff;
  frame.layers = order_.number;
  settleOwnCpuTime();
  sendWorkerFrame(channelFd_, frame);
}

}  // namespace brood::zygote
