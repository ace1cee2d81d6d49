#include "cli/service/serve_screen.h"

#include "cli/client/status_text.h"

namespace brood::cli {

std::string clientAddress(const std::string& address) {
  for (const char* everywhere : {"0.0.0.0:", "*:", "[::]:"}) {
    std::string prefix = everywhere;
    if (address.starts_with(prefix)) return "127.0.0.1:" + address.substr(prefix.size());
  }
  return address;
}

std::string firstScreen(const ServedAs& served, rpc::Status::Reader status) {
  const std::string client = clientAddress(served.address);
  const std::string url = (served.speaksTls ? "https://" : "http://") + client;
  std::string text = "Brood " BROOD_VERSION " at " + url;
  if (client != served.address) text += " (listening on " + served.address + ")";
  text += "\n";
  if (served.madeKey) text += "Key for this run: " + *served.madeKey + "\n";
  text += "\n" + statusText(status) + "\nTry it:\n  curl -s " + url + "/v1/execute ";
  if (served.asksForKeys) {
    text += "-H 'Authorization: Bearer " + served.madeKey.value_or("KEY") + "' \\\n    ";
  }
  return text +
         "-H 'Content-Type: application/json' \\\n"
         "    -d '{\"language\":\"python\",\"code\":\"print(1)\"}'\n\n";
}

}  // namespace brood::cli
