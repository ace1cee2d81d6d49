#pragma once
// Bytes both ways between two streams, until both ends are done.

#include <kj/async-io.h>
#include <kj/timer.h>

#include <functional>
#include <string>

namespace brood::egress {

enum class Direction { up, down };

// Told of each piece before it is passed on: up is from the job. Rejects when no more may pass; a
// promise that takes its time holds back what comes after.
class PassageMeter {
 public:
  virtual kj::Promise<void> pass(Direction direction, size_t bytes) = 0;

 protected:
  ~PassageMeter() = default;
};

// Notices that nothing has passed for too long.
class SilenceWatch {
 public:
  // 0: never. The timer is borrowed.
  SilenceWatch(kj::Timer& timer, kj::Duration longest)
      : timer_(timer), longest_(longest), last_(timer.now()) {}
  KJ_DISALLOW_COPY(SilenceWatch);

  void notePassage() { last_ = timer_.now(); }
  kj::Promise<void> whenSilent();

 private:
  kj::Timer& timer_;
  const kj::Duration longest_;
  kj::TimePoint last_;
};

// A piece is written as soon as it has been read, and the next one is read when that is done, so
// nothing is held and a slow reader slows the writer down. One end that is done sending leaves the
// other way open. A tunnel in which nothing passes for too long ends.
class Tunnel {
 public:
  // All borrowed.
  Tunnel(kj::AsyncIoStream& job, kj::AsyncIoStream& server, PassageMeter& meter,
         SilenceWatch& silence);
  KJ_DISALLOW_COPY(Tunnel);

  // From the server to the job. Once.
  void openDown();
  // Bytes that have been read from the job already go first. Once.
  void openUp(std::string first);
  // Resolves when the tunnel has ended, however. The tunnel may be destroyed at any time.
  kj::Promise<void> whenEnded();

 private:
  struct Way {
    kj::AsyncIoStream& from;
    kj::AsyncIoStream& to;
    Direction direction;
    kj::Array<kj::byte> buffer;
    kj::Promise<void> pump = nullptr;
  };

  kj::Promise<void> passFirst(std::string first);
  kj::Promise<void> pump(Way& way, size_t wanted);
  void run(Way& way, kj::Promise<void> passing);

  PassageMeter& meter_;
  SilenceWatch& silence_;
  Way up_, down_;
  int open_ = 2;
  kj::PromiseFulfillerPair<void> ended_ = kj::newPromiseAndFulfiller<void>();
};

}  // namespace brood::egress
