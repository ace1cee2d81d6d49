// Every message a wrong configuration gets: key, value, origin, range.
#include <gtest/gtest.h>

#include <optional>

#include "config/loader.h"
#include "tests/unit/config/temporary_file.h"

namespace brood {
namespace {

std::string errorOf(const std::vector<std::string>& flags,
                    const std::vector<std::string>& environment) {
  try {
    loadConfig(flags, environment);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

struct Case {
  const char* given;
  const char* message;
};

TEST(LoaderErrors, NameTheFlag) {
  for (auto [flag, message] : {
           Case{"--port=70000",
                "gateway.port: '70000' (flag --port) is out of range; allowed: 0..65535"},
           Case{"--gateway-port=http",
                "gateway.port: 'http' (flag --gateway-port) is not a whole "
                "number; allowed: 0..65535"},
           Case{"--gateway-prot=1", "flag --gateway-prot: unknown; did you mean --gateway-port?"},
           Case{"--colour=red", "flag --colour: unknown"},
           Case{"--port", "flag --port: a value must follow"},
           Case{"port", "'port': expected a flag of the form --key value"},
           Case{"--", "'--': expected a flag of the form --key value"},
           Case{"--gateway-host=",
                "gateway.host: '' (flag --gateway-host) must not be empty; "
                "allowed: a text that is not empty"},
           Case{"--sandbox-cgroup-mode=v3",
                "sandbox.cgroup_mode: 'v3' (flag --sandbox-cgroup-mode) is not one of the "
                "choices; allowed: auto, v1, v2 or none"},
           Case{"--supervisor-runtime-dir=run",
                "supervisor.runtime_dir: 'run' (flag --supervisor-runtime-dir) must be an "
                "absolute path; allowed: an absolute path"},
           Case{"--sandbox-cgroup-parent=a/../b",
                "sandbox.cgroup_parent: 'a/../b' (flag --sandbox-cgroup-parent) must be names "
                "separated by '/', without '..'; allowed: names separated by '/'"},
           Case{"--sandbox-read-only-paths=/usr,lib",
                "sandbox.read_only_paths: '/usr,lib' (flag --sandbox-read-only-paths) has an item "
                "'lib' that must be an absolute path; allowed: a list, each an absolute path"},
       }) {
    EXPECT_EQ(errorOf({"--config=/dev/null", flag}, {}), message);
  }
}

TEST(LoaderErrors, NameTheEnvironmentVariable) {
  for (auto [variable, message] : {
           Case{"MAX_MEMORY=12Q",
                "limits.memory_bytes.max: '12Q' (environment MAX_MEMORY) is not a quantity; write "
                "a number with an optional suffix such as 512Mi, 2Gi, 1e9 or 500m; allowed: "
                "16777216..1099511627776 bytes"},
           Case{"MAX_MEMORY=1",
                "limits.memory_bytes.max: '1' (environment MAX_MEMORY) is out of "
                "range; allowed: 16777216..1099511627776 bytes"},
           Case{"MAX_CPU=many",
                "sandbox.cpu_millicores: 'many' (environment MAX_CPU) is not a "
                "quantity; write a number with an optional suffix such as 512Mi, "
                "2Gi, 1e9 or 500m"},
           Case{"MAX_EXECUTION_TIME=5d",
                "limits.wall_time_ms.max: '5d' (environment MAX_EXECUTION_TIME) is not a "
                "duration; write a number with a unit such as 300s, 5m, 1500ms or 1h30m"},
           Case{"ENABLE_NETWORK=true",
                "egress.allow: is empty, but egress.enabled is on; list what jobs may reach "
                "(ALLOWED_DOMAINS), or '*' for the public internet"},
           Case{"ENABLE_NETWORK=perhaps",
                "ENABLE_NETWORK: 'perhaps' (environment ENABLE_NETWORK) "
                "is not a boolean; allowed true or false"},
           Case{"BROOD_EGRESS_FORBID=everything",
                "egress.forbid: 'everything' is no range of addresses"},
           Case{"MAX_MEMORY=512m",
                "limits.memory_bytes.max: '512m' (environment MAX_MEMORY) is out of range (m means "
                "thousandths; Mi are mebibytes); allowed: 16777216..1099511627776 bytes"},
           Case{"BROOD_PORT=1",
                "environment BROOD_PORT: unknown setting; did you mean BROOD_GATEWAY_PORT?"},
           Case{"BROOD_GATEWAY_ZZZZZZZZZZZZZZZZZZZZ=1",
                "environment BROOD_GATEWAY_ZZZZZZZZZZZZZZZZZZZZ: unknown setting"},
           Case{"PORT=-1",
                "gateway.port: '-1' (environment PORT) must not be negative; allowed: "
                "0..65535"},
           Case{"BROOD_GATEWAY_PROT=1",
                "environment BROOD_GATEWAY_PROT: unknown setting; did you "
                "mean BROOD_GATEWAY_PORT?"},
           Case{"BROOD_SANDBOX_MAX_SLOTS=0",
                "sandbox.max_slots: '0' (environment BROOD_SANDBOX_MAX_SLOTS) is out of range; "
                "allowed: 1..100000"},
       }) {
    EXPECT_EQ(errorOf({"--config=/dev/null"}, {variable}), message);
  }
}

TEST(LoaderErrors, NameTheLineOfTheFile) {
  for (auto [content, message] : {
           Case{"gateway.port = 8080.5",
                "gateway.port: '8080.5' (file @) must be a whole number; "
                "allowed: 0..65535"},
           Case{"gateway.port = -1",
                "gateway.port: '-1' (file @) must not be negative; allowed: 0..65535"},
           Case{"gateway.host = 12",
                "gateway.host: '12' (file @) must be a string; allowed: a text that is not empty"},
           Case{"gateway.host = \"a\\u0000b\"", "gateway.host: 'a"},
           Case{"sandbox.read_only_paths = \"/usr\"",
                "sandbox.read_only_paths: '/usr' (file @) must be a list of strings; allowed: a "
                "list, each an absolute path"},
           Case{"sandbox.read_only_paths = [1]",
                "sandbox.read_only_paths: '[ 1 ]' (file @) must be a list of strings; allowed: a "
                "list, each an absolute path"},
           Case{"gateway.prot = 1",
                "gateway.prot (file @): unknown setting; did you mean "
                "gateway.port?"},
           Case{"limits.memory_bytes = 1",
                "limits.memory_bytes (file @): unknown setting; did "
                "you mean limits.memory_bytes.max?"},
           Case{"profiles.default.min = 1",
                "profiles.default.min (file @): unknown setting; did "
                "you mean profiles.default.min_idle?"},
           Case{"[profiles.Bad_Name]",
                "profiles.Bad_Name: 'Bad_Name' (file @) is not a profile's "
                "name; allowed a-z, 0-9 and '-'"},
           Case{"\n[gateway", "@, line 2: "},
       }) {
    TemporaryFile file(content);
    std::string expected = message;
    if (size_t at = expected.find('@'); at != std::string::npos) {
      expected.replace(at, 1, file.path());
    }
    std::string error = errorOf({"--config", file.path()}, {});
    EXPECT_TRUE(error.starts_with(expected)) << error << "\nexpected\n" << expected;
  }
}

TEST(LoaderErrors, NameAFileThatCannotBeRead) {
  EXPECT_EQ(errorOf({"--config=/nowhere/brood.toml"}, {}),
            "cannot read /nowhere/brood.toml: No such file or directory");
  EXPECT_EQ(errorOf({}, {"BROOD_CONFIG=/tmp"}), "cannot read /tmp: Is a directory");
}

TEST(LoaderErrors, NameSettingsThatDoNotGoTogether) {
  struct {
    std::vector<std::string> flags;
    const char* message;
  } cases[] = {
      {{"--limits-processes-default=9", "--limits-processes-max=8"},
       "limits.processes.default: 9 (flag --limits-processes-default) is more than "
       "limits.processes.max, which is 8 (flag --limits-processes-max)"},
      {{"--limits-processes-default=500"},
       "limits.processes.default: 500 (flag --limits-processes-default) is more than "
       "limits.processes.max, which is 256 (default)"},
      {{"--profiles-default-min-idle=9"},
       "profiles.default.min_idle: 9 (flag --profiles-default-min-idle) is more than "
       "profiles.default.target_idle, which is 8 (default)"},
      {{"--profiles-default-target-idle=65"},
       "profiles.default.target_idle: 65 (flag --profiles-default-target-idle) is more than "
       "profiles.default.max_workers, which is 64 (default)"},
      {{"--sandbox-uid-base=4294967290"},
       "sandbox.uid_base, sandbox.max_slots: host ids 4294967290..4294968313 do not fit; the last "
       "must be below 4294967295"},
      {{"--sandbox-uid-base=65000"},
       "sandbox.uid_base, sandbox.max_slots: host ids 65000..66023 contain 65534 (nobody), which "
       "sandboxes must not own"},
      {{"--sandbox-max-slots=11"},
       "sandbox.max_slots: 11 is less than sandbox.spare_slots, executed.target_idle and every "
       "profile's target_idle together, 16"},
      {{"--sandbox-read-only-paths=/usr,/usr/../tmp/site"},
       "sandbox.read_only_paths: '/usr/../tmp/site' lies in /tmp, which every sandbox has of its "
       "own"},
      {{"--sandbox-read-only-paths=/var/tmp/"},
       "sandbox.read_only_paths: '/var/tmp/' lies in /var/tmp, which every sandbox has of its own"},
      {{"--sandbox-read-only-paths=//"},
       "sandbox.read_only_paths: '//' is the root, which every sandbox has of its own"},
      {{"--gateway-max-body-bytes=512Mi"},
       "gateway.max_body_bytes: 536870912 is more than reaches the supervisor: a job could have "
       "537919488 bytes, a message has at most 536805376"},
      {{"--limits-output-bytes-max=256Mi"},
       "limits.output_bytes.max, compile_limits.output_bytes.max, files.max_collected_bytes, "
       "results.max_total_bytes: a result could have 595839488 bytes, a message has at most "
       "536805376"},
  };
  for (auto& each : cases) {
    each.flags.push_back("--config=/dev/null");
    EXPECT_EQ(errorOf(each.flags, {}), each.message);
  }
  std::string longPath = "/" + std::string(120, 'x');
  EXPECT_EQ(errorOf({"--config=/dev/null", "--supervisor-runtime-dir", longPath}, {}),
            "supervisor.runtime_dir: '" + longPath +
                "' is too long; with /admin.sock it may have 107 bytes");
}

}  // namespace
}  // namespace brood
