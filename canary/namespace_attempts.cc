// Out of the namespaces, into the host's.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "canary/attempts.h"

namespace brood::canary {
namespace {

// Equal means that there is no such namespace between us and the supervisor.
Finding inNamespaceOfSupervisor(const Host& host, const char* kind) {
  char own[64] = {};
  const std::string link = std::string("/proc/self/ns/") + kind;
  if (::readlink(link.c_str(), own, sizeof(own) - 1) < 0) return stoppedBy(errno);
  const bool same = host.text(std::string("ns_") + kind) == own;
  return {same, own};
}

Finding userNamespace(const Host& host) { return inNamespaceOfSupervisor(host, "user"); }
Finding mountNamespace(const Host& host) { return inNamespaceOfSupervisor(host, "mnt"); }
Finding pidNamespace(const Host& host) { return inNamespaceOfSupervisor(host, "pid"); }
Finding netNamespace(const Host& host) { return inNamespaceOfSupervisor(host, "net"); }
Finding ipcNamespace(const Host& host) { return inNamespaceOfSupervisor(host, "ipc"); }
Finding utsNamespace(const Host& host) { return inNamespaceOfSupervisor(host, "uts"); }

// In a namespace of its own every path is "/": cgroup_namespaces(7).
Finding cgroupNamespace(const Host&) {
  FILE* file = std::fopen("/proc/self/cgroup", "re");
  if (file == nullptr) return stoppedBy(errno);
  char line[512];
  std::string beyond;
  while (std::fgets(line, sizeof(line), file) != nullptr) {
    line[std::strcspn(line, "\n")] = 0;
    const char* path = std::strrchr(line, ':');
    if (path != nullptr && std::strcmp(path, ":/") != 0) beyond = line;
  }
  std::fclose(file);
  return {!beyond.empty(), beyond};
}

Finding networkInterface(const Host&) {
  FILE* file = std::fopen("/proc/self/net/dev", "re");
  if (file == nullptr) return stoppedBy(errno);
  char line[512];
  std::string found;
  while (std::fgets(line, sizeof(line), file) != nullptr) {
    char name[32];
    // Two lines of headings have no colon.
    if (std::sscanf(line, " %31[^:|]:", name) == 1 && std::strchr(line, ':') != nullptr &&
        std::strcmp(name, "lo") != 0) {
      found = name;
    }
  }
  std::fclose(file);
  return {!found.empty(), found};
}

// TEST-NET-1 of RFC 5737: nobody's address. A datagram socket's connect only looks up the route.
Finding networkRoute(const Host&) {
  const int socketFd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socketFd < 0) return stoppedBy(errno);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);
  ::inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);
  const Finding finding =
      ofCall(::connect(socketFd, reinterpret_cast<sockaddr*>(&address), sizeof(address)));
  ::close(socketFd);
  return finding;
}

Finding hostSocket(const Host& host) {
  const std::string name = host.text("abstract_socket");
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (name.empty() || name.size() + 1 > sizeof(address.sun_path)) return stoppedBy(EINVAL);
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const int socketFd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socketFd < 0) return stoppedBy(errno);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const Finding finding =
      ofCall(::connect(socketFd, reinterpret_cast<sockaddr*>(&address), length));
  ::close(socketFd);
  return finding;
}

Finding hostProcess(const Host& host) {
  const auto pid = static_cast<pid_t>(host.number("pid"));
  if (pid <= 1) return stoppedBy(EINVAL);
  return ofCall(::kill(pid, 0));
}

}  // namespace

const std::vector<Attempt> kNamespaceAttempts = {
    {"user_namespace", userNamespace},     {"mount_namespace", mountNamespace},
    {"pid_namespace", pidNamespace},       {"net_namespace", netNamespace},
    {"ipc_namespace", ipcNamespace},       {"uts_namespace", utsNamespace},
    {"cgroup_namespace", cgroupNamespace}, {"network_interface", networkInterface},
    {"network_route", networkRoute},       {"host_socket", hostSocket},
    {"host_process", hostProcess},
};

}  // namespace brood::canary
