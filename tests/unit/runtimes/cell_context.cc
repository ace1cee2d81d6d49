#include "tests/unit/runtimes/cell_context.h"

#include "rpc/wire/cell_frames.h"
#include "rpc/wire/fd_passing.h"
#include "rpc/wire/worker.capnp.h"
#include "runtimes/interface/base_environment.h"
#include "zygote/layers/descriptors.h"
#include "zygote/service/channel_cells.h"
#include "zygote/worker/parked_program.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/debug.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace brood {
namespace {

constexpr int kHarnessFailed = 125;

void writeAll(int fd, const void* data, size_t size) {
  const char* bytes = static_cast<const char*>(data);
  for (size_t done = 0; done < size;) {
    ssize_t count;
    KJ_SYSCALL(count = ::write(fd, bytes + done, size - done));
    done += static_cast<size_t>(count);
  }
}

bool readAll(int fd, void* buffer, size_t size) {
  return ::recv(fd, buffer, size, MSG_WAITALL) == static_cast<ssize_t>(size);
}

std::string readText(int fd, size_t size) {
  std::string text(size, '\0');
  KJ_REQUIRE(size == 0 || readAll(fd, text.data(), size));
  return text;
}

void appendAvailable(int fd, std::string& text) {
  char buffer[65536];
  for (ssize_t count; (count = ::read(fd, buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<size_t>(count));
  }
}

}  // namespace

std::string CellAnswer::form(const std::string& mime) const {
  for (const auto& one : shown) {
    if (one.mime == mime) return one.data;
  }
  return {};
}

CellContext::CellContext(Runtime& runtime, const std::map<std::string, std::string>& env,
                         const std::vector<std::string>& command) {
  runtime.beforeFork();
  fork();
  if (pid_ == 0) live(runtime, env, command);
  runtime.afterForkInParent();
  for (auto* end : {&itsChannel_, &itsIn_, &itsOut_, &itsErr_}) end->reset();
}

CellContext::CellContext(const std::vector<std::string>& parkedCommand) {
  fork();
  if (pid_ == 0) become(parkedCommand);
  for (auto* end : {&itsChannel_, &itsIn_, &itsOut_, &itsErr_}) end->reset();
  openParked();
}

void CellContext::fork() {
  auto [ours, theirs] = newStreamPair();
  auto [inRead, inWrite] = newPipe();
  auto [outRead, outWrite] = newPipe();
  auto [errRead, errWrite] = newPipe();
  channel_ = kj::mv(ours);
  out_ = kj::mv(outRead);
  err_ = kj::mv(errRead);
  itsChannel_ = kj::mv(theirs);
  itsIn_ = kj::mv(inRead);
  itsOut_ = kj::mv(outWrite);
  itsErr_ = kj::mv(errWrite);
  for (const auto* end : {&out_, &err_}) KJ_SYSCALL(::fcntl(end->get(), F_SETFL, O_NONBLOCK));
  KJ_SYSCALL(pid_ = ::fork());
  if (pid_ > 0) return;
  ::dup2(itsIn_.get(), STDIN_FILENO);
  ::dup2(itsOut_.get(), STDOUT_FILENO);
  ::dup2(itsErr_.get(), STDERR_FILENO);
  for (auto* end : {&channel_, &out_, &err_, &itsIn_, &itsOut_, &itsErr_}) end->reset();
  ::setsid();
  if (::chdir(folder_.path().c_str()) < 0) ::_exit(kHarnessFailed);
}

CellContext::~CellContext() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

void CellContext::live(Runtime& runtime, const std::map<std::string, std::string>& env,
                       const std::vector<std::string>& command) {
  int code = kHarnessFailed;
  try {
    runtime.afterFork();
    const std::string path = folder_.path() / "main.py";
    runtime.park(path.c_str());
    kj::Vector<JobEnvVar> variables;
    for (const auto& [name, value] : env) variables.add(JobEnvVar{name.c_str(), value.c_str()});
    JobSpec opening;
    opening.env = variables;
    kj::Vector<kj::StringPtr> words;
    for (const auto& word : command) words.add(word.c_str());
    opening.command = words;
    zygote::ChannelCells cells(itsChannel_.get(), nullptr, true);
    code = runtime.serveCells(opening, cells);
  } catch (const kj::Exception& exception) {
    dprintf(STDERR_FILENO, "%s\n", kj::str(exception).cStr());
  }
  ::_exit(code);
}

void CellContext::become(const std::vector<std::string>& parkedCommand) {
  ParkedProgram program;
  for (const auto& word : parkedCommand) program.argv.add(kj::heapString(word.c_str()));
  for (const auto& variable : jobEnvironment(nullptr)) {
    program.environment.add(kj::heapString(variable));
  }
  WorkerFrame parked;
  if (::dup2(itsChannel_.get(), zygote::kWorkerChannelFd) >= 0) zygote::become(program, parked);
  ::_exit(kHarnessFailed);
}

void CellContext::openParked() {
  WorkerFrame parked;
  KJ_REQUIRE(readAll(channel_.get(), &parked, sizeof(parked)), "it has not parked");
  capnp::MallocMessageBuilder message;
  auto job = message.initRoot<wire::WorkerJob>();
  job.setServes(wire::Service::CELLS);
  job.initResults().setAcknowledged(true);
  auto env = job.initEnv(1);
  env[0].setName("OPENED");
  env[0].setValue("yes");
  auto words = capnp::messageToFlatArray(message);
  WorkerJobHeader header;
  header.byteLength = static_cast<uint32_t>(words.asBytes().size());
  writeAll(channel_.get(), &header, sizeof(header));
  writeAll(channel_.get(), words.begin(), header.byteLength);
}

void CellContext::begin(const CellText& cell) {
  std::string env;
  for (const auto& [name, value] : cell.env) env += name + "=" + value + '\0';
  CellHeader header;
  header.number = ++number_;
  header.codeBytes = static_cast<uint32_t>(cell.code.size());
  header.stdinBytes = static_cast<uint32_t>(cell.input.size());
  header.envBytes = static_cast<uint32_t>(env.size());
  header.resultCount = cell.rich ? 17 : 1;
  header.resultBytes = header.resultTotalBytes = 4 << 20;
  current_ = {};
  std::string message(reinterpret_cast<const char*>(&header), sizeof(header));
  message += cell.code + cell.input + env;
  writeAll(channel_.get(), message.data(), message.size());
}

bool CellContext::readFrame(CellAnswer& answer) {
  WorkerFrame frame;
  if (!readAll(channel_.get(), &frame, sizeof(frame))) return false;
  KJ_REQUIRE(frame.magic == WorkerFrame::kMagic);
  if (frame.kind == WorkerFrameKind::cellDone) {
    KJ_REQUIRE(frame.cell() == number_);
    answer.exitCode = frame.exitCode;
    return true;
  }
  KJ_REQUIRE(frame.kind == WorkerFrameKind::result, static_cast<int>(frame.kind));
  const auto& header = reinterpret_cast<const WorkerResultHeader&>(frame);
  if (header.mimeBytes == 0) return true;
  const std::string mime = readText(channel_.get(), header.mimeBytes);
  const std::string data = readText(channel_.get(), header.dataBytes);
  if (mime == kCellErrorMime) {
    answer.error = data;
  } else {
    answer.shown.push_back({header.object, mime, data});
  }
  writeAll(channel_.get(), "a", 1);
  return true;
}

void CellContext::drain(CellAnswer& answer) {
  appendAvailable(out_.get(), answer.out);
  appendAvailable(err_.get(), answer.err);
}

CellAnswer CellContext::finish() {
  while (current_.exitCode < 0) {
    pollfd watched[] = {
        {channel_.get(), POLLIN, 0}, {out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}};
    KJ_SYSCALL(::poll(watched, 3, -1));
    drain(current_);
    if (watched[0].revents != 0 && !readFrame(current_)) break;
  }
  drain(current_);
  return current_;
}

void CellContext::awaitOutput(const std::string& text) {
  while (current_.out.find(text) == std::string::npos) {
    pollfd watched{out_.get(), POLLIN, 0};
    KJ_SYSCALL(::poll(&watched, 1, -1));
    KJ_REQUIRE((watched.revents & POLLIN) != 0, "the context has ended", current_.out.c_str());
    drain(current_);
  }
}

CellAnswer CellContext::run(const CellText& cell) {
  begin(cell);
  return finish();
}

void CellContext::interrupt() const { KJ_SYSCALL(::kill(-pid_, SIGINT)); }

std::string CellContext::close() {
  channel_.reset();
  int status = 0;
  KJ_SYSCALL(::waitpid(pid_, &status, 0));
  pid_ = -1;
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit " + std::to_string(WEXITSTATUS(status));
}

}  // namespace brood
