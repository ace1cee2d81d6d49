#include "supervisor/egress/job_network.h"

namespace brood::supervisor {
namespace {

constexpr const char* kProxy = "http://127.0.0.1:3128";
constexpr const char* kNoProxy = "localhost,127.0.0.1,::1";
// HttpClient and URLConnection ask for these; the JVM says on stderr that it has found them.
constexpr const char* kJava =
    "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=3128 -Dhttps.proxyHost=127.0.0.1 "
    "-Dhttps.proxyPort=3128 -Dhttp.nonProxyHosts=localhost|127.*|[::1]";

}  // namespace

const Variables& networkVariables() {
  // ALL_PROXY speaks HTTP as well: clients in Python refuse to start where they are told of SOCKS
  // and lack the module for it.
  static const Variables variables{
      {"HTTP_PROXY", kProxy},
      {"http_proxy", kProxy},
      {"HTTPS_PROXY", kProxy},
      {"https_proxy", kProxy},
      {"ALL_PROXY", kProxy},
      {"all_proxy", kProxy},
      {"NO_PROXY", kNoProxy},
      {"no_proxy", kNoProxy},
      {"NODE_USE_ENV_PROXY", "1"},
      {"JAVA_TOOL_OPTIONS", kJava},
      // A look for a newer one of themselves is a request that nobody has asked for.
      {"PIP_DISABLE_PIP_VERSION_CHECK", "1"},
      {"npm_config_update_notifier", "false"},
  };
  return variables;
}

}  // namespace brood::supervisor
