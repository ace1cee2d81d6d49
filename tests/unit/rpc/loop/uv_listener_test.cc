#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <vector>

#include "rpc/wire/fd_passing.h"
#include "tests/unit/rpc/loop/uv_test.h"

namespace brood {
namespace {

using Listener = UvTest;
using Type = kj::Exception::Type;

class TemporaryDirectory {
 public:
  TemporaryDirectory() { KJ_REQUIRE(mkdtemp(path_) != nullptr); }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  KJ_DISALLOW_COPY(TemporaryDirectory);
  kj::String socketAddress() const { return kj::str("unix:", path_, "/socket"); }
  kj::String socketPath() const { return kj::str(path_, "/socket"); }

 private:
  char path_[32] = "/tmp/brood-rpc-test-XXXXXX";
};

// Sends back what each connection sends, until it ends.
class EchoServer final : private kj::TaskSet::ErrorHandler {
 public:
  explicit EchoServer(kj::Own<kj::ConnectionReceiver> receiver)
      : receiver_(kj::mv(receiver)), tasks_(*this) {
    tasks_.add(acceptLoop());
  }

  kj::uint port() { return receiver_->getPort(); }
  int accepted() const { return accepted_; }

 private:
  kj::Promise<void> acceptLoop() {
    return receiver_->accept().then([this](kj::Own<kj::AsyncIoStream> stream) {
      ++accepted_;
      auto& connection = *stream;
      tasks_.add(connection.pumpTo(connection)
                     .ignoreResult()
                     .then([&connection]() { connection.shutdownWrite(); })
                     .attach(kj::mv(stream)));
      return acceptLoop();
    });
  }
  void taskFailed(kj::Exception&& exception) override {
    ADD_FAILURE() << kj::str(exception).cStr();
  }

