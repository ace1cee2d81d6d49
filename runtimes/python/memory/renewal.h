#pragma once
// Renews what a worker must not share with its siblings: random state and identities.
//
// The hash seed stays shared by all workers of one zygote: it cannot be changed after start-up.

#include "runtimes/python/interpreter/py_ref.h"

#include <kj/common.h>
#include <signal.h>
#include <sys/types.h>

#include <array>
#include <vector>

namespace brood {

class Renewal {
 public:
  // In the zygote, once all is loaded: forgets there what can be forgotten once for all, and finds
  // the memory that each worker fills anew (harness/prepare_renewal.py).
  Renewal();

  // In a worker. Throws when any of it cannot be done.
  void run() const;

 private:
  struct Handled {
    int number;
    struct sigaction action;
  };

  void findMemory(PyObject* variables);
  void drawRandomNumbers() const;
  void reseedOpenSsl() const;
  void setStartTime() const;
  void handleSignals() const;

  PyRef owners_;  // Owns all that follows.
  std::vector<kj::ArrayPtr<kj::byte>> randomMemory_;
  std::vector<PyObject*> seeded_, reseed_;
  PyObject* seed_ = nullptr;
  PyObject* addToOpenSsl_ = nullptr;
  PyObject* startTime_ = nullptr;
  bool openSslNoticesForks_ = false;
  pid_t zygote_;
  std::array<Handled, 3> signals_{};
};

}  // namespace brood
