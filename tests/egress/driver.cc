// Stands in for the supervisor and the slot builder: starts a real brood-egress, makes listeners in
// network namespaces and passes them on, and says the rest of what a supervisor says.
//
// One request a line on standard input, as JSON; one answer a line on standard output. The first
// line that comes out says what the broker has given up.

#include <arpa/inet.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "egress/control/control_message.h"
#include "rpc/wire/fd_passing.h"

namespace brood::egress {
namespace {

using nlohmann::json;

constexpr int kControlFd = 3;
constexpr int kBacklog = 128;

class BrokerProcess {
 public:
  explicit BrokerProcess(std::vector<std::string> arguments) {
    auto [ours, theirs] = newSeqpacketPair();
    socket_ = std::move(ours);
    KJ_SYSCALL(pid_ = ::fork());
    if (pid_ == 0) run(theirs.get(), arguments);
  }
  ~BrokerProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  KJ_DISALLOW_COPY(BrokerProcess);

  int socket() const { return socket_.get(); }
  pid_t pid() const { return pid_; }

 private:
  [[noreturn]] static void run(int socket, std::vector<std::string>& arguments) {
    // Not close-on-exec under its new number.
    if (socket == kControlFd) {
      ::fcntl(socket, F_SETFD, 0);
    } else {
      ::dup2(socket, kControlFd);
    }
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }

  OwnedFd socket_;
  pid_t pid_ = -1;
};

OwnedFd listenOn(const json& listener) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(listener.at("port").get<uint16_t>());
  const std::string text = listener.value("address", "127.0.0.1");
  KJ_REQUIRE(::inet_pton(AF_INET, text.c_str(), &address.sin_addr) == 1);
  int fd;
  KJ_SYSCALL(fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  OwnedFd socket(fd);
  // A test may have had another slot in this namespace a moment ago.
  const int on = 1;
  KJ_SYSCALL(::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
  KJ_SYSCALL(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), text.c_str());
  KJ_SYSCALL(::listen(fd, kBacklog));
  return socket;
}

// In a thread of its own, which enters the namespace and ends.
std::vector<OwnedFd> makeListeners(const std::string& namespacePath, const json& listeners) {
  std::vector<OwnedFd> sockets;
  std::string problem;
  std::thread([&] {
    KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] {
                   int fd;
                   KJ_SYSCALL(fd = ::open(namespacePath.c_str(), O_RDONLY | O_CLOEXEC));
                   OwnedFd space(fd);
                   KJ_SYSCALL(::setns(space.get(), CLONE_NEWNET));
                   for (const auto& listener : listeners) sockets.push_back(listenOn(listener));
                 })) {
      problem = exception->getDescription().cStr();
    }
  }).join();
  KJ_REQUIRE(problem.empty(), problem.c_str());
  return sockets;
}

template <typename List>
void setTexts(List list, const json& texts) {
  for (kj::uint i = 0; i < list.size(); ++i) list.set(i, texts[i].get<std::string>().c_str());
}

kj::uint sizeOf(const json& list) { return static_cast<kj::uint>(list.size()); }

void fillAlias(wire::Alias::Builder alias, const json& from) {
  alias.setName(from.at("name").get<std::string>().c_str());
  alias.setOrigin(from.at("origin").get<std::string>().c_str());
  const auto& headers = from.at("headers");
  auto list = alias.initHeaders(sizeOf(headers));
  kj::uint index = 0;
  for (const auto& [name, value] : headers.items()) {
    list[index].setName(name.c_str());
    list[index++].setValue(value.get<std::string>().c_str());
  }
  const auto secrets = from.value("secrets", json::array());
  setTexts(alias.initSecrets(sizeOf(secrets)), secrets);
}

void fillConfiguration(wire::Configuration::Builder to, const json& from) {
  const auto list = [&](const char* name) { return from.value(name, json::array()); };
  setTexts(to.initEntries(sizeOf(list("entries"))), list("entries"));
  setTexts(to.initForbidden(sizeOf(list("forbidden"))), list("forbidden"));
  setTexts(to.initResolvers(sizeOf(list("resolvers"))), list("resolvers"));
  const auto ports = list("own_ports");
  auto ownPorts = to.initOwnPorts(sizeOf(ports));
  for (kj::uint i = 0; i < ownPorts.size(); ++i) ownPorts.set(i, ports[i].get<uint16_t>());
  to.setRequireSni(from.value("require_sni", true));
  const auto aliases = list("aliases");
  auto aliasList = to.initAliases(sizeOf(aliases));
  for (kj::uint i = 0; i < aliasList.size(); ++i) fillAlias(aliasList[i], aliases[i]);
  auto limits = to.initLimits();
  limits.setConnections(from.value("connections", 4096u));
  limits.setHeadTimeoutMs(from.value("head_timeout_ms", 30000u));
  limits.setDialTimeoutMs(from.value("dial_timeout_ms", 15000u));
  limits.setLookupTimeoutMs(from.value("lookup_timeout_ms", 10000u));
}

void fillLimits(wire::JobLimits::Builder to, const json& from) {
  to.setConnectionsAtOnce(from.value("connections_at_once", 0u));
  to.setConnectionsInAll(from.value("connections_in_all", 0u));
  to.setBytesUp(from.value("bytes_up", uint64_t{0}));
  to.setBytesDown(from.value("bytes_down", uint64_t{0}));
  to.setBytesPerSecond(from.value("bytes_per_second", uint64_t{0}));
  to.setIdleMs(from.value("idle_ms", 0u));
}

