#include "zygote/service/file_agent.h"

#include <errno.h>
#include <kj/debug.h>
#include <limits.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace brood::zygote {
namespace {

// Longer than any path that the kernel takes: a guard against a stream out of step.
constexpr uint32_t kMaxPathBytes = 1 << 16;
constexpr size_t kPieceBytes = 256 << 10;

int writeAll(int fd, kj::ArrayPtr<const kj::byte> bytes) {
  while (bytes.size() > 0) {
    const ssize_t count = ::write(fd, bytes.begin(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  }
  return 0;
}

}  // namespace

void FileAgent::serve() {
  KJ_SYSCALL(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  while (serveOne()) {
  }
}

bool FileAgent::serveOne() {
  FileRequest request;
  if (!reader_.read(kj::arrayPtr(reinterpret_cast<kj::byte*>(&request), sizeof(request)))) {
    return false;
  }
  KJ_REQUIRE(request.magic == FileRequest::kMagic, "not a request for a file");
  KJ_REQUIRE(request.pathBytes <= kMaxPathBytes && request.otherBytes <= kMaxPathBytes,
             "impossible length of a path", request.pathBytes, request.otherBytes);
  auto path = kj::heapString(request.pathBytes);
  auto other = kj::heapString(request.otherBytes);
  for (auto* text : {&path, &other}) {
    KJ_REQUIRE(text->size() == 0 || reader_.read(text->asBytes()), "the channel ended in a path");
  }
  send(request, answer(request, path, other));
  return true;
}

FileAnswer FileAgent::answer(const FileRequest& request, kj::StringPtr path, kj::StringPtr other) {
  if (request.order == FileOrder::write) return write(request, path);
  KJ_REQUIRE(request.contentBytes == 0, "a content that nobody reads");
  if (std::strlen(path.cStr()) != path.size() || std::strlen(other.cStr()) != other.size()) {
    return FileAnswer::failed(EINVAL);
  }
  switch (request.order) {
    case FileOrder::read:
      return orders_.read(path, request.offset, request.length);
    case FileOrder::stat:
      return orders_.stat(path);
    case FileOrder::list:
      return orders_.list(path, request.depth, request.length);
    case FileOrder::makeFolder:
      return orders_.makeFolder(path);
    case FileOrder::move:
      return orders_.move(path, other);
    case FileOrder::remove:
      return orders_.remove(path);
    case FileOrder::write:
      break;
  }
  return FileAnswer::failed(ENOSYS);
}

FileAnswer FileAgent::write(const FileRequest& request, kj::StringPtr path) {
  int error = EINVAL;
  OwnedFd file;
  if (std::strlen(path.cStr()) == path.size()) {
    file = orders_.openToWrite(path, request.flags, request.mode, request.offset, error);
  }
  kj::Vector<kj::byte> piece;
  for (uint64_t left = request.contentBytes; left > 0;) {
    piece.resize(std::min<uint64_t>(left, kPieceBytes));
    KJ_REQUIRE(reader_.read(piece), "the channel ended within a content");
    left -= piece.size();
    if (error == 0) error = writeAll(file.get(), piece);
  }
  return FileAnswer::failed(error);
}

void FileAgent::send(const FileRequest& request, const FileAnswer& answer) const {
  FileReply reply;
  reply.number = request.number;
  reply.errnoValue = answer.errnoValue;
  if (answer.errnoValue == 0) {
    reply.flags = answer.flags;
    reply.contentBytes = answer.content.size();
  }
  sendAll(channelFd_, kj::arrayPtr(reinterpret_cast<const kj::byte*>(&reply), sizeof(reply)));
  if (answer.errnoValue == 0) sendAll(channelFd_, answer.content);
}

}  // namespace brood::zygote
