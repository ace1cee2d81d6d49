#include "zygote/service/channel_results.h"

#include <errno.h>

#include "rpc/wire/cell_frames.h"
#include "rpc/wire/worker_frames.h"
#include "zygote/service/channel.h"

namespace brood::zygote {
namespace {

void awaitAcknowledgement(int fd) {
  char word;
  while (::read(fd, &word, sizeof(word)) < 0 && errno == EINTR) {
  }
}

bool sendHeader(int fd, const WorkerResultHeader& header) {
  return sendAll(fd, kj::arrayPtr(reinterpret_cast<const kj::byte*>(&header), sizeof(header)));
}

}  // namespace

ResultBudget ResultBudget::from(wire::ResultLimits::Reader limits) {
  return {.count = limits.getCount(),
          .bytes = limits.getBytes(),
          .totalBytes = limits.getTotalBytes(),
          .acknowledged = limits.getAcknowledged()};
}

void ChannelResults::add(uint32_t object, kj::StringPtr mime, kj::ArrayPtr<const kj::byte> data) {
  if (::getpid() != owner_) return;
  const bool keepsOne = limits_.keepsOneForError && mime != kCellErrorMime;
  const bool fits = count_ + (keepsOne ? 1 : 0) < limits_.count && data.size() <= limits_.bytes &&
                    data.size() <= limits_.totalBytes - totalBytes_ && mime.size() > 0 &&
                    mime.size() <= kMaxMimeBytes;
  WorkerResultHeader header;
  if (!fits) {
    if (!saidTruncated_) sendHeader(channelFd_, header);
    saidTruncated_ = true;
    return;
  }
  ++count_;
  totalBytes_ += data.size();
  header.mimeBytes = static_cast<uint16_t>(mime.size());
  header.object = object;
  header.dataBytes = data.size();
  const bool isSent = sendHeader(channelFd_, header) && sendAll(channelFd_, mime.asBytes()) &&
                      sendAll(channelFd_, data);
  if (isSent && limits_.acknowledged) awaitAcknowledgement(channelFd_);
}

}  // namespace brood::zygote
