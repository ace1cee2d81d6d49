#include "zygote/slots/root_template.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>

#include "zygote/slots/proc_masks.h"
#include "zygote/slots/root_pool.h"
#include "zygote/slots/template_files.h"

namespace brood::zygote {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDirectories[] = {"usr",  "etc",  "dev",       "dev/shm", "dev/pts",
                                        "proc", "sys",  "workspace", "tmp",     "var",
                                        "run",  "home", "root",      "opt",     "mnt"};
// Links on a host with a merged /usr, directories (to be bound) on others.
constexpr const char* kMergedDirectories[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};

struct Device {
  const char* name;
  unsigned major, minor;
};
constexpr Device kDevices[] = {
    {"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}};

struct Link {
  const char* name;
  const char* target;
};
constexpr Link kLinks[] = {{"dev/fd", "/proc/self/fd"},
                           {"dev/stdin", "/proc/self/fd/0"},
                           {"dev/stdout", "/proc/self/fd/1"},
                           {"dev/stderr", "/proc/self/fd/2"},
                           {"dev/ptmx", "pts/ptmx"},
                           {"var/tmp", "/tmp"},  // No place of its own in which to leave things.
                           {"var/run", "/run"}};

// Nothing mounted from here on is seen outside, and nothing mounted outside arrives here.
void leaveHostMountNamespace() {
  KJ_SYSCALL(::unshare(CLONE_NEWNS));
  KJ_SYSCALL(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
}

// The stage is this process's root to be: the template beside a /proc.
void mountStage(const fs::path& stage) {
  KJ_SYSCALL(::mount("brood-stage", stage.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                     "mode=0755,size=1m"),
             stage.c_str());
  fs::create_directory(stage / "proc");
  for (const char* path : {kOwnRootPath, kNothingPath}) fs::create_directory(stage.string() + path);
  fs::path root = stage / "template";
  fs::create_directory(root);
  // Devices live on it, so it is not nodev.
  KJ_SYSCALL(::mount("brood-root", root.c_str(), "tmpfs", MS_NOSUID, "mode=0755,size=128m"),
             root.c_str());
}

// A fresh /proc shows everything, which is what lets user namespaces mount their own; where a
// container does not allow it, the one that is there has to do.
void mountStageProc(const fs::path& stage) {
  fs::path proc = stage / "proc";
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (::mount("proc", proc.c_str(), "proc", kFlags, nullptr) == 0) return;
  KJ_SYSCALL(::mount("/proc", proc.c_str(), nullptr, MS_BIND | MS_REC, nullptr));
}

void createSkeleton(const fs::path& root) {
  for (const char* directory : kDirectories) fs::create_directory(root / directory);
  for (const char* name : kMergedDirectories) {
    fs::path onHost = fs::path("/") / name;
    if (fs::is_symlink(onHost)) fs::copy_symlink(onHost, root / name);
  }
  for (const Link& link : kLinks) fs::create_symlink(link.target, root / link.name);
  makeProcMasks(root.c_str());
}

void bind(const fs::path& root, const fs::path& source, const LayerPolicy& policy) {
  // A link of the merged /usr leads to what is bound anyway; a missing directory binds nothing.
  if (!fs::is_directory(fs::symlink_status(source))) return;
  fs::path target = root / source.relative_path();
  fs::create_directories(target);
  KJ_SYSCALL(::mount(source.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr),
             source.c_str());
  // Recursive: a file system mounted below the source comes along and must be as read-only.
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_NOSUID;
  if (policy.isOn(Layer::ownRoot)) attributes.attr_set |= MOUNT_ATTR_NODEV;
  if (policy.isOn(Layer::readOnlyRoot)) attributes.attr_set |= MOUNT_ATTR_RDONLY;
  KJ_SYSCALL(
      ::mount_setattr(AT_FDCWD, target.c_str(), AT_RECURSIVE, &attributes, sizeof(attributes)),
      target.c_str());
}

void makeDevice(const fs::path& root, const Device& device) {
  fs::path node = root / "dev" / device.name;
  if (::mknod(node.c_str(), S_IFCHR | 0666, makedev(device.major, device.minor)) == 0) {
    // The umask does not apply to what every program expects of /dev/null.
    KJ_SYSCALL(::chmod(node.c_str(), 0666), node.c_str());
    return;
  }
  // In a user namespace nobody makes devices: borrow the host's.
  KJ_REQUIRE(errno == EPERM, "cannot make a device", node.c_str(), strerror(errno));
  KJ_SYSCALL(::mknod(node.c_str(), S_IFREG | 0666, 0), node.c_str());
  fs::path onHost = fs::path("/dev") / device.name;
  KJ_SYSCALL(::mount(onHost.c_str(), node.c_str(), nullptr, MS_BIND, nullptr), onHost.c_str());
}

// The file system itself, not only this mount of it: no copy of the mount can be writable again.
void sealTemplate(const fs::path& root) {
  KJ_SYSCALL(::mount(nullptr, root.c_str(), nullptr, MS_REMOUNT | MS_RDONLY | MS_NOSUID, nullptr),
             root.c_str());
}

void pivotInto(const fs::path& stage) {
  KJ_SYSCALL(::chdir(stage.c_str()));
  KJ_SYSCALL(::syscall(SYS_pivot_root, ".", "."));
  KJ_SYSCALL(::umount2(".", MNT_DETACH));
  KJ_SYSCALL(::chdir("/"));
}

void fillTemplate(const fs::path& root, wire::RootTemplate::Reader options,
                  const LayerPolicy& policy) {
  for (auto source : options.getReadOnlyBinds()) bind(root, source.cStr(), policy);
  TemplateCopier copier(root.c_str());
  for (auto path : options.getCopies()) copier.copy(path);
  writeGeneratedEtc(root.c_str());
  if (options.getPreload().size() > 0) installPreload(root.c_str(), options.getPreload());
  for (const Device& device : kDevices) makeDevice(root, device);
}

// Copies the files that a parked interpreter is started with. The manifest is the operator's own
// affair.
void copyRuntimeFolder(const fs::path& root, wire::RuntimeFolder::Reader folder) {
  const fs::path target = root / "brood" / folder.getName().cStr();
  fs::create_directories(target);
  TemplateCopier copier(root.c_str());
  for (const auto& entry : fs::directory_iterator(folder.getPath().cStr())) {
    if (!entry.is_regular_file() || entry.path().filename() == "manifest.toml") continue;
    copier.copyRegularFile(entry.path().c_str(), (target / entry.path().filename()).c_str(), 0755);
  }
}

// All of the host but what a slot has of its own.
void bindHost(const fs::path& root, const LayerPolicy& policy) {
  for (const auto& entry : fs::directory_iterator("/")) {
    const auto name = entry.path().filename();
    if (name == "proc" || name == "workspace" || name == "tmp") continue;
    bind(root, entry.path(), policy);
  }
}

}  // namespace

void enterRootTemplate(wire::RootTemplate::Reader options, const LayerPolicy& policy) {
  fs::path stage = options.getStagingDir().cStr();
  fs::path root = stage / "template";

  leaveHostMountNamespace();
  mountStage(stage);
  mountStageProc(stage);
  createSkeleton(root);
  if (policy.isOn(Layer::ownRoot)) {
    fillTemplate(root, options, policy);
  } else {
    bindHost(root, policy);
  }
  for (auto folder : options.getRuntimeFolders()) copyRuntimeFolder(root, folder);
  if (policy.isOn(Layer::readOnlyRoot)) sealTemplate(root);
  pivotInto(stage);
}

}  // namespace brood::zygote
