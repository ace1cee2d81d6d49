#include "supervisor/job_message.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "rpc/worker.capnp.h"
#include "rpc/worker_frames.h"
#include "supervisor/job_request.h"

namespace brood {
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
void writeCommand(const std::vector<std::string>& command, capnp::List<capnp::Text>::Reader args,
                  wire::WorkerJob::Builder job) {
  const auto ours = static_cast<unsigned>(command.size());
  auto argv = job.initCommand(ours + args.size());
  for (unsigned i = 0; i < ours; ++i) argv.set(i, command[i]);
  for (unsigned i = 0; i < args.size(); ++i) argv.set(ours + i, args[i]);
}

// One allocation for the whole message. Not Reader::totalSize(), which would walk over all of it.
unsigned sizeHint(const JobRequest& request) {
  size_t bytes = 8192 + request.program.content.size();
  if (const auto total = contentBytes(request.files); total <= kMostContentInline) bytes += total;
  return static_cast<unsigned>(bytes / sizeof(capnp::word));
}

}  // namespace

JobMessage encodeJob(const JobRequest& request, const ResultsConfig& results,
                     const Backstops& backstops, bool executes) {
  auto job = request.job;
  const Program& program = request.program;

  capnp::MallocMessageBuilder message(sizeHint(request));
  auto out = message.initRoot<wire::WorkerJob>();
  out.setSource(program.content);
  out.setSourceName(program.fileName);
  out.setArgs(job.getArgs());
  const auto ofLanguage = static_cast<unsigned>(program.environment.size());
  auto env = out.initEnv(ofLanguage + job.getEnv().size());
  for (unsigned i = 0; i < ofLanguage; ++i) {
    env[i].setName(program.environment[i].first);
    env[i].setValue(program.environment[i].second);
  }
  for (unsigned i = 0; i < job.getEnv().size(); ++i) {
    env[ofLanguage + i].setName(job.getEnv()[i].getName());
    env[ofLanguage + i].setValue(job.getEnv()[i].getValue());
  }
  if (executes) writeCommand(program.command, job.getArgs(), out);
  out.setCpuSeconds((request.limits.cpuTimeMs + 999) / 1000 + kCpuBackstopSeconds);
  out.setFileBytes(request.limits.fileBytes);
  out.setOpenFiles(request.limits.openFiles);
  out.setMemoryBytes(backstops.dataBytes);
  out.setProcesses(backstops.processes);

  if (job.getRich()) {
    auto limits = out.initResults();
    limits.setCount(results.maxCount);
    limits.setBytes(results.maxBytes);
    limits.setTotalBytes(results.maxTotalBytes);
  }

  auto content = writeFiles(request.files, out);
  auto words = capnp::messageToFlatArray(message);
  return {framed(words.asBytes()), kj::mv(content)};
}

}  // namespace brood
