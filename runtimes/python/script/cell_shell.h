#pragma once
// The shell of a session's context: IPython where it is installed, else a small one of ours.

#include "runtimes/interface/cells.h"
#include "runtimes/python/interpreter/py_ref.h"

namespace brood {

class CellShell {
 public:
  // In the zygote where IPython has been loaded there, else in the worker, which takes as long as
  // it takes to import. Has a __main__ of its own, which is not yet the interpreter's.
  CellShell();
  CellShell(const CellShell&) = delete;
  CellShell& operator=(const CellShell&) = delete;

  static bool isLoadedAhead();

  // In the zygote: goes through cells of several kinds, of which nothing stays.
  void rehearseAll() const;
  // In a parked worker: goes through a small one, so that the memory it writes to is there. No
  // exception leaves it.
  void rehearse() const noexcept;

  // In the worker, once: its __main__ is the interpreter's from here on.
  void enter();

  // False if the cell has ended with an error, of which the user has been told. All that it has
  // written is out on return.
  bool run(const CellOrder& cell);

 private:
  // Where results go while a cell runs.
  class CurrentSink final : public ResultSink {
   public:
    void add(uint32_t object, kj::StringPtr mime, kj::ArrayPtr<const kj::byte> data) override {
      if (sink_ != nullptr) sink_->add(object, mime, data);
    }
    void become(ResultSink* sink) { sink_ = sink; }

   private:
    ResultSink* sink_ = nullptr;  // Borrowed.
  };

  bool takeIpython();
  PyRef call(const char* function, PyObject* first = nullptr, PyObject* second = nullptr,
             PyObject* third = nullptr) const;

  CurrentSink sink_;
  PyRef module_, variables_;
};

}  // namespace brood
