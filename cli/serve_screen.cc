#include "cli/serve_screen.h"

#include "cli/status_command.h"

namespace brood {

std::string clientAddress(const std::string& address) {
  for (const char* everywhere : {"0.0.0.0:", "*:", "[::]:"}) {
    std::string prefix = everywhere;
    if (address.starts_with(prefix)) return "127.0.0.1:" + address.substr(prefix.size());
  }
  return address;
}

std::string firstScreen(const std::string& address, rpc::Status::Reader status) {
  std::string client = clientAddress(address);
  std::string text = "Brood " BROOD_VERSION " at http://" + client;
  if (client != address) text += " (listening on " + address + ")";
  return text + "\n\n" + statusText(status) +
         "\nTry it:\n"
         "  curl -s http://" +
         client +
         "/v1/execute -H 'Content-Type: application/json' \\\n"
         "    -d '{\"language\":\"python\",\"code\":\"print(1)\"}'\n\n";
}

}  // namespace brood
