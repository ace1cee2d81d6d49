// One byte there and back between two processes. Floor: both on one CPU.
//
// A job's connections by way of the real broker. Floor: the same server, connected to directly.

#include <arpa/inet.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "bench/floors/affinity.h"
#include "bench/floors/ping_pong.h"
#include "bench/micro/against_floor.h"
#include "bench/model/clock.h"
#include "rpc/loop/uv_io.h"
#include "supervisor/egress/egress_broker.h"

namespace brood::bench {
namespace {

void pingPong(benchmark::State& state, int peerCpu) {
  PingPong same(allowedCpus().front(), allowedCpus().front());
  PingPong measured(allowedCpus().front(), peerCpu);
  PinnedToCpu pinned(measured.ourCpu());
  AgainstFloor result(state, [&] { return same.roundTrip(); });
  for (auto _ : state) result.add(measured.roundTrip());
  result.report();
}

void sameCpu(benchmark::State& state) { pingPong(state, allowedCpus().front()); }
void twoCpus(benchmark::State& state) { pingPong(state, allowedCpus().back()); }

BENCHMARK(sameCpu)
    ->Name("socket_ping_pong/same_cpu")
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(twoCpus)
    ->Name("socket_ping_pong/across_cpus")
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

using supervisor::BrokerOptions;
using supervisor::EgressBroker;
using supervisor::EgressSeat;

constexpr size_t kMuch = 100 << 20;
constexpr int kManySlots = 200;

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

OwnedFd listenSomewhere(uint16_t& port, int flags = 0) {
  OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  auto address = loopback(0);
  socklen_t size = sizeof(address);
  KJ_SYSCALL(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size));
  KJ_SYSCALL(::listen(socket.get(), 128));
  KJ_SYSCALL(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size));
  port = ntohs(address.sin_port);
  return socket;
}

OwnedFd connectTo(uint16_t port) {
  OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  KJ_SYSCALL(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return socket;
}

void sendAll(int fd, const std::string& text) {
  KJ_REQUIRE(::send(fd, text.data(), text.size(), MSG_NOSIGNAL) ==
             static_cast<ssize_t>(text.size()));
}

// Answers one byte with another, and any other than 'm' so; 'm' with much.
class Server {
 public:
  Server() : listener_(listenSomewhere(port_)), thread_([this]() { serve(); }) {}
  ~Server() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  uint16_t port() const { return port_; }

 private:
  void serve() {
    std::vector<char> bytes(1 << 18, 'x');
    for (;;) {
      OwnedFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!socket) return;
      char asked = 0;
      if (::read(socket.get(), &asked, 1) != 1) continue;
      for (size_t left = asked == 'm' ? kMuch : 1; left > 0;) {
        const ssize_t count =
            ::send(socket.get(), bytes.data(), std::min(left, bytes.size()), MSG_NOSIGNAL);
        if (count <= 0) break;
        left -= static_cast<size_t>(count);
      }
    }
  }

  uint16_t port_ = 0;
  OwnedFd listener_;
  std::thread thread_;
};

// A broker with one job.
class Egress {
 public:
  explicit Egress(uint16_t serverPort)
      : broker_(io_.port(), reaper_,
                BrokerOptions{.binary = BROOD_EGRESS, .account = {}, .logLevel = "warn"},
                configFor(serverPort)),
        target_("127.0.0.1:" + std::to_string(serverPort)) {
    broker_.whenReady().wait(io_.waitScope());
    seat_ = newSeat();
    seat_->startJob({}).wait(io_.waitScope());
  }
  ~Egress() {
    seat_ = nullptr;
    broker_.stop().wait(io_.waitScope());
  }

