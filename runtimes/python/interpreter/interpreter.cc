#include "runtimes/python/interpreter/interpreter.h"

#include "runtimes/interface/base_environment.h"
#include "runtimes/python/interpreter/py_ref.h"

#include <kj/debug.h>

#include <cstdlib>
#include <string>

namespace brood {
namespace {

struct PythonEnvVar {
  const char* name;
  const char* value;
};

// No display inside a sandbox, and a configuration directory that exists only there.
constexpr PythonEnvVar kPythonEnvironment[] = {
    {"MPLBACKEND", "Agg"},
    {"MPLCONFIGDIR", "/tmp/matplotlib"},
};

// The interpreter takes its locale, its user site directory and os.environ from here, so nothing
// of the zygote's may be left. Cleared rather than ignored (use_environment = 0): ignoring would
// show in sys.flags, and multiprocessing passes those on to its children.
void replaceEnvironment(kj::ArrayPtr<const kj::String> own) {
  KJ_REQUIRE(clearenv() == 0);
  for (const auto& variable : kBaseEnvironment) {
    KJ_SYSCALL(setenv(variable.name, variable.value, 1), variable.name);
  }
  for (const auto& variable : kPythonEnvironment) {
    KJ_SYSCALL(setenv(variable.name, variable.value, 1), variable.name);
  }
  for (const auto& variable : own) {
    const size_t equals = KJ_REQUIRE_NONNULL(variable.findFirst('='), "not NAME=VALUE", variable);
    const kj::String name = kj::heapString(variable.begin(), equals);
    KJ_SYSCALL(setenv(name.cStr(), variable.cStr() + equals + 1, 1), name);
  }
}

void require(const PyStatus& status, const char* step) {
  if (PyStatus_Exception(status)) {
    KJ_FAIL_REQUIRE("cannot start Python", step, status.err_msg == nullptr ? "" : status.err_msg);
  }
}

// UTF-8 comes from the locale C.UTF-8, as it does for the same script run natively; UTF-8 mode
// would show in sys.flags.
void preInitialise() {
  PyPreConfig config;
  PyPreConfig_InitPythonConfig(&config);
  config.utf8_mode = 0;
  config.coerce_c_locale = 0;
  config.parse_argv = 0;
  require(Py_PreInitialize(&config), "pre-initialise");
}

}  // namespace

void startInterpreter(kj::ArrayPtr<const kj::String> own) {
  KJ_REQUIRE(!Py_IsInitialized(), "the interpreter is already running");
  replaceEnvironment(own);
  preInitialise();

  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.parse_argv = 0;
  config.buffered_stdio = 0;
  config.install_signal_handlers = 1;
  PyStatus status = PyConfig_SetBytesString(&config, &config.program_name, kPythonExecutable);
  if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  require(status, "initialise");
}

kj::String interpreterVersion() {
  std::string full = Py_GetVersion();
  return kj::heapString(full.substr(0, full.find(' ')).c_str());
}

}  // namespace brood
