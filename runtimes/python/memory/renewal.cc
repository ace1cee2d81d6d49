#include "runtimes/python/memory/renewal.h"

#include "runtimes/python/interpreter/harness.h"
#include "runtimes/python/interpreter/harness_sources.h"

#include <kj/debug.h>
#include <sys/random.h>
#include <unistd.h>

#include <chrono>

namespace brood {
namespace {

// Borrowed; null if it is None.
PyObject* variable(PyObject* variables, const char* name) {
  PyObject* value = PyDict_GetItemString(variables, name);
  KJ_REQUIRE(value != nullptr, "prepare_renewal.py leaves no such variable", name);
  return value == Py_None ? nullptr : value;
}

std::vector<PyObject*> itemsOf(PyObject* variables, const char* name) {
  PyObject* list = variable(variables, name);
  KJ_REQUIRE(list != nullptr && PyList_Check(list), name);
  std::vector<PyObject*> items;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) items.push_back(PyList_GET_ITEM(list, i));
  return items;
}

// It stays where it is for as long as its owner lives.
kj::ArrayPtr<kj::byte> memoryOf(PyObject* buffer) {
  Py_buffer view;
  mustSucceed(PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE), "memory to renew");
  kj::ArrayPtr<kj::byte> memory(static_cast<kj::byte*>(view.buf), static_cast<size_t>(view.len));
  PyBuffer_Release(&view);
  return memory;
}

// The caller must not have asked for the hash yet, because bytes remember it.
kj::ArrayPtr<kj::byte> memoryOfBytes(PyObject* bytes) {
  KJ_REQUIRE(PyBytes_Check(bytes) && PyBytes_GET_SIZE(bytes) > 1, "not bytes of our own");
  return {reinterpret_cast<kj::byte*>(PyBytes_AS_STRING(bytes)),
          static_cast<size_t>(PyBytes_GET_SIZE(bytes))};
}

void fillWithRandomBytes(kj::ArrayPtr<kj::byte> memory) {
  for (size_t done = 0; done < memory.size();) {
    ssize_t count;
    KJ_SYSCALL(count = getrandom(memory.begin() + done, memory.size() - done, 0));
    done += static_cast<size_t>(count);
  }
}

struct sigaction actionOf(int number) {
  struct sigaction action;
  KJ_SYSCALL(sigaction(number, nullptr, &action), number);
  return action;
}

}  // namespace

Renewal::Renewal() : owners_(mustOwn(PyDict_New(), "namespace")), zygote_(getpid()) {
  HarnessPart("prepare_renewal", harness::kPrepareRenewal).run(owners_.get());
  findMemory(owners_.get());
  constexpr int kNumbers[] = {SIGPIPE, SIGXFSZ, SIGINT};
  for (size_t i = 0; i < signals_.size(); ++i) signals_[i] = {kNumbers[i], actionOf(kNumbers[i])};
}

void Renewal::findMemory(PyObject* variables) {
  for (PyObject* buffer : itemsOf(variables, "random_memory")) {
    randomMemory_.push_back(memoryOf(buffer));
  }
  for (PyObject* bytes : itemsOf(variables, "random_bytes")) {
    randomMemory_.push_back(memoryOfBytes(bytes));
  }
  seeded_ = itemsOf(variables, "seeded");
  reseed_ = itemsOf(variables, "reseed");
  seed_ = variable(variables, "seed_c");
  addToOpenSsl_ = variable(variables, "add_to_openssl");
  openSslNoticesForks_ = variable(variables, "openssl_forks") == Py_True;
  startTime_ = variable(variables, "start_time");
  KJ_REQUIRE(startTime_ == nullptr || PyFloat_CheckExact(startTime_));
}

void Renewal::run() const {
  drawRandomNumbers();
  reseedOpenSsl();
  setStartTime();
  handleSignals();
}

void Renewal::drawRandomNumbers() const {
  for (const auto memory : randomMemory_) fillWithRandomBytes(memory);
  for (PyObject* object : seeded_) mustOwn(PyObject_CallOneArg(seed_, object), "seed random");
  for (PyObject* call : reseed_) mustOwn(PyObject_CallNoArgs(call), "renew a worker's state");
}

// It compares its process's number with that at its last seeding (RAND(7)). In a PID namespace a
// worker may have the very number that its zygote has outside.
void Renewal::reseedOpenSsl() const {
  if (addToOpenSsl_ == nullptr || (openSslNoticesForks_ && getpid() != zygote_)) return;
  kj::byte seed[48];
  fillWithRandomBytes(seed);
  PyRef bytes = mustOwn(
      PyBytes_FromStringAndSize(reinterpret_cast<const char*>(seed), sizeof(seed)), "a seed");
  mustOwn(PyObject_CallFunction(addToOpenSsl_, "Od", bytes.get(), double{sizeof(seed)}),
          "reseed OpenSSL");
}

// In place: an attribute that is set costs the pages of the module's dictionary.
void Renewal::setStartTime() const {
  if (startTime_ == nullptr) return;
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  reinterpret_cast<PyFloatObject*>(startTime_)->ob_fval = now.count();
}

// Where a keeper forked the worker they are the system's, while the interpreter believes that they
// are its own.
void Renewal::handleSignals() const {
  for (const Handled& handled : signals_) {
    KJ_SYSCALL(sigaction(handled.number, &handled.action, nullptr), handled.number);
  }
}

}  // namespace brood
