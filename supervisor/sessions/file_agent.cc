#include "supervisor/sessions/file_agent.h"

#include <errno.h>
#include <kj/debug.h>

#include <algorithm>
#include <cstring>

#include "base/plain_text.h"

namespace brood::supervisor {
namespace {

constexpr size_t kMostWaiting = 64;
constexpr size_t kPieceBytes = 64 * 1024;

kj::Array<kj::byte> encode(const FileQuestion& question) {
  auto message = kj::heapArray<kj::byte>(sizeof(FileRequest) + question.path.size() +
                                         question.otherPath.size() + question.content.size());
  kj::byte* end = message.begin();
  const auto add = [&end](const void* bytes, size_t count) {
    if (count > 0) std::memcpy(end, bytes, count);
    end += count;
  };
  add(&question.header, sizeof(FileRequest));
  add(question.path.data(), question.path.size());
  add(question.otherPath.data(), question.otherPath.size());
  add(question.content.begin(), question.content.size());
  return message;
}

struct Meaning {
  int errnoValue;
  rpc::RejectionKind kind;
  const char* code;
};
constexpr Meaning kMeanings[] = {
    {ENOENT, rpc::RejectionKind::NOT_FOUND, "file_not_found"},
    {ENOTDIR, rpc::RejectionKind::CONFLICT, "not_a_directory"},
    {EISDIR, rpc::RejectionKind::CONFLICT, "is_a_directory"},
    {EEXIST, rpc::RejectionKind::CONFLICT, "file_exists"},
    {ENOTEMPTY, rpc::RejectionKind::CONFLICT, "directory_not_empty"},
    {EACCES, rpc::RejectionKind::CONFLICT, "permission_denied"},
    {EPERM, rpc::RejectionKind::CONFLICT, "permission_denied"},
    {EROFS, rpc::RejectionKind::CONFLICT, "permission_denied"},
    {ENOSPC, rpc::RejectionKind::CONFLICT, "no_space"},
    {EDQUOT, rpc::RejectionKind::CONFLICT, "no_space"},
    {EFBIG, rpc::RejectionKind::CONFLICT, "no_space"},
    {ETXTBSY, rpc::RejectionKind::CONFLICT, "file_busy"},
    {EBUSY, rpc::RejectionKind::CONFLICT, "file_busy"},
    {EXDEV, rpc::RejectionKind::CONFLICT, "other_file_system"},
    {ENAMETOOLONG, rpc::RejectionKind::INVALID, "invalid_path"},
    {ELOOP, rpc::RejectionKind::INVALID, "invalid_path"},
    {EINVAL, rpc::RejectionKind::INVALID, "invalid_path"},
};

}  // namespace

RejectionInfo fileRejection(int errnoValue, const std::string& path) {
  const auto* found =
      std::find_if(std::begin(kMeanings), std::end(kMeanings),
                   [errnoValue](auto& meaning) { return meaning.errnoValue == errnoValue; });
  const bool isKnown = found != std::end(kMeanings);
  return {isKnown ? found->kind : rpc::RejectionKind::CONFLICT,
          isKnown ? found->code : "file_error", "path '" + path + "': " + ::strerror(errnoValue),
          "path", 0};
}

FileAgent::FileAgent(SessionGround& ground, NewWorker newWorker)
    : ground_(ground),
      newWorker_(std::move(newWorker)),
      last_(kj::Promise<void>(kj::READY_NOW).fork()) {}

kj::Promise<FileReplyOr> FileAgent::ask(FileQuestion question) {
  if (waiting_ >= kMostWaiting) {
    return FileReplyOr(RejectionInfo{
        rpc::RejectionKind::CONFLICT, "files_busy",
        std::to_string(waiting_) + " requests wait for the session's file agent", "", 1'000});
  }
  question.header.pathBytes = static_cast<uint32_t>(question.path.size());
  question.header.otherBytes = static_cast<uint32_t>(question.otherPath.size());
  question.header.contentBytes = question.content.size();
  ++waiting_;
  auto paf = kj::newPromiseAndFulfiller<FileReplyOr>();
  auto held = kj::heap(kj::mv(question));
  auto next = last_.addBranch()
                  .then([this, held = kj::mv(held)]() mutable {
                    auto& borrowed = *held;
                    return answer(borrowed).attach(kj::mv(held));
                  })
                  .then([this, fulfiller = kj::mv(paf.fulfiller)](FileReplyOr reply) mutable {
                    --waiting_;
                    fulfiller->fulfill(kj::mv(reply));
                  });
  last_ = next.eagerlyEvaluate(nullptr).fork();
  return kj::mv(paf.promise);
}

kj::Promise<FileReplyOr> FileAgent::answer(FileQuestion& question) {
  const auto bound = ground_.config.sessions.fileTimeoutMs * kj::MILLISECONDS;
  auto timedOut = ground_.clock.afterDelay(bound).then([this]() -> FileReplyOr {
    dropWorker();
    return RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "file_timeout",
                         "the session's file agent did not answer within " +
                             std::to_string(ground_.config.sessions.fileTimeoutMs) + " ms",
                         "", 1'000};
  });
  return whenReady()
      .then([this, &question]() { return exchange(question); })
      .catch_([this](kj::Exception&& why) -> FileReplyOr {
        dropWorker();
        return RejectionInfo{rpc::RejectionKind::UNAVAILABLE, "file_agent_lost", plainText(why), "",
                             1'000};
      })
      .exclusiveJoin(kj::mv(timedOut));
}

kj::Promise<void> FileAgent::whenReady() {
  KJ_REQUIRE(!isClosed_, "the session has ended");
  if (worker_.get() != nullptr && !worker_->exited()) return kj::READY_NOW;
  dropWorker();
  return newWorker_().then([this](kj::Own<SessionWorker> worker) {
    KJ_REQUIRE(!isClosed_, "the session has ended");
    worker_ = kj::mv(worker);
    number_ = 0;
  });
}

kj::Promise<FileReplyOr> FileAgent::exchange(FileQuestion& question) {
  question.header.number = ++number_;
  return worker_->channel().send(encode(question)).then([this, &question]() {
    return readReply(question);
  });
}

kj::Promise<FileReplyOr> FileAgent::readReply(FileQuestion& question) {
  auto* bytes = reinterpret_cast<kj::byte*>(&reply_);
  return readExactly(kj::arrayPtr(bytes, sizeof(reply_)))
      .then([this, &question]() -> kj::Promise<FileReplyOr> {
        KJ_REQUIRE(reply_.magic == FileReply::kMagic && reply_.number == number_,
                   "the file agent has answered something else");
        if (reply_.errnoValue != 0) {
          return FileReplyOr(fileRejection(reply_.errnoValue, question.path));
        }
        KJ_REQUIRE(reply_.contentBytes <= question.mostReplyBytes,
                   "the file agent has answered more than it was asked for");
        auto answer = kj::heap<FileAnswer>();
        answer->isCutOff = (reply_.flags & FileReply::kIsCutOff) != 0;
        auto& borrowed = *answer;
        return readContent(borrowed.content, reply_.contentBytes)
            .then([answer = kj::mv(answer)]() mutable { return FileReplyOr(kj::mv(*answer)); });
      });
}

kj::Promise<void> FileAgent::readExactly(kj::ArrayPtr<kj::byte> buffer) {
  if (buffer.size() == 0) return kj::READY_NOW;
  return worker_->channel().readSome(buffer).then([this, buffer](size_t count) mutable {
    KJ_REQUIRE(count > 0, "the file agent has ended");
    return readExactly(buffer.slice(count, buffer.size()));
  });
}

// Memory grows with what has come, whatever was announced.
kj::Promise<void> FileAgent::readContent(std::vector<kj::byte>& content, uint64_t bytesLeft) {
  if (bytesLeft == 0) return kj::READY_NOW;
  const size_t piece = std::min<uint64_t>(bytesLeft, kPieceBytes), before = content.size();
  content.resize(before + piece);
  return readExactly(kj::arrayPtr(content.data() + before, piece))
      .then(
          [this, &content, bytesLeft, piece]() { return readContent(content, bytesLeft - piece); });
}

void FileAgent::dropWorker() { worker_ = nullptr; }

void FileAgent::close() {
  isClosed_ = true;
  dropWorker();
}

}  // namespace brood::supervisor
