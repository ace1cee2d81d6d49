// Languages that are merely executed: write the source, become the program.

#include <errno.h>
#include <fcntl.h>
#include <kj/common.h>
#include <string.h>
#include <unistd.h>

#include "runtimes/exec/shell_context.h"
#include "runtimes/interface/base_environment.h"
#include "runtimes/interface/runtime.h"

namespace brood {
namespace {

// The exit codes of shells for a command that cannot be run and for one that does not exist.
constexpr int kCannotExecute = 126;
constexpr int kNotFound = 127;

int complain(kj::StringPtr action, kj::StringPtr subject, int errnoValue) {
  kj::String line =
      kj::str("brood: cannot ", action, " ", subject, ": ", strerror(errnoValue), "\n");
  // Nothing can be done about a standard error that takes no message: the exit code says it too.
  [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, line.begin(), line.size());
  return errnoValue == ENOENT ? kNotFound : kCannotExecute;
}

// 0, or the errno of what failed.
int writeFile(kj::StringPtr path, kj::ArrayPtr<const kj::byte> content) {
  int file = ::open(path.cStr(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0755);
  if (file < 0) return errno;
  KJ_DEFER(::close(file));
  while (content.size() > 0) {
    ssize_t count = ::write(file, content.begin(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    content = content.slice(count, content.size());
  }
  return 0;
}

class ExecRuntime final : public Runtime {
 public:
  WarmUpReport warmUp(const WarmUpOptions&) override {
    WarmUpReport report;
    report.language = kj::str("exec");
    report.version = kj::str(BROOD_VERSION);
    return report;
  }

  void afterFork() override {}
  void park(kj::StringPtr) override {}

  int run(const JobSpec& job) override {
    if (job.sourcePath.size() > 0) {
      if (int error = writeFile(job.sourcePath, job.source)) {
        return complain("write", job.sourcePath, error);
      }
    }
    if (job.command.size() == 0) return complain("execute", "an empty command", EINVAL);

    kj::Vector<char*> argv;
    for (kj::StringPtr word : job.command) argv.add(const_cast<char*>(word.cStr()));
    argv.add(nullptr);

    kj::Vector<kj::String> variables = jobEnvironment(job.env);
    kj::Vector<char*> environment;
    for (kj::String& variable : variables) environment.add(variable.begin());
    environment.add(nullptr);

    // execvp searches the PATH of the calling process, and it is the job's that counts.
    environ = environment.begin();
    ::execvp(argv[0], argv.begin());
    return complain("execute", job.command[0], errno);
  }

  int serveCells(const JobSpec& opening, CellPort& cells) override {
    const kj::Vector<kj::String> variables = jobEnvironment(opening.env);
    ShellContext shell(opening.command, variables);
    return shell.serve(cells);
  }
};

}  // namespace

kj::Own<Runtime> makeRuntime() { return kj::heap<ExecRuntime>(); }

}  // namespace brood
