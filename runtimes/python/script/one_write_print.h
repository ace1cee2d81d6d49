#pragma once
// print() in one write(2) instead of one for each of its pieces.
//
// Standard output and error write through, so that a job that is killed has lost nothing of what it
// printed. The interpreter's print() gives the stream each argument, each separator and the end by
// itself, and that became a system call each.

#include "runtimes/python/interpreter/py_ref.h"

namespace brood {

// Changes what the builtin does; the function object stays the one that modules have taken hold of.
// Once, in the zygote. Does nothing where the interpreter's print() is called some other way than
// this knows.
void printInOneWrite();

// The streams for which pieces are joined: all others are given them one by one, as ever. Null:
// none.
void joinPrintedPiecesFor(PyObject* out, PyObject* err);

}  // namespace brood