std::vector<OwnedFd> fillListeners(wire::AddListeners::Builder to, const json& from) {
  to.setSlot(from.at("slot").get<uint64_t>());
  const auto& listeners = from.at("listeners");
  auto list = to.initListeners(sizeOf(listeners));
  for (kj::uint i = 0; i < list.size(); ++i) {
    const auto kind = listeners[i].at("kind").get<std::string>();
    if (kind == "http") list[i].setHttp();
    if (kind == "socks") list[i].setSocks();
    if (kind == "alias") list[i].setAlias();
    if (kind == "named") {
      auto named = list[i].initNamed();
      named.setHost(listeners[i].at("host").get<std::string>().c_str());
      named.setPort(listeners[i].value("to_port", listeners[i].at("port").get<uint16_t>()));
    }
  }
  return makeListeners(from.at("namespace").get<std::string>(), listeners);
}

void fillJob(wire::StartJob::Builder to, const json& from) {
  to.setSlot(from.at("slot").get<uint64_t>());
  to.setTenant(from.value("tenant", std::string("anybody")).c_str());
  if (from.contains("allow")) {
    to.setIsNarrowed(true);
    setTexts(to.initAllow(sizeOf(from.at("allow"))), from.at("allow"));
  }
  fillLimits(to.initLimits(), from.value("limits", json::object()));
  fillLimits(to.initTenantLimits(), from.value("tenant_limits", json::object()));
}

std::vector<OwnedFd> fillRequest(wire::ToBroker::Builder to, const json& from) {
  const auto what = from.at("do").get<std::string>();
  if (what == "configure") fillConfiguration(to.initConfigure(), from);
  if (what == "listen") return fillListeners(to.initAddListeners(), from);
  if (what == "start") fillJob(to.initStartJob(), from);
  if (what == "end") to.initEndJob().setId(from.at("slot").get<uint64_t>());
  if (what == "status") to.setStatus();
  return {};
}

json shownReport(wire::Report::Reader report) {
  json allowed = json::array(), denied = json::array();
  for (auto use : report.getAllowed()) {
    allowed.push_back({{"host", use.getHost().cStr()},
                       {"port", use.getPort()},
                       {"connections", use.getConnections()},
                       {"up_bytes", use.getUpBytes()},
                       {"down_bytes", use.getDownBytes()}});
  }
  for (auto denial : report.getDenied()) {
    denied.push_back({{"host", denial.getHost().cStr()},
                      {"port", denial.getPort()},
                      {"reason", denial.getReason().cStr()},
                      {"rule", denial.getRule().cStr()},
                      {"count", denial.getCount()}});
  }
  return {{"allowed", allowed}, {"denied", denied}, {"unlisted", report.getUnlisted()}};
}

json shownStatus(wire::Status::Reader status) {
  json refused = json::object();
  for (auto count : status.getRefused()) refused[count.getName().cStr()] = count.getCount();
  return {{"slots", status.getSlots()},
          {"jobs", status.getJobs()},
          {"connections", status.getConnections()},
          {"connections_in_all", status.getConnectionsInAll()},
          {"up_bytes", status.getUpBytes()},
          {"down_bytes", status.getDownBytes()},
          {"refused", refused}};
}

json shownList(capnp::List<capnp::Text>::Reader list) {
  json texts = json::array();
  for (auto text : list) texts.push_back(text.cStr());
  return texts;
}

json shown(wire::FromBroker::Reader answer) {
  switch (answer.which()) {
    case wire::FromBroker::DONE:
      return {{"done", true}};
    case wire::FromBroker::REFUSED:
      return {{"refused", answer.getRefused().cStr()}};
    case wire::FromBroker::REPORT:
      return shownReport(answer.getReport());
    case wire::FromBroker::STATUS:
      return shownStatus(answer.getStatus());
    case wire::FromBroker::READY:
      return {{"layers", shownList(answer.getReady().getLayers())},
              {"missing", shownList(answer.getReady().getMissing())}};
  }
  return {};
}

json receive(const BrokerProcess& broker) {
  const auto outcome = receiveMessage(broker.socket());
  if (outcome.kind != ReceiveOutcome::Kind::message) return {{"ended", true}};
  ControlMessage message(outcome.message.bytes);
  return shown(message.fromBroker());
}

json ask(const BrokerProcess& broker, const json& request) {
  capnp::MallocMessageBuilder message;
  const auto sockets = fillRequest(message.initRoot<wire::ToBroker>(), request);
  std::vector<int> fds;
  for (const auto& socket : sockets) fds.push_back(socket.get());
  sendMessage(broker.socket(), toBytes(message), kj::arrayPtr(fds.data(), fds.size()));
  // Nobody here keeps a listener.
  return receive(broker);
}

int drive(std::vector<std::string> arguments) {
  BrokerProcess broker(std::move(arguments));
  json ready = receive(broker);
  ready["pid"] = broker.pid();
  std::cout << ready.dump() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    json answer;
    KJ_IF_MAYBE (exception,
                 kj::runCatchingExceptions([&] { answer = ask(broker, json::parse(line)); })) {
      answer = {{"failed", exception->getDescription().cStr()}};
    }
    std::cout << answer.dump() << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace brood::egress

int main(int argc, char** argv) {
  // A broker that has died is an answer, not the end.
  ::signal(SIGPIPE, SIG_IGN);
  return brood::egress::drive({argv + 1, argv + argc});
}
