#include "supervisor/jobs/job_encoder.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "rpc/wire/worker.capnp.h"
#include "rpc/wire/worker_frames.h"
#include "supervisor/base/lists.h"

namespace brood::supervisor {
namespace {

// RLIMIT_CPU counts whole seconds and is only a backstop behind the cgroup's clock.
constexpr uint64_t kCpuBackstopSeconds = 1;
// Up to here a copy costs less than a descriptor.
constexpr uint64_t kMostContentInline = 64 * 1024;

uint64_t contentBytes(const std::vector<InputFile>& files) {
  uint64_t total = 0;
  for (const auto& file : files) total += file.content.size();
  return total;
}

void writeAll(int fd, kj::ArrayPtr<const kj::byte> bytes) {
  while (bytes.size() > 0) {
    ssize_t count;
    KJ_SYSCALL(count = ::write(fd, bytes.begin(), bytes.size()));
    bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  }
}

// Sealed: whoever has it can neither change it nor cut it short under its reader.
OwnedFd sealedContent(const std::vector<InputFile>& files) {
  int fd;
  KJ_SYSCALL(fd = ::memfd_create("brood-files", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  OwnedFd content(fd);
  for (const auto& file : files) writeAll(fd, file.content);
  KJ_SYSCALL(::fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL));
  return content;
}

OwnedFd writeFiles(const std::vector<InputFile>& files, wire::WorkerJob::Builder job) {
  const bool isInline = contentBytes(files) <= kMostContentInline;
  auto list = job.initFiles(static_cast<unsigned>(files.size()));
  for (unsigned i = 0; i < files.size(); ++i) {
    list[i].setPath(files[i].path);
    list[i].setSize(files[i].content.size());
    list[i].setExecutable(files[i].executable);
    if (isInline) list[i].setContent(files[i].content);
  }
  return isInline ? OwnedFd() : sealedContent(files);
}

kj::Array<kj::byte> framed(kj::ArrayPtr<const kj::byte> message) {
  WorkerJobHeader header;
  header.byteLength = static_cast<uint32_t>(message.size());
  auto bytes = kj::heapArray<kj::byte>(sizeof(header) + message.size());
  std::memcpy(bytes.begin(), &header, sizeof(header));
  std::memcpy(bytes.begin() + sizeof(header), message.begin(), message.size());
  return bytes;
}

// The job's own arguments follow the interpreter's.
void writeCommand(const AdmittedJob& job, wire::WorkerJob::Builder out) {
  const auto ours = static_cast<unsigned>(job.program.command.size());
  auto argv = out.initCommand(ours + static_cast<unsigned>(job.arguments.size()));
  setTexts(argv, job.program.command);
  setTexts(argv, job.arguments, ours);
}

// Time is the cells' and not the context's, so that its processes have no limit of their own.
void writeStay(const Stay& stay, wire::WorkerJob::Builder out) {
  out.setServes(stay.service);
  out.setFolder(stay.folder);
  out.setCpuSeconds(0);
  if (stay.rows == 0 && stay.columns == 0) return;
  auto terminal = out.initTerminal();
  terminal.setRows(stay.rows);
  terminal.setColumns(stay.columns);
}

// One allocation for the whole message.
unsigned sizeHint(const AdmittedJob& job) {
  size_t bytes = 8192 + job.program.content.size();
  if (const auto total = contentBytes(job.files); total <= kMostContentInline) bytes += total;
  return static_cast<unsigned>(bytes / sizeof(capnp::word));
}

}  // namespace

EncodedJob encodeJob(const AdmittedJob& job, const ResultsConfig& results,
                     const Backstops& backstops, bool executes, bool acknowledgesResults) {
  const Program& program = job.program;

  capnp::MallocMessageBuilder message(sizeHint(job));
  auto out = message.initRoot<wire::WorkerJob>();
  out.setSource(program.content);
  out.setSourceName(program.fileName);
  setTexts(out.initArgs(static_cast<unsigned>(job.arguments.size())), job.arguments);
  auto env = out.initEnv(static_cast<unsigned>(program.environment.size()));
  for (unsigned i = 0; i < env.size(); ++i) {
    env[i].setName(program.environment[i].first);
    env[i].setValue(program.environment[i].second);
  }
  if (executes) writeCommand(job, out);
  out.setCpuSeconds((job.limits.cpuTimeMs + 999) / 1000 + kCpuBackstopSeconds);
  out.setFileBytes(job.limits.fileBytes);
  out.setOpenFiles(job.limits.openFiles);
  out.setMemoryBytes(backstops.dataBytes);
  out.setProcesses(backstops.processes);
  out.setMergesOutput(job.mergesOutput);

  if (job.stay) writeStay(*job.stay, out);

  if (job.wantsResults) {
    auto limits = out.initResults();
    limits.setCount(results.maxCount);
    limits.setBytes(results.maxBytes);
    limits.setTotalBytes(results.maxTotalBytes);
    limits.setAcknowledged(acknowledgesResults);
  }

  auto content = writeFiles(job.files, out);
  auto words = capnp::messageToFlatArray(message);
  return {framed(words.asBytes()), kj::mv(content)};
}

}  // namespace brood::supervisor
