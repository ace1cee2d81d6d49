#include "runtimes/python/script/one_write_print.h"

#include <algorithm>
#include <array>
#include <utility>

namespace brood {
namespace {

using Call = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);

// The interpreter calls print() with nothing by which to know us.
struct Known {
  Call original = nullptr;
  PyCFunction writeText = nullptr;  // TextIOWrapper.write
  PyObject* writeName = nullptr;
  PyObject* space = nullptr;
  PyObject* newline = nullptr;
  PyObject* out = nullptr;  // Held, so that nothing else can have its place.
  PyObject* err = nullptr;
};

Known& known() {
  static constinit Known instance;
  return instance;
}

bool isOurs(PyObject* stream) { return stream == known().out || stream == known().err; }

// Whether converting it to text runs nobody's code.
bool isPlain(PyObject* value) {
  return PyUnicode_CheckExact(value) || PyLong_CheckExact(value) || PyFloat_CheckExact(value) ||
         PyBool_Check(value) || value == Py_None;
}

// The text that one call prints. Pieces wait here only until somebody else's code would run, which
// must find the stream as it always has.
class Line {
 public:
  explicit Line(PyObject* stream) : stream_(PyRef::share(stream)) {}

  bool addText(PyRef text) {
    if (!text) return false;
    // A long one gains nothing, and would be in memory twice.
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text.get());
    if ((count_ == pieces_.size() || length_ + length > kMostJoined) && !write()) return false;
    pieces_[count_++] = std::move(text);
    length_ += length;
    return true;
  }

  bool add(PyObject* value) {
    if (PyUnicode_CheckExact(value)) return addText(PyRef::share(value));
    if (!isPlain(value) && !write()) return false;
    return addText(PyRef::own(PyObject_Str(value)));
  }

  // All that is waiting.
  bool write() {
    const bool done = count_ < 2 || !hasBuiltinWrite() ? writePieces() : writeJoined();
    while (count_ > 0) pieces_[--count_] = PyRef();
    length_ = 0;
    return done;
  }

  // The arguments before the one that raised have been printed all the same.
  void writeBeforeRaising() {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (write()) return PyErr_Restore(type, value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
  }

 private:
  static constexpr Py_ssize_t kMostJoined = 16 * 1024;

  // A script may have given the stream a write() of its own.
  bool hasBuiltinWrite() {
    method_ = PyRef::own(PyObject_GetAttr(stream_.get(), known().writeName));
    if (!method_) PyErr_Clear();
    return method_ && PyCFunction_CheckExact(method_.get()) &&
           PyCFunction_GET_SELF(method_.get()) == stream_.get() &&
           PyCFunction_GET_FUNCTION(method_.get()) == known().writeText;
  }

  bool writePieces() {
    for (size_t i = 0; i < count_; ++i) {
      if (!PyRef::own(
              PyObject_CallMethodOneArg(stream_.get(), known().writeName, pieces_[i].get()))) {
        return false;
      }
    }
    return true;
  }

  bool writeJoined() {
    PyRef text = joined();
    if (!text) return false;
    if (PyRef::own(PyObject_CallOneArg(method_.get(), text.get()))) return true;
    // Nothing has been written then; by itself, what comes before the bad piece is.
    if (!PyErr_ExceptionMatches(PyExc_UnicodeError)) return false;
    PyErr_Clear();
    return writePieces();
  }

  PyRef joined() const {
    if (count_ == 2) return PyRef::own(PyUnicode_Concat(pieces_[0].get(), pieces_[1].get()));
    Py_UCS4 widest = 0;
    for (size_t i = 0; i < count_; ++i) {
      widest = std::max(widest, Py_UCS4{PyUnicode_MAX_CHAR_VALUE(pieces_[i].get())});
    }
    PyRef text = PyRef::own(PyUnicode_New(length_, widest));
    Py_ssize_t end = 0;
    for (size_t i = 0; text && i < count_; ++i) {
      const Py_ssize_t length = PyUnicode_GET_LENGTH(pieces_[i].get());
      if (PyUnicode_CopyCharacters(text.get(), end, pieces_[i].get(), 0, length) < 0) return {};
      end += length;
    }
    return text;
  }

  PyRef stream_, method_;
  std::array<PyRef, 32> pieces_;
  size_t count_ = 0;
  Py_ssize_t length_ = 0;
};

struct Options {
  PyObject* separator = known().space;
  PyObject* end = known().newline;
  PyObject* stream = nullptr;
  bool flush = false;
};

bool readText(PyObject* value, PyObject*& text) {
  if (PyUnicode_CheckExact(value)) text = value;
  return PyUnicode_CheckExact(value) || value == Py_None;
}

// False for what the original must see to.
bool readOption(PyObject* name, PyObject* value, Options& options) {
  if (PyUnicode_CompareWithASCIIString(name, "end") == 0) return readText(value, options.end);
  if (PyUnicode_CompareWithASCIIString(name, "sep") == 0) return readText(value, options.separator);
  if (PyUnicode_CompareWithASCIIString(name, "flush") == 0) {
    options.flush = value == Py_True;
    return PyBool_Check(value);
  }
  if (PyUnicode_CompareWithASCIIString(name, "file") != 0) return false;
  if (value != Py_None) options.stream = value;
  return true;
}

bool readOptions(PyObject* const* values, PyObject* names, Options& options) {
  for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i) {
    if (!readOption(PyTuple_GET_ITEM(names, i), values[i], options)) return false;
  }
  if (options.stream == nullptr) options.stream = PySys_GetObject("stdout");
  return options.stream != nullptr && isOurs(options.stream);
}

