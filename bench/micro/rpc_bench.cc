// A call and its answer over Cap'n Proto and KJ on libuv, between two processes. Floor: one byte
// over the same kind of socket, across CPUs.

#include <capnp/rpc-twoparty.h>
#include <unistd.h>

#include "bench/floors/affinity.h"
#include "bench/floors/helper_process.h"
#include "bench/floors/ping_pong.h"
#include "bench/micro/against_floor.h"
#include "bench/model/clock.h"
#include "rpc/calls/supervisor.capnp.h"
#include "rpc/loop/uv_io.h"

namespace brood::bench {
namespace {

class IdleSupervisor final : public rpc::Supervisor::Server {
 protected:
  kj::Promise<void> status(StatusContext context) override {
    context.getResults().initStatus().setReady(true);
    return kj::READY_NOW;
  }
};

kj::Own<kj::AsyncIoStream> wrap(UvAsyncIo& io, int fd) {
  using Flags = kj::LowLevelAsyncIoProvider::Flags;
  return io.lowLevel().wrapSocketFd(fd, Flags::ALREADY_CLOEXEC);
}

void serve(int fd, int cpu) {
  pinToCpu(cpu);
  UvAsyncIo io;
  auto stream = wrap(io, fd);
  capnp::TwoPartyClient connection(*stream, kj::heap<IdleSupervisor>(),
                                   capnp::rpc::twoparty::Side::SERVER);
  connection.onDisconnect().wait(io.waitScope());
}

void rpcRoundTrip(benchmark::State& state) {
  auto floor = acrossCpus();
  HelperProcess server([cpu = floor.peerCpu()](int fd) { serve(fd, cpu); });
  PinnedToCpu pinned(floor.ourCpu());
  UvAsyncIo io;
  auto stream = wrap(io, server.fd());
  capnp::TwoPartyClient connection(*stream);
  auto supervisor = connection.bootstrap().castAs<rpc::Supervisor>();
  AgainstFloor result(state, [&] { return floor.roundTrip(); });
  for (auto _ : state) {
    uint64_t start = nowNanos();
    auto response = supervisor.statusRequest().send().wait(io.waitScope());
    benchmark::DoNotOptimize(response.getStatus().getReady());
    result.add(nowNanos() - start);
  }
  result.report();
}
BENCHMARK(rpcRoundTrip)
    ->Name("rpc_round_trip/across_cpus")
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace brood::bench