  // A connection to the server by the proxy.
  OwnedFd connect() {
    OwnedFd socket = connectTo(proxyPort_);
    sendAll(socket.get(), "CONNECT " + target_ + " HTTP/1.1\r\nHost: " + target_ + "\r\n\r\n");
    std::string head;
    for (char c; !head.ends_with("\r\n\r\n");) {
      KJ_REQUIRE(::read(socket.get(), &c, 1) == 1, "the broker has closed", head.c_str());
      head += c;
    }
    KJ_REQUIRE(head.starts_with("HTTP/1.1 200 "), head.c_str());
    return socket;
  }
  kj::Own<EgressSeat> newSeat() {
    auto plan = broker_.plan();
    std::vector<OwnedFd> sockets;
    for (size_t i = 0; i < plan->size(); ++i) {
      uint16_t port;
      sockets.push_back(listenSomewhere(port, SOCK_NONBLOCK));
      if (i == 0) proxyPort_ = port;
    }
    return broker_.seat(plan, std::move(sockets)).wait(io_.waitScope());
  }
  pid_t pid() const { return broker_.info().pid; }

 private:
  static EgressConfig configFor(uint16_t port) {
    EgressConfig config;
    config.enabled = "on";
    config.allow = {"127.0.0.1:" + std::to_string(port)};
    config.jobConnectionsTotal = 0;
    config.jobUpBytes = config.jobDownBytes = 0;
    return config;
  }

  UvAsyncIo io_;
  supervisor::Reaper reaper_{io_.port()};
  EgressBroker broker_;
  const std::string target_;
  uint16_t proxyPort_ = 0;
  kj::Own<EgressSeat> seat_;
};

uint64_t askForAByte(OwnedFd socket, uint64_t start) {
  sendAll(socket.get(), "1");
  char byte;
  KJ_REQUIRE(::read(socket.get(), &byte, 1) == 1);
  return nowNanos() - start;
}

uint64_t askForMuch(OwnedFd socket) {
  std::vector<char> bytes(1 << 18);
  const uint64_t start = nowNanos();
  sendAll(socket.get(), "m");
  for (size_t left = kMuch; left > 0;) {
    const ssize_t count = ::read(socket.get(), bytes.data(), bytes.size());
    KJ_REQUIRE(count > 0);
    left -= static_cast<size_t>(count);
  }
  return nowNanos() - start;
}

// A connection, a byte there and one back.
void egressConnect(benchmark::State& state) {
  Server server;
  Egress egress(server.port());
  AgainstFloor result(state, [&] {
    const uint64_t start = nowNanos();
    return askForAByte(connectTo(server.port()), start);
  });
  for (auto _ : state) {
    const uint64_t start = nowNanos();
    result.add(askForAByte(egress.connect(), start));
  }
  result.report();
}
BENCHMARK(egressConnect)->Name("egress_connect")->UseManualTime()->Unit(benchmark::kMicrosecond);

void egressMuch(benchmark::State& state) {
  Server server;
  Egress egress(server.port());
  AgainstFloor result(state, [&] { return askForMuch(connectTo(server.port())); });
  for (auto _ : state) result.add(askForMuch(egress.connect()));
  result.report();
}
BENCHMARK(egressMuch)
    ->Name("egress_100_mib")
    ->UseManualTime()
    ->Iterations(10)
    ->Unit(benchmark::kMillisecond);

double residentKib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    double kib;
    if (word == "VmRSS:" && status >> kib) return kib;
  }
  return 0;
}

double descriptors(pid_t pid) {
  const auto folder = std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<double>(std::distance(begin(folder), end(folder)));
}

// The broker with the listeners of many slots: its descriptors, and the memory of each slot.
void egressSlots(benchmark::State& state) {
  Server server;
  Egress egress(server.port());
  const double before = residentKib(egress.pid());
  std::vector<kj::Own<EgressSeat>> seats;
  for (auto _ : state) {
    const uint64_t start = nowNanos();
    seats.push_back(egress.newSeat());
    state.SetIterationTime(static_cast<double>(nowNanos() - start) / 1e9);
  }
  state.counters["descriptors"] = descriptors(egress.pid());
  state.counters["kib_of_slot"] =
      (residentKib(egress.pid()) - before) / static_cast<double>(seats.size());
}
BENCHMARK(egressSlots)
    ->Name("egress_slots")
    ->UseManualTime()
    ->Iterations(kManySlots)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace brood::bench
