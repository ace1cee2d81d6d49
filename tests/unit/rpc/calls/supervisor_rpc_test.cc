// Two-party RPC over the supervisor's own schema, both ends on libuv.
#include <capnp/rpc-twoparty.h>
#include <capnp/serialize.h>
#include <signal.h>
#include <sys/wait.h>

#include <cstring>
#include <thread>

#include "rpc/calls/cancellation.h"
#include "rpc/calls/supervisor.capnp.h"
#include "rpc/wire/fd_passing.h"
#include "tests/unit/rpc/loop/uv_test.h"

namespace brood {
namespace {

using Rpc = UvTest;
using Type = kj::Exception::Type;

using JobContext = capnp::CallContext<rpc::Supervisor::RunParams, rpc::Supervisor::RunResults>;

// A test sets run(); the other methods answer empty.
class FakeSupervisor final : public rpc::Supervisor::Server {
 public:
  using Run = kj::Function<kj::Promise<void>(JobContext)>;
  explicit FakeSupervisor(Run run) : run_(kj::mv(run)) {}

 protected:
  kj::Promise<void> run(RunContext context) override {
    allowCancellation(context);
    return run_(context);
  }
  kj::Promise<void> status(StatusContext context) override {
    context.getResults().initStatus().setPid(42);
    return kj::READY_NOW;
  }

 private:
  Run run_;
};

// A client and a server of one loop, over a socket pair.
struct Connection {
  Connection(UvAsyncIo& io, FakeSupervisor::Run run) {
    auto [clientFd, serverFd] = newStreamPair();
    clientStream = io.lowLevel().wrapSocketFd(clientFd.release(), Provider::TAKE_OWNERSHIP);
    auto serverStream = io.lowLevel().wrapSocketFd(serverFd.release(), Provider::TAKE_OWNERSHIP);
    server = kj::heap<capnp::TwoPartyServer>(kj::heap<FakeSupervisor>(kj::mv(run)));
    server->accept(kj::mv(serverStream));
    client = kj::heap<capnp::TwoPartyClient>(*clientStream);
    supervisor = client->bootstrap().castAs<rpc::Supervisor>();
  }

  void dropClient() {
    supervisor = nullptr;
    client = nullptr;
    clientStream = nullptr;
  }

