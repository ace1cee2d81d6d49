#include "runtimes/python/interpreter/startup_variables.h"

#include "runtimes/python/interpreter/interpreter.h"

#include <kj/debug.h>
#include <kj/vector.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>

namespace brood {
namespace {

// `python3 --help-env` of 3.11 to 3.14, without those that are looked up when they are used
// (PYTHONBREAKPOINT, PYTHONASYNCIODEBUG), those for a terminal, and those that a warm interpreter
// follows: PYTHONPATH, PYTHONDONTWRITEBYTECODE, and PYTHONUNBUFFERED, which it always is.
constexpr kj::StringPtr kReadAtStart[] = {"PYTHONCASEOK"_kj,
                                          "PYTHONCOERCECLOCALE"_kj,
                                          "PYTHONDEBUG"_kj,
                                          "PYTHONDEVMODE"_kj,
                                          "PYTHONEXECUTABLE"_kj,
                                          "PYTHONFAULTHANDLER"_kj,
                                          "PYTHONHASHSEED"_kj,
                                          "PYTHONHOME"_kj,
                                          "PYTHONINSPECT"_kj,
                                          "PYTHONINTMAXSTRDIGITS"_kj,
                                          "PYTHONIOENCODING"_kj,
                                          "PYTHONMALLOC"_kj,
                                          "PYTHONMALLOCSTATS"_kj,
                                          "PYTHONNODEBUGRANGES"_kj,
                                          "PYTHONNOUSERSITE"_kj,
                                          "PYTHONOPTIMIZE"_kj,
                                          "PYTHONPERFSUPPORT"_kj,
                                          "PYTHONPLATLIBDIR"_kj,
                                          "PYTHONPROFILEIMPORTTIME"_kj,
                                          "PYTHONPYCACHEPREFIX"_kj,
                                          "PYTHONSAFEPATH"_kj,
                                          "PYTHONTRACEMALLOC"_kj,
                                          "PYTHONUSERBASE"_kj,
                                          "PYTHONUTF8"_kj,
                                          "PYTHONVERBOSE"_kj,
                                          "PYTHONWARNDEFAULTENCODING"_kj,
                                          "PYTHONWARNINGS"_kj,
                                          "PYTHON_CONTEXT_AWARE_WARNINGS"_kj,
                                          "PYTHON_CPU_COUNT"_kj,
                                          "PYTHON_FROZEN_MODULES"_kj,
                                          "PYTHON_GIL"_kj,
                                          "PYTHON_JIT"_kj,
                                          "PYTHON_PERF_JIT_SUPPORT"_kj,
                                          "PYTHON_PRESITE"_kj,
                                          "PYTHON_THREAD_INHERIT_CONTEXT"_kj,
                                          "PYTHON_TLBC"_kj};

constexpr kj::StringPtr kLocale[] = {"LANG"_kj, "LC_ALL"_kj, "LC_CTYPE"_kj};

template <size_t count>
bool isAmong(const kj::StringPtr (&names)[count], kj::StringPtr name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// To Python these are UTF-8: the "C" locale by PEP 538, and one that is not installed is that.
bool isUtf8Locale(kj::StringPtr value) {
  std::string text(value.begin(), value.size());
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text == "c" || text == "posix" || text.ends_with(".utf-8") || text.ends_with(".utf8");
}

// Python takes an empty one for none.
bool isMissed(const JobEnvVar& variable) {
  if (variable.value.size() == 0) return false;
  if (isAmong(kLocale, variable.name)) return !isUtf8Locale(variable.value);
  if (variable.name == "PYTHONHASHSEED") return variable.value != "random";
  return isAmong(kReadAtStart, variable.name);
}

}  // namespace

kj::Maybe<kj::StringPtr> missedAtStart(kj::ArrayPtr<const JobEnvVar> variables) {
  for (const auto& variable : variables) {
    if (isMissed(variable)) return variable.name;
  }
  return nullptr;
}

kj::Maybe<kj::StringPtr> valueOf(kj::ArrayPtr<const JobEnvVar> variables, kj::StringPtr name) {
  for (size_t i = variables.size(); i > 0; --i) {
    if (variables[i - 1].name != name) continue;
    if (variables[i - 1].value.size() == 0) return nullptr;
    return variables[i - 1].value;
  }
  return nullptr;
}

void becomeFreshInterpreter(const JobSpec& job) {
  kj::Vector<char*> words;
  const auto add = [&words](const char* word) { words.add(const_cast<char*>(word)); };
  add(kPythonExecutable);
  add("-u");
  add(job.sourcePath.cStr());
  for (kj::StringPtr argument : job.args) add(argument.cStr());
  words.add(nullptr);
  ::execv(kPythonExecutable, words.begin());
  KJ_FAIL_SYSCALL("execv", errno, kPythonExecutable);
}

}  // namespace brood
