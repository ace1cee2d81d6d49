#include "zygote/worker/channel_results.h"

#include <errno.h>
#include <sys/socket.h>

#include "rpc/wire/worker_frames.h"

namespace brood::zygote {
namespace {

// False when whoever could be told is gone.
bool sendAll(int fd, kj::ArrayPtr<const kj::byte> bytes) {
  while (bytes.size() > 0) {
    const ssize_t count = ::send(fd, bytes.begin(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  }
  return true;
}

void awaitAcknowledgement(int fd) {
  char word;
  while (::read(fd, &word, sizeof(word)) < 0 && errno == EINTR) {
  }
}

bool sendHeader(int fd, const WorkerResultHeader& header) {
  return sendAll(fd, kj::arrayPtr(reinterpret_cast<const kj::byte*>(&header), sizeof(header)));
}

}  // namespace

void ChannelResults::add(uint32_t object, kj::StringPtr mime, kj::ArrayPtr<const kj::byte> data) {
  if (::getpid() != owner_) return;
  const bool fits = count_ < limits_.getCount() && data.size() <= limits_.getBytes() &&
                    data.size() <= limits_.getTotalBytes() - totalBytes_ && mime.size() > 0 &&
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
  if (isSent && limits_.getAcknowledged()) awaitAcknowledgement(channelFd_);
}

}  // namespace brood::zygote
