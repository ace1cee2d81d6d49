#pragma once
// Waiting until a system has done its background work: parked its workers, torn down its slots.

#include "bench/system/interrupt.h"
#include "cli/client/supervisor_client.h"

namespace brood::bench {

class PoolWatch {
 public:
  PoolWatch(UvAsyncIo& io, const std::string& socketPath, const Interrupt& interrupt)
      : io_(io), client_(io, socketPath), interrupt_(interrupt) {}

  // Every profile has been ready once.
  void waitReady();
  // Nothing is running, starting or being torn down, and Python's pool is full. False if that was
  // not so within `patience`, as on a system that others use too.
  bool waitAtRest(kj::Duration patience);
  // And nothing is kept from a moment ago.
  bool waitIdle(kj::Duration patience);
  // One status() call, in nanoseconds.
  uint64_t roundTrip();
  // The zygote of the default profile; 0 if there is none.
  pid_t pythonZygote();
  pid_t supervisor();
  // "namespaces, cgroup v1"
  std::string isolationText();

 private:
  bool isAtRest(rpc::Status::Reader status) const;
  template <typename Condition>
  bool poll(kj::Duration patience, Condition&& condition);

  UvAsyncIo& io_;
  cli::SupervisorClient client_;
  const Interrupt& interrupt_;
};

}  // namespace brood::bench
