#pragma once
// The gateway's connection to the recorder: what has happened goes out, keys and usage come in.

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <kj/timer.h>
#include <spdlog/logger.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "rpc/calls/recorder.capnp.h"
#include "rpc/records/audit_event.h"
#include "rpc/records/trace_span.h"

namespace brood::gateway {

struct RecorderSettings {
  std::string socketPath;
  bool wantsEvents = false;  // There is an audit log, or Supabase.
  bool wantsSpans = false;
  bool wantsFiles = false;
  // Where events cannot be kept, no job is to be started; else they are lost and counted.
  bool refusesWithout = false;
  // A job is started once it has been kept that it will be.
  bool writesAhead = false;
  size_t maxEvents = 65'536;  // Not kept yet.
  size_t maxSpans = 8'192;
  uint64_t maxFileBytes = 64ull << 20;
  // How long to wait for more to go along.
  kj::Duration linger = 50 * kj::MILLISECONDS;
};

// Keeps what it is told in memory until the recorder has kept it, connects again whenever the
// connection is lost, and sends again what the recorder may not have had: it knows by the numbers
// what it has had. Nothing of this is on a job's way, unless `writesAhead`.
class RecorderLink {
 public:
  struct Callbacks {
    // The text of a key file that has been found good.
    std::function<void(std::string_view)> onKeys;
    // PEM: a certificate's chain, its key, and the authorities of clients' certificates.
    std::function<void(const std::string&, const std::string&, const std::string&)> onCertificate;
    // Usage as it was when this gateway, or one before it, was last heard of.
    std::function<void(std::string_view)> onUsage;
    // Returns usage that is to be told; empty if there is nothing new.
    std::function<std::string()> newUsage;
  };

  // All borrowed but settings and callbacks.
  RecorderLink(kj::Network& network, kj::Timer& timer, RecorderSettings settings,
               Callbacks callbacks, spdlog::logger& logger);
  ~RecorderLink() noexcept(false);
  KJ_DISALLOW_COPY(RecorderLink);

  const RecorderSettings& settings() const { return settings_; }
  // The number is filled in.
  void note(AuditEvent event);
  void note(std::vector<TraceSpan> spans);
  void noteFile(std::string path, std::string content);

  // False while a job that was started might not be written down.
  bool mayWork() const;
  // Why not, for people.
  const std::string& problem() const { return problem_; }
  // Resolves when all that has been noted so far has been kept.
  kj::Promise<void> whenKept();
  kj::Maybe<rpc::Recorder::Client> recorder();

  uint64_t eventsLost() const { return eventsLost_; }

 private:
  struct Session;
  class Reader;
  struct File {
    std::string path;
    std::string content;
  };
  struct Waiter {
    uint64_t number;
    kj::Own<kj::PromiseFulfiller<void>> fulfiller;
  };
  struct BatchSize {
    size_t events, spans, files;
    bool hasUsage;
  };

  kj::Promise<void> keepConnected();
  kj::Promise<void> connect();
  kj::Promise<void> attach();
  kj::Promise<void> sendOn();
  kj::Promise<void> whenThereIsMore();
  kj::Promise<void> sendBatch();
  BatchSize fill(rpc::RecordBatch::Builder batch);
  void forget(const BatchSize& size);
  void forgetUpTo(uint64_t number);
  // Ends the wait for something to send; a wait for more to go along only if it is urgent.
  void wake(bool isUrgent = false);
  bool hasWork() const { return !events_.empty() || !spans_.empty() || !files_.empty(); }

  kj::Network& network_;
  kj::Timer& timer_;
  const RecorderSettings settings_;
  const Callbacks callbacks_;
  spdlog::logger& logger_;
  const std::string writer_;  // A name that no other gateway has or had.
  uint64_t lastNumber_ = 0;
  std::deque<AuditEvent> events_;
  std::deque<TraceSpan> spans_;
  std::deque<File> files_;
  uint64_t fileBytes_ = 0;
  uint64_t spansDropped_ = 0;
  uint64_t eventsLost_ = 0;
  uint64_t lossToTell_ = 0;
  std::string pendingUsage_;
  std::string problem_;  // Why the last batch was not kept.
  std::vector<Waiter> waiters_;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> sleeper_;
  bool isLingering_ = false;
  kj::Duration pause_;
  bool complained_ = false;
  kj::Maybe<kj::Own<Session>> session_;
  kj::Promise<void> running_ = nullptr;
};

}  // namespace brood::gateway