  using Provider = kj::LowLevelAsyncIoProvider;
  kj::Own<capnp::TwoPartyServer> server;
  kj::Own<kj::AsyncIoStream> clientStream;
  kj::Own<capnp::TwoPartyClient> client;
  rpc::Supervisor::Client supervisor = nullptr;
};

kj::Promise<void> answerNothing(JobContext) { return kj::READY_NOW; }

TEST_F(Rpc, AnswersACall) {
  UvAsyncIo io;
  Connection connection(io, answerNothing);
  for (int i = 0; i < 1000; ++i) {
    auto response = connection.supervisor.statusRequest().send().wait(io.waitScope());
    ASSERT_EQ(response.getStatus().getPid(), 42);
  }
}

TEST_F(Rpc, AnswersManyCallsAtOnce) {
  UvAsyncIo io;
  Connection connection(io, [&](JobContext context) {
    const auto delay = (context.getParams().getJob().getCode().size() % 7) * kj::MILLISECONDS;
    return io.timer().afterDelay(delay).then([context]() mutable {
      auto code = context.getParams().getJob().getCode();
      context.getResults().initOutcome().initResult().setStdout(code);
    });
  });
  constexpr int kCalls = 200;
  auto all = kj::heapArrayBuilder<kj::Promise<void>>(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    auto request = connection.supervisor.runRequest();
    request.initJob().initCode(i);
    all.add(request.send().then([i](auto&& response) {
      EXPECT_EQ(response.getOutcome().getResult().getStdout().size(), static_cast<size_t>(i));
    }));
  }
  kj::joinPromises(all.finish()).wait(io.waitScope());
}

TEST_F(Rpc, CarriesBigMessagesBothWays) {
  UvAsyncIo io;
  constexpr size_t kBytes = 32 * 1024 * 1024;
  Connection connection(io, [](JobContext context) -> kj::Promise<void> {
    auto code = context.getParams().getJob().getCode();
    context.initResults(capnp::MessageSize{code.size() / sizeof(capnp::word) + 1024, 0})
        .initOutcome()
        .initResult()
        .setStdout(code);
    return kj::READY_NOW;
  });
  const auto code = patternBytes(kBytes);
  auto request = connection.supervisor.runRequest();
  request.initJob().setCode(code);
  auto response = request.send().wait(io.waitScope());
  auto echoed = response.getOutcome().getResult().getStdout();
  ASSERT_EQ(echoed.size(), kBytes);
  EXPECT_EQ(memcmp(echoed.begin(), code.begin(), kBytes), 0);
}

TEST_F(Rpc, CallFailsWhenTheServersConnectionIsDropped) {
  UvAsyncIo io;
  auto reached = kj::newPromiseAndFulfiller<void>();
  Connection connection(io, [&](JobContext) -> kj::Promise<void> {
    reached.fulfiller->fulfill();
    return kj::NEVER_DONE;
  });
  auto call = connection.supervisor.runRequest().send();
  reached.promise.wait(io.waitScope());
  connection.server = nullptr;
  EXPECT_TRUE(KJ_ASSERT_NONNULL(failureOf(call.ignoreResult(), io.waitScope())) ==
              Type::DISCONNECTED);
}

[[noreturn]] void serveUntilKilled(OwnedFd socket, int reachedFd) {
  UvAsyncIo io;
  auto stream = io.lowLevel().wrapSocketFd(socket.get());
  capnp::TwoPartyServer server(kj::heap<FakeSupervisor>([&](JobContext) -> kj::Promise<void> {
    writeByte(reachedFd);
    return kj::NEVER_DONE;
  }));
  server.accept(kj::mv(stream));
  kj::Promise<void> never = kj::NEVER_DONE;
  never.wait(io.waitScope());
  _exit(0);
}

TEST_F(Rpc, CallFailsWhenTheServersProcessDies) {
  auto [clientFd, serverFd] = newStreamPair();
  auto [reached, reachedWrite] = newPipe();
  const pid_t serverPid = fork();
  ASSERT_GE(serverPid, 0);
  if (serverPid == 0) {
    clientFd.reset();
    serveUntilKilled(kj::mv(serverFd), reachedWrite.get());
  }
  serverFd.reset();
  reachedWrite.reset();

  UvAsyncIo io;
  auto stream = io.lowLevel().wrapSocketFd(clientFd.get());
  capnp::TwoPartyClient client(*stream);
  auto call = client.bootstrap().castAs<rpc::Supervisor>().runRequest().send();
  UvFdObserver reachedObserver(io.port(), reached.get(), UvFdObserver::Interest::read);
  reachedObserver.whenReadable().wait(io.waitScope());
  KJ_SYSCALL(kill(serverPid, SIGKILL));
  EXPECT_TRUE(KJ_ASSERT_NONNULL(failureOf(call.ignoreResult(), io.waitScope())) ==
              Type::DISCONNECTED);
  KJ_SYSCALL(waitpid(serverPid, nullptr, 0));
}

// Tells when a job it runs has been cancelled.
struct EndlessJob {
  kj::Promise<void> operator()(JobContext) {
    started.fulfiller->fulfill();
    kj::Promise<void> never = kj::NEVER_DONE;
    return never.attach(kj::defer([this]() { cancelled.fulfiller->fulfill(); }));
  }
  kj::PromiseFulfillerPair<void> started = kj::newPromiseAndFulfiller<void>();
  kj::PromiseFulfillerPair<void> cancelled = kj::newPromiseAndFulfiller<void>();
};

TEST_F(Rpc, DroppedConnectionCancelsTheJob) {
  UvAsyncIo io;
  EndlessJob job;
  Connection connection(io, [&](JobContext context) { return job(context); });
  auto call = connection.supervisor.runRequest().send();
  job.started.promise.wait(io.waitScope());
  EXPECT_FALSE(job.cancelled.promise.poll(io.waitScope()));
  {
    auto abandoned = kj::mv(call);
    connection.dropClient();
  }
  job.cancelled.promise.wait(io.waitScope());
}

TEST_F(Rpc, DroppedCallCancelsTheJobAndLeavesTheConnection) {
  UvAsyncIo io;
  EndlessJob job;
  Connection connection(io, [&](JobContext context) { return job(context); });
  {
    auto call = connection.supervisor.runRequest().send();
    job.started.promise.wait(io.waitScope());
  }
  job.cancelled.promise.wait(io.waitScope());
  connection.supervisor.statusRequest().send().wait(io.waitScope());
}

// Takes output only once its gate is open.
class GatedSink final : public rpc::OutputSink::Server {
 public:
  GatedSink(kj::ForkedPromise<void>& gate, size_t& received) : gate_(gate), received_(received) {}

