#include "supervisor/usage/socket_memory.h"

#include <cstdlib>
#include <string_view>

namespace brood::supervisor {

uint64_t countSockets(const std::string& sockstat) {
  constexpr std::string_view kBegin = "sockets: used ";
  if (!sockstat.starts_with(kBegin)) return 0;
  return std::strtoull(sockstat.c_str() + kBegin.size(), nullptr, 10);
}

}  // namespace brood::supervisor