  kj::Own<kj::ConnectionReceiver> receiver_;
  int accepted_ = 0;
  kj::TaskSet tasks_;
};

kj::Own<kj::NetworkAddress> parse(UvAsyncIo& io, kj::StringPtr address, kj::uint port = 0) {
  return io.provider().getNetwork().parseAddress(address, port).wait(io.waitScope());
}

kj::Promise<void> echoOnce(kj::NetworkAddress& address, unsigned seed) {
  auto sent = patternBytes(20000 + seed, seed);
  return address.connect().then([sent = kj::mv(sent)](kj::Own<kj::AsyncIoStream> stream) mutable {
    auto& connection = *stream;
    auto written = connection.write(sent.begin(), sent.size())
                       .then([&connection]() { connection.shutdownWrite(); })
                       .eagerlyEvaluate(nullptr);
    auto expected = sent.asPtr();
    return connection.readAllBytes()
        .then([expected](kj::Array<kj::byte> echoed) { EXPECT_TRUE(echoed.asPtr() == expected); })
        .attach(kj::mv(written), kj::mv(stream), kj::mv(sent));
  });
}

void echoOnManyConnections(UvAsyncIo& io, kj::NetworkAddress& address, EchoServer& server) {
  constexpr int kConnections = 200;
  auto all = kj::heapArrayBuilder<kj::Promise<void>>(kConnections);
  for (int i = 0; i < kConnections; ++i) all.add(echoOnce(address, i));
  kj::joinPromises(all.finish()).wait(io.waitScope());
  EXPECT_EQ(server.accepted(), kConnections);
}

TEST_F(Listener, EchoesOnManyUnixConnections) {
  TemporaryDirectory directory;
  UvAsyncIo io;
  auto address = parse(io, directory.socketAddress());
  EchoServer server(address->listen());
  EXPECT_EQ(server.port(), 0u);
  echoOnManyConnections(io, *address, server);
}

TEST_F(Listener, EchoesOnManyTcpConnections) {
  UvAsyncIo io;
  EchoServer server(parse(io, "127.0.0.1:0")->listen());
  ASSERT_NE(server.port(), 0u);
  echoOnManyConnections(io, *parse(io, "127.0.0.1", server.port()), server);
}

TEST_F(Listener, TcpConnectionsDoNotDelaySmallWrites) {
  UvAsyncIo io;
  auto receiver = parse(io, "127.0.0.1:0")->listen();
  auto connecting = parse(io, "127.0.0.1", receiver->getPort())->connect();
  auto accepted = receiver->accept().wait(io.waitScope());
  auto connected = connecting.wait(io.waitScope());
  for (auto* stream : {accepted.get(), connected.get()}) {
    int noDelay = 0;
    kj::uint length = sizeof(noDelay);
    stream->getsockopt(IPPROTO_TCP, TCP_NODELAY, &noDelay, &length);
    EXPECT_NE(noDelay, 0);
  }
}

TEST_F(Listener, TcpClientThatClosesIsNoticed) {
  UvAsyncIo io;
  auto receiver = parse(io, "127.0.0.1:0")->listen();
  auto connecting = parse(io, "127.0.0.1", receiver->getPort())->connect();
  auto accepted = receiver->accept().wait(io.waitScope());
  auto connected = connecting.wait(io.waitScope());
  connected->write("request", 7).wait(io.waitScope());
  auto gone = accepted->whenWriteDisconnected();
  EXPECT_FALSE(gone.poll(io.waitScope()));
  connected = nullptr;
  gone.wait(io.waitScope());
}

TEST_F(Listener, TcpClientThatResetsIsNoticed) {
  UvAsyncIo io;
  auto receiver = parse(io, "127.0.0.1:0")->listen();
  auto connecting = parse(io, "127.0.0.1", receiver->getPort())->connect();
  auto accepted = receiver->accept().wait(io.waitScope());
  auto connected = connecting.wait(io.waitScope());
  char buffer[8];
  auto read = accepted->tryRead(buffer, 1, sizeof(buffer));
  auto gone = accepted->whenWriteDisconnected();
  const linger resetOnClose{1, 0};
  connected->setsockopt(SOL_SOCKET, SO_LINGER, &resetOnClose, sizeof(resetOnClose));
  connected = nullptr;
  gone.wait(io.waitScope());
  EXPECT_TRUE(KJ_ASSERT_NONNULL(failureOf(kj::mv(read), io.waitScope())) == Type::DISCONNECTED);
}

TEST_F(Listener, ConnectingToNobodyFails) {
  TemporaryDirectory directory;
  UvAsyncIo io;
  EXPECT_TRUE(failureOf(parse(io, directory.socketAddress())->connect(), io.waitScope()) !=
              nullptr);
  kj::uint freePort;
  {
    auto receiver = parse(io, "127.0.0.1:0")->listen();
    freePort = receiver->getPort();
  }
  EXPECT_TRUE(KJ_ASSERT_NONNULL(failureOf(parse(io, "127.0.0.1", freePort)->connect(),
                                          io.waitScope())) == Type::DISCONNECTED);
}

TEST_F(Listener, ClientsWaitForRoomInAFullBacklog) {
  TemporaryDirectory directory;
  UvAsyncIo io;
  OwnedFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  strcpy(name.sun_path, directory.socketPath().cStr());
  KJ_SYSCALL(::bind(listener.get(), reinterpret_cast<sockaddr*>(&name), sizeof(name)));
  KJ_SYSCALL(::listen(listener.get(), 1));
  auto receiver = io.lowLevel().wrapListenSocketFd(listener.release(),
                                                   kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);

  constexpr int kClients = 10;
  auto address = parse(io, directory.socketAddress());
  auto connecting = kj::heapArrayBuilder<kj::Promise<kj::Own<kj::AsyncIoStream>>>(kClients);
  for (int i = 0; i < kClients; ++i) connecting.add(address->connect());
  for (int i = 0; i < kClients; ++i) receiver->accept().wait(io.waitScope());
  EXPECT_EQ(kj::joinPromises(connecting.finish()).wait(io.waitScope()).size(),
            static_cast<size_t>(kClients));
}

TEST_F(Listener, RestrictedPeersAreDropped) {
  UvAsyncIo io;
  auto network = io.provider().getNetwork().restrictPeers({"10.0.0.0/8"});
  auto receiver = network->parseAddress("127.0.0.1:0").wait(io.waitScope())->listen();
  auto accepted = receiver->accept();
  auto client = parse(io, "127.0.0.1", receiver->getPort())->connect().wait(io.waitScope());
  EXPECT_FALSE(accepted.poll(io.waitScope()));
  char buffer[1];
  EXPECT_EQ(client->tryRead(buffer, 1, 1).wait(io.waitScope()), 0u);
}

TEST_F(Listener, SurvivesAClientThatLeftTheBacklog) {
  UvAsyncIo io;
  auto receiver = parse(io, "127.0.0.1:0")->listen();
  auto address = parse(io, "127.0.0.1", receiver->getPort());
  {
    auto aborted = address->connect().wait(io.waitScope());
    const linger resetOnClose{1, 0};
    aborted->setsockopt(SOL_SOCKET, SO_LINGER, &resetOnClose, sizeof(resetOnClose));
  }
  auto stayed = address->connect().wait(io.waitScope());
  stayed->write("s", 1).wait(io.waitScope());
  // Linux hands out the aborted connection too; what matters is that the other one follows.
  char byte = 0;
  for (int i = 0; i < 2 && byte != 's'; ++i) {
    auto stream = receiver->accept().wait(io.waitScope());
    auto read =
        kj::runCatchingExceptions([&]() { stream->tryRead(&byte, 1, 1).wait(io.waitScope()); });
  }
  EXPECT_EQ(byte, 's');
}

// Forbids new descriptors for as long as it lives.
class NoMoreFds {
 public:
  NoMoreFds() {
    KJ_SYSCALL(getrlimit(RLIMIT_NOFILE, &before_));
    rlimit none = before_;
    none.rlim_cur = 0;
    KJ_SYSCALL(setrlimit(RLIMIT_NOFILE, &none));
  }
  ~NoMoreFds() { setrlimit(RLIMIT_NOFILE, &before_); }
  KJ_DISALLOW_COPY(NoMoreFds);

 private:
  rlimit before_;
};

TEST_F(Listener, WaitsInsteadOfSpinningWhenDescriptorsRunOut) {
  UvAsyncIo io;
  auto receiver = parse(io, "127.0.0.1:0")->listen();
  auto client = parse(io, "127.0.0.1", receiver->getPort())->connect().wait(io.waitScope());
  TurnCounter counter(io.loop());
  kj::Maybe<kj::Promise<kj::Own<kj::AsyncIoStream>>> accepting;
  {
    NoMoreFds noMoreFds;
    auto& pending = accepting.emplace(receiver->accept());
    EXPECT_FALSE(pending.poll(io.waitScope()));
    io.timer().afterDelay(120 * kj::MILLISECONDS).wait(io.waitScope());
    EXPECT_FALSE(pending.poll(io.waitScope()));
  }
  KJ_ASSERT_NONNULL(accepting).wait(io.waitScope());
  EXPECT_LT(counter.turns(), 30);
}

}  // namespace
}  // namespace brood
