#pragma once
// A process that a session has been asked to start: a program of any language, with its input kept
// open if that is wanted, watched until it ends or left in the background.

#include <kj/async.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rpc/calls/sessions.capnp.h"
#include "supervisor/base/rejection.h"
#include "supervisor/cells/session_ground.h"
#include "supervisor/jobs/verdict.h"
#include "supervisor/sessions/output_ring.h"

namespace brood::supervisor {

struct CommandOrder {
  std::vector<std::string> argv;
  std::string folder, tag;
  std::vector<std::pair<std::string, std::string>> environment;
  std::string input;
  bool keepsInputOpen = false, isBackground = false;
  uint16_t rows = 0, columns = 0;
  uint64_t timeoutMs = 0;  // 0: none.
  kj::Maybe<rpc::OutputSink::Client> sink;
};

class Command {
 public:
  // The ground is borrowed.
  Command(SessionGround& ground, std::string id, CommandOrder order, const JobLimits& limits);
  ~Command() noexcept(false);
  KJ_DISALLOW_COPY(Command);

  const std::string& id() const { return id_; }
  const CommandOrder& order() const { return order_; }
  int64_t startedUnixMs() const { return startedUnixMs_; }
  bool isRunning() const { return !hasEnded_; }
  const JobFacts& facts() const { return facts_; }
  const Verdict& verdict() const { return verdict_; }
  // What of its output was for the caller, and has not gone to a sink.
  const std::string& stdout() const { return streams_[0].kept; }
  const std::string& stderr() const { return streams_[1].kept; }
  bool stdoutTruncated() const { return streams_[0].isOver; }
  bool stderrTruncated() const { return streams_[1].isOver; }

  // The worker has got its opening: it is the program from here on.
  void begin(kj::Own<SessionWorker> worker);
  kj::Promise<void> whenEnded() { return ended_.addBranch(); }
  // There never was a worker for it.
  void fail(std::string why);
  void end(EndCause cause);
  void noteDeniedCall(const std::string& name);
  void signal(int number);
  // Resolves when the program's pipe has taken it.
  kj::Promise<kj::Maybe<RejectionInfo>> writeInput(kj::Array<kj::byte> data, bool thenClose);
  // What is kept of its output, and then what comes, until its end.
  kj::Promise<kj::Maybe<RejectionInfo>> follow(rpc::CommandSink::Client sink);
  kj::Maybe<SessionWorker&> worker();

 private:
  struct Stream {
    explicit Stream(rpc::OutputStream of) : name(of) {}

    const rpc::OutputStream name;
    std::string kept;
    uint64_t bytes = 0;
    bool isOver = false;
    kj::Promise<void> pumping = nullptr;
  };

  int fdOf(const Stream& stream);
  UvFdObserver& observerOf(const Stream& stream);
  kj::Promise<void> pump(Stream& stream);
  enum class Read { some, nothing, end };
  Read readOnce(Stream& stream, kj::Promise<void>& taken);
  kj::Promise<void> take(Stream& stream, kj::ArrayPtr<const kj::byte> bytes);
  void drain(Stream& stream);
  kj::Promise<void> run();
  kj::Promise<void> write(kj::Array<kj::byte> data);
  kj::Promise<kj::Maybe<RejectionInfo>> followFrom(std::shared_ptr<rpc::CommandSink::Client> sink,
                                                   uint64_t number);
  void conclude();

  SessionGround& ground_;
  const std::string id_;
  CommandOrder order_;
  const int64_t startedUnixMs_;
  Stream streams_[2] = {Stream(rpc::OutputStream::STDOUT), Stream(rpc::OutputStream::STDERR)};
  OutputRing ring_;
  kj::Own<SessionWorker> worker_;
  kj::TimePoint startedAt_;
  std::optional<EndCause> wish_;
  bool hasEnded_ = false;
  size_t inputWaiting_ = 0;
  JobFacts facts_;
  Verdict verdict_;
  kj::Own<kj::PromiseFulfiller<void>> tellEnded_;
  kj::ForkedPromise<void> ended_;
  kj::ForkedPromise<void> writing_;
  kj::Vector<kj::Promise<void>> drained_;  // On its way to the sink.
  kj::Promise<void> running_ = nullptr, clock_ = nullptr, leaving_ = nullptr;
};

}  // namespace brood::supervisor
