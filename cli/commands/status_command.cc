#include "cli/commands/status_command.h"

#include "cli/client/rpc_json.h"
#include "cli/client/status_text.h"
#include "cli/client/supervisor_client.h"
#include "cli/terminal/output.h"

namespace brood::cli {

int statusCommand(const std::string& socketPath, bool json) {
  UvAsyncIo io;
  SupervisorClient client(io, socketPath);
  auto response = client.supervisor().statusRequest().send().wait(io.waitScope());
  auto status = response.getStatus();
  print(json ? jsonText(statusJson(status)) : statusText(status));
  return 0;
}

}  // namespace brood::cli