 protected:
  kj::Promise<void> output(OutputContext context) override {
    return gate_.addBranch().then([this, context]() mutable {
      auto data = context.getParams().getData();
      for (kj::byte byte : data) {
        if (byte != static_cast<kj::byte>(received_ / data.size())) ADD_FAILURE() << "disorder";
        break;
      }
      received_ += data.size();
    });
  }

 private:
  kj::ForkedPromise<void>& gate_;
  size_t& received_;
};

constexpr size_t kChunkBytes = 16 * 1024;
constexpr size_t kChunks = 1024;

kj::Promise<void> sendChunks(rpc::OutputSink::Client sink, size_t& sent) {
  if (sent == kChunks) return kj::READY_NOW;
  auto request = sink.outputRequest();
  auto data = request.initData(kChunkBytes);
  memset(data.begin(), static_cast<kj::byte>(sent), data.size());
  return request.send().then([sink, &sent]() mutable {
    ++sent;
    return sendChunks(sink, sent);
  });
}

TEST_F(Rpc, StreamsNoFasterThanTheSinkTakes) {
  UvAsyncIo io;
  size_t sent = 0;
  size_t received = 0;
  auto gate = kj::newPromiseAndFulfiller<void>();
  auto forkedGate = gate.promise.fork();
  Connection connection(
      io, [&](JobContext context) { return sendChunks(context.getParams().getSink(), sent); });
  auto request = connection.supervisor.runRequest();
  request.setSink(kj::heap<GatedSink>(forkedGate, received));
  auto call = request.send();

  EXPECT_FALSE(call.poll(io.waitScope()));
  EXPECT_GT(sent, 0u);
  EXPECT_LT(sent * kChunkBytes, 1024u * 1024u) << "the sender runs ahead of the sink";
  EXPECT_EQ(received, 0u);

  gate.fulfiller->fulfill();
  call.wait(io.waitScope());
  EXPECT_EQ(received, kChunks * kChunkBytes);
}

TEST_F(Rpc, WorksBetweenTwoLoopsOnTwoThreads) {
  auto [clientFd, serverFd] = newStreamPair();
  std::thread server([fd = serverFd.get()]() {
    UvAsyncIo io;
    auto stream = io.lowLevel().wrapSocketFd(fd);
    capnp::TwoPartyServer twoParty(kj::heap<FakeSupervisor>(answerNothing));
    twoParty.accept(*stream).wait(io.waitScope());
  });
  {
    UvAsyncIo io;
    auto stream =
        io.lowLevel().wrapSocketFd(clientFd.release(), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
    capnp::TwoPartyClient client(*stream);
    auto supervisor = client.bootstrap().castAs<rpc::Supervisor>();
    for (int i = 0; i < 500; ++i) supervisor.statusRequest().send().wait(io.waitScope());
  }
  server.join();
}

}  // namespace
}  // namespace brood
