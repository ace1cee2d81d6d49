#pragma once
// The supervisor's end of a session's file agent: one request after the other, each with a
// deadline.
//
// The agent lives among the session's programs and may be under their hands: a reply that is not
// what was asked for ends it, and the next request gets another.

#include <kj/async.h>
#include <kj/one-of.h>

#include <functional>
#include <string>
#include <vector>

#include "rpc/wire/file_frames.h"
#include "supervisor/base/rejection.h"
#include "supervisor/cells/session_ground.h"

namespace brood::supervisor {

struct FileQuestion {
  FileRequest header;  // Its lengths are filled in.
  std::string path, otherPath;
  kj::Array<kj::byte> content;
  uint64_t mostReplyBytes = 0;
};

struct FileAnswer {
  std::vector<kj::byte> content;
  bool isCutOff = false;
};
using FileReplyOr = kj::OneOf<FileAnswer, RejectionInfo>;

class FileAgent {
 public:
  using NewWorker = std::function<kj::Promise<kj::Own<SessionWorker>>()>;

  // The ground is borrowed.
  FileAgent(SessionGround& ground, NewWorker newWorker);
  KJ_DISALLOW_COPY(FileAgent);

  // In the order in which they come. To drop the promise does not stop a request that has begun.
  kj::Promise<FileReplyOr> ask(FileQuestion question);
  size_t waiting() const { return waiting_; }
  // It is gone, and all who wait are told so.
  void close();

 private:
  kj::Promise<FileReplyOr> answer(FileQuestion& question);
  kj::Promise<void> whenReady();
  kj::Promise<FileReplyOr> exchange(FileQuestion& question);
  kj::Promise<FileReplyOr> readReply(FileQuestion& question);
  kj::Promise<void> readExactly(kj::ArrayPtr<kj::byte> buffer);
  kj::Promise<void> readContent(std::vector<kj::byte>& content, uint64_t bytesLeft);
  void dropWorker();

  SessionGround& ground_;
  const NewWorker newWorker_;
  kj::Own<SessionWorker> worker_;
  uint32_t number_ = 0;
  size_t waiting_ = 0;
  bool isClosed_ = false;
  FileReply reply_;
  kj::ForkedPromise<void> last_;
};

// What the agent's errno means to the caller.
RejectionInfo fileRejection(int errnoValue, const std::string& path);

}  // namespace brood::supervisor
