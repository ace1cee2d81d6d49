#include "egress/network/resolver.h"

#include <ares.h>
#include <kj/debug.h>
#include <netinet/in.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace brood::egress {
namespace {

constexpr int kTriesPerServer = 2;
constexpr int kTimeoutMs = 2000;

void requireAres(int status, const char* call) {
  KJ_REQUIRE(status == ARES_SUCCESS, call, ares_strerror(status));
}

ares_channel newChannel(ares_sock_state_cb noteState, void* data) {
  ares_options options{};
  // A name is looked up as it is: with a search list, what was checked would not be what is asked
  // for.
  options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  options.timeout = kTimeoutMs;
  options.tries = kTriesPerServer;
  // "b": name servers only, no hosts file.
  char lookups[] = "b";
  options.lookups = lookups;
  options.sock_state_cb = noteState;
  options.sock_state_cb_data = data;
  ares_channel channel = nullptr;
  requireAres(ares_init_options(&channel, &options,
                                ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                    ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB),
              "ares_init_options");
  return channel;
}

std::string joined(const std::vector<std::string>& servers) {
  std::string list;
  for (const auto& server : servers) list += (list.empty() ? "" : ",") + server;
  return list;
}

std::string serversOf(ares_channel channel) {
  ares_addr_port_node* first = nullptr;
  if (ares_get_servers_ports(channel, &first) != ARES_SUCCESS) return {};
  std::vector<std::string> servers;
  for (const auto* node = first; node != nullptr; node = node->next) {
    sockaddr_storage storage{};
    storage.ss_family = static_cast<sa_family_t>(node->family);
    if (node->family == AF_INET) {
      reinterpret_cast<sockaddr_in&>(storage).sin_addr = node->addr.addr4;
    } else {
      static_assert(sizeof(node->addr.addr6) == sizeof(in6_addr));
      std::copy_n(reinterpret_cast<const char*>(&node->addr.addr6), sizeof(in6_addr),
                  reinterpret_cast<char*>(&reinterpret_cast<sockaddr_in6&>(storage).sin6_addr));
    }
    const auto address = IpAddress::of(reinterpret_cast<sockaddr&>(storage));
    const int port = node->udp_port == 0 ? 53 : node->udp_port;
    servers.push_back(address->urlText() + ":" + std::to_string(port));
  }
  ares_free_data(first);
  return joined(servers);
}

}  // namespace

struct Resolver::Query {
  kj::Own<kj::PromiseFulfiller<Lookup>> fulfiller;
  size_t& pending;
};

struct Resolver::Socket {
  Socket(UvEventPort& port, int fd) : observer(port, fd, UvFdObserver::Interest::readWrite) {}

  UvFdObserver observer;
  kj::Promise<void> reads = nullptr, writes = nullptr;
  bool wantsReads = false, wantsWrites = false;
  bool awaitsReads = false, awaitsWrites = false;
};

Resolver::Resolver(UvEventPort& port)
    : port_(port),
      channel_(newChannel(
          [](void* self, ares_socket_t fd, int isReadable, int isWritable) noexcept {
            static_cast<Resolver*>(self)->noteSocketState(fd, isReadable != 0, isWritable != 0);
          },
          this)) {
  servers_ = ownServers_ = serversOf(channel_);
}

Resolver::~Resolver() noexcept(false) { ares_destroy(channel_); }

void Resolver::useServers(const std::vector<std::string>& servers) {
  const std::string list = servers.empty() ? ownServers_ : joined(servers);
  if (list == servers_) return;
  // A query that is under way has the number of servers by heart.
  ares_cancel(channel_);
  requireAres(ares_set_servers_ports_csv(channel_, list.c_str()), "name servers");
  servers_ = list;
}

kj::Promise<Lookup> Resolver::lookUp(const HostName& name) {
  auto paf = kj::newPromiseAndFulfiller<Lookup>();
  auto* query = new Query{kj::mv(paf.fulfiller), pending_};
  ++pending_;
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  // Sorting would open sockets to each; the dialler tries them all.
  hints.ai_flags = ARES_AI_NOSORT;
  ares_getaddrinfo(
      channel_, name.text().c_str(), nullptr, &hints,
      [](void* data, int status, int, ares_addrinfo* found) noexcept {
        const std::unique_ptr<Query> done(static_cast<Query*>(data));
        --done->pending;
        Lookup lookup;
        if (status != ARES_SUCCESS) lookup.problem = ares_strerror(status);
        for (auto* node = found ? found->nodes : nullptr; node != nullptr; node = node->ai_next) {
          if (const auto address = IpAddress::of(*node->ai_addr)) {
            lookup.addresses.push_back(*address);
          }
        }
        if (found != nullptr) ares_freeaddrinfo(found);
        done->fulfiller->fulfill(kj::mv(lookup));
      },
      query);
  armTimer();
  return kj::mv(paf.promise);
}

// c-ares calls this from within its own functions, before it closes a socket.
void Resolver::noteSocketState(int fd, bool isReadable, bool isWritable) noexcept {
  if (!isReadable && !isWritable) {
    sockets_.erase(fd);
    return;
  }
  auto& slot = sockets_[fd];
  if (slot.get() == nullptr) slot = kj::heap<Socket>(port_, fd);
  slot->wantsReads = isReadable;
  slot->wantsWrites = isWritable;
  watch(fd, *slot);
}

void Resolver::watch(int fd, Socket& socket) {
  if (socket.wantsReads && !socket.awaitsReads) {
    socket.awaitsReads = true;
    socket.reads = socket.observer.whenReadable()
                       .then([this, fd] { noteReady(fd, ARES_SOCKET_BAD); })
                       .eagerlyEvaluate(nullptr);
  }
  if (socket.wantsWrites && !socket.awaitsWrites) {
    socket.awaitsWrites = true;
    socket.writes = socket.observer.whenWritable()
                        .then([this, fd] { noteReady(ARES_SOCKET_BAD, fd); })
                        .eagerlyEvaluate(nullptr);
  }
}

void Resolver::noteReady(int readFd, int writeFd) {
  ready_.emplace_back(readFd, writeFd);
  if (isProcessing_) return;
  isProcessing_ = true;
  processing_ = kj::evalLater([this] { processReady(); }).eagerlyEvaluate(nullptr);
}

void Resolver::processReady() {
  isProcessing_ = false;
  for (const auto& [readFd, writeFd] : std::exchange(ready_, {})) {
    const auto found = sockets_.find(std::max(readFd, writeFd));
    if (found != sockets_.end()) {
      auto& isAwaiting = readFd >= 0 ? found->second->awaitsReads : found->second->awaitsWrites;
      isAwaiting = false;
    }
    ares_process_fd(channel_, readFd, writeFd);
  }
  for (auto& [fd, socket] : sockets_) watch(fd, *socket);
  armTimer();
}

void Resolver::armTimer() {
  if (pending_ == 0) return;
  timeval longest{kTimeoutMs / 1000, 0};
  timeval room;
  const timeval* next = ares_timeout(channel_, &longest, &room);
  const auto delay = next->tv_sec * kj::SECONDS + next->tv_usec * kj::MICROSECONDS;
  // A pair of no sockets looks at what has timed out.
  timer_ = port_.timer()
               .afterDelay(delay + 1 * kj::MILLISECONDS)
               .then([this] { noteReady(ARES_SOCKET_BAD, ARES_SOCKET_BAD); })
               .eagerlyEvaluate(nullptr);
}

}  // namespace brood::egress