PyObject* print(PyObject* self, PyObject* const* arguments, Py_ssize_t count, PyObject* names) {
  Options options;
  if (!readOptions(arguments + count, names, options)) {
    return known().original(self, arguments, count, names);
  }
  Line line(options.stream);
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (i > 0 && !line.addText(PyRef::share(options.separator))) return nullptr;
    if (!line.add(arguments[i])) {
      line.writeBeforeRaising();
      return nullptr;
    }
  }
  if (!line.addText(PyRef::share(options.end)) || !line.write()) return nullptr;
  if (options.flush) {
    PyRef flushed = PyRef::own(PyObject_CallMethod(options.stream, "flush", nullptr));
    if (!flushed) return nullptr;
  }
  return Py_NewRef(Py_None);
}

PyRef internedText(const char* text) { return mustOwn(PyUnicode_InternFromString(text), "a text"); }

}  // namespace

void printInOneWrite() {
  PyObject* builtin = PyDict_GetItemString(PyEval_GetBuiltins(), "print");
  if (builtin == nullptr || !PyCFunction_CheckExact(builtin)) return;
  PyMethodDef* method = reinterpret_cast<PyCFunctionObject*>(builtin)->m_ml;
  if (method->ml_flags != (METH_FASTCALL | METH_KEYWORDS)) return;
  PyRef io = mustOwn(PyImport_ImportModule("_io"), "_io");
  PyRef type = mustOwn(PyObject_GetAttrString(io.get(), "TextIOWrapper"), "TextIOWrapper");
  PyRef write = mustOwn(PyObject_GetAttrString(type.get(), "write"), "write");
  if (Py_TYPE(write.get()) != &PyMethodDescr_Type) return;
  Known& all = known();
  all.writeText = reinterpret_cast<PyMethodDescrObject*>(write.get())->d_method->ml_meth;
  all.writeName = internedText("write").release();
  all.space = internedText(" ").release();
  all.newline = internedText("\n").release();
  all.original = reinterpret_cast<Call>(reinterpret_cast<void*>(method->ml_meth));
  method->ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(&print));
}

void joinPrintedPiecesFor(PyObject* out, PyObject* err) {
  Py_XSETREF(known().out, Py_XNewRef(out));
  Py_XSETREF(known().err, Py_XNewRef(err));
}

}  // namespace brood
