// Cells of a context with either shell: this file is built with IPython loaded ahead, and without.

#include "tests/unit/runtimes/cell_context.h"
#include "tests/unit/runtimes/python/warm_python.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>

namespace brood {
namespace {

class PythonCellsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto modules = commonModules();
#ifdef WITH_IPYTHON
    modules.push_back("IPython");
#endif
    python_ = std::make_unique<WarmPython>(modules);
  }
  static void TearDownTestSuite() { python_.reset(); }

  // Without IPython: it is hidden by a module that cannot be imported.
  static std::map<std::string, std::string> environment(const TemporaryFolder& folder) {
#ifdef WITH_IPYTHON
    static_cast<void>(folder);
    return {};
#else
    std::ofstream(folder.path() / "IPython.py") << "raise ImportError\n";
    return {{"PYTHONPATH", folder.path()}};
#endif
  }

  static inline std::unique_ptr<WarmPython> python_;
  TemporaryFolder hiding_;
  CellContext context_{python_->runtime(), environment(hiding_)};
};

TEST_F(PythonCellsTest, StateIsKeptFromCellToCell) {
  EXPECT_EQ(context_.run("x = 20\ndef double(n): return 2 * n").exitCode, 0);
  const CellAnswer answer = context_.run("print('printed'); double(x) + 2");
  EXPECT_EQ(answer.exitCode, 0);
  EXPECT_EQ(answer.out, "printed\n");
  EXPECT_EQ(answer.text(), "42");
  EXPECT_EQ(answer.err, "");
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(context_.run("_ + 1").text(), "43");
}

TEST_F(PythonCellsTest, TheValueIsPrintedWhereNoResultsAreAskedFor) {
  EXPECT_EQ(context_.runPlain("'a' * 3").out, "'aaa'\n");
  EXPECT_EQ(context_.runPlain("None").out, "");
  EXPECT_EQ(context_.runPlain("1;").out, "");
  EXPECT_TRUE(context_.runPlain("1").shown.empty());
}

TEST_F(PythonCellsTest, AnErrorIsToldTwiceAndHasTheUsersLines) {
  context_.run("def fail(n):\n    return 1 / n\n");
  const CellAnswer answer = context_.run("y = 1\nfail(0)");
  EXPECT_EQ(answer.exitCode, 1);
  for (const std::string& text : {answer.err, answer.error}) {
    EXPECT_NE(text.find("return 1 / n"), std::string::npos) << text;
    EXPECT_NE(text.find("fail(0)"), std::string::npos) << text;
    EXPECT_NE(text.find("ZeroDivisionError"), std::string::npos) << text;
    EXPECT_EQ(text.find("cell_shell"), std::string::npos) << text;
    EXPECT_EQ(text.find("\x1b["), std::string::npos) << text;
  }
  EXPECT_NE(answer.error.find("\"name\": \"ZeroDivisionError\", \"value\": \"division by zero\""),
            std::string::npos)
      << answer.error;
  EXPECT_EQ(context_.run("y").text(), "1");
}

TEST_F(PythonCellsTest, TheErrorIsToldEvenWhereNoResultsAreAskedFor) {
  const CellAnswer answer = context_.runPlain("1/0");
  EXPECT_NE(answer.error.find("ZeroDivisionError"), std::string::npos);
  EXPECT_EQ(answer.exitCode, 1);
}

TEST_F(PythonCellsTest, SyntaxErrorsReadAsPythons) {
  const CellAnswer answer = context_.run("a = 1\nb = 1 +* 2");
  EXPECT_EQ(answer.exitCode, 1);
  EXPECT_NE(answer.err.find("SyntaxError: invalid syntax"), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("line 2\n    b = 1 +* 2\n           ^"), std::string::npos)
      << answer.err;
  EXPECT_NE(answer.error.find("\"name\": \"SyntaxError\""), std::string::npos);
}

TEST_F(PythonCellsTest, ExitEndsTheCellAndKeepsTheContext) {
  context_.run("kept = 5");
  for (const char* code :
       {"exit()", "quit(3)", "raise SystemExit", "import sys; sys.exit('bye')"}) {
    const CellAnswer answer = context_.run(code);
    EXPECT_EQ(answer.exitCode, 1) << code;
    EXPECT_NE(answer.error.find("\"name\": \"SystemExit\""), std::string::npos) << answer.error;
    EXPECT_EQ(answer.err.find("To exit"), std::string::npos) << answer.err;
  }
  EXPECT_EQ(context_.run("kept").text(), "5");
}

TEST_F(PythonCellsTest, StandardInputIsTheCellsOwn) {
  CellAnswer answer = context_.run(CellText{"input(), input('? ')", "one\ntwo\nleft over\n", {}});
  EXPECT_EQ(answer.text(), "('one', 'two')");
  EXPECT_EQ(answer.out, "? ");
  answer = context_.run("input()");
  EXPECT_NE(answer.error.find("EOFError"), std::string::npos) << answer.error;
  const std::string much(200000, 'x');
  answer = context_.run(CellText{"import sys\nlen(sys.stdin.read())", much, {}});
  EXPECT_EQ(answer.text(), "200000");
  answer = context_.run(CellText{"import subprocess\nsubprocess.check_output('cat')", "sub", {}});
  EXPECT_EQ(answer.text(), "b'sub'");
  EXPECT_EQ(context_.run("sys.stdin.read()").text(), "''");
}

TEST_F(PythonCellsTest, VariablesOfACellStaySet) {
  context_.run(CellText{"", {}, {{"COLOUR", "blue = sky"}}});
  EXPECT_EQ(context_.run("import os\nos.environ['COLOUR']").text(), "'blue = sky'");
}

TEST_F(PythonCellsTest, AwaitsInOneEventLoop) {
  EXPECT_EQ(context_
                .run("import asyncio\nloop = asyncio.get_running_loop() if 0 else None\n"
                     "async def later(): await asyncio.sleep(0.001); return 7\n"
                     "task = asyncio.ensure_future(later()) if 0 else None\n"
                     "await later()")
                .text(),
            "7");
  context_.run(
      "async def first():\n    return asyncio.create_task(later())\ntask = await first()\n"
      "loop = asyncio.get_event_loop()");
  EXPECT_EQ(context_.run("await task, asyncio.get_running_loop() is loop").text(), "(7, True)");
}

TEST_F(PythonCellsTest, TheNamespaceIsClean) {
  const CellAnswer answer = context_.run(
      "[n for n in dir() if not n.startswith('_') and n not in\n"
      " ('In', 'Out', 'get_ipython', 'exit', 'quit')]");
  EXPECT_EQ(answer.text(), "[]");
  EXPECT_EQ(
      context_
          .run("import sys\n__name__, sys.argv, sys.path[0], sys.modules['__main__'].__dict__ "
               "is globals()")
          .text(),
      "('__main__', [''], '', True)");
  EXPECT_EQ(context_.run("import os\nos.listdir()").text(), "[]");
}

TEST_F(PythonCellsTest, TheFirstCellIsTheFirst) {
  context_.run("def f(): return 1/0");
  const CellAnswer answer = context_.run("import threading\nthreading.active_count()");
  EXPECT_EQ(answer.text(), "1");
#ifdef WITH_IPYTHON
  EXPECT_EQ(context_.run("len(In), get_ipython().execution_count, Out").text(), "(4, 3, {2: 1})");
#endif
}

// Whatever the main thread waits for.
TEST_F(PythonCellsTest, AnInterruptEndsTheCell) {
  context_.run("import time, subprocess, asyncio\nafter = 0");
  for (const char* waiting :
       {"time.sleep(1000)", "while True: pass", "subprocess.run(['sleep', '1000'])",
        "await asyncio.sleep(1000)", "await asyncio.gather(asyncio.sleep(1000))",
        "async def f(): time.sleep(1000)\nawait asyncio.gather(f(), asyncio.sleep(1000))"}) {
    context_.begin(CellText{std::string("print('waiting')\n") + waiting + "\nafter = 1", {}, {}});
    context_.awaitOutput("waiting");
    context_.interrupt();
    const CellAnswer answer = context_.finish();
    EXPECT_EQ(answer.exitCode, 1) << waiting;
    EXPECT_NE(answer.error.find("\"name\": \"KeyboardInterrupt\""), std::string::npos)
        << waiting << answer.error << answer.err;
    EXPECT_EQ(answer.err.find("cell_shell"), std::string::npos) << answer.err;
    EXPECT_EQ(answer.error.find("in interrupt("), std::string::npos) << answer.error;
    EXPECT_EQ(context_.run("after").text(), "0") << waiting;
  }
  EXPECT_EQ(context_.run("await asyncio.sleep(0.001); after").text(), "0");
}

TEST_F(PythonCellsTest, AnInterruptBetweenCellsIsHarmless) {
  context_.run("x = 1");
  for (int i = 0; i < 20; ++i) {
    context_.interrupt();
    // The next cell may be there before the context has woken up: then it is interrupted.
    const CellAnswer answer = context_.run("x");
    EXPECT_TRUE(answer.text() == "1" || answer.exitCode == 1) << answer.exitCode;
  }
  EXPECT_EQ(context_.run("x").text(), "1");
}

TEST_F(PythonCellsTest, AProcessThatACellForksAnswersForNothing) {
  const CellAnswer answer =
      context_.run("import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\npid > 0");
  EXPECT_EQ(answer.text(), "True");
  EXPECT_EQ(answer.exitCode, 0);
  EXPECT_EQ(context_.run("1 + 1").text(), "2");
}

TEST_F(PythonCellsTest, AThreadGoesOnBetweenCellsButShowsNothingThen) {
  context_.run(
      "import threading, os\nread, write = os.pipe()\nback, forth = os.pipe()\n"
      "def work():\n"
      "    os.read(read, 1); display('late'); os.write(forth, b'x')\n"
      "thread = threading.Thread(target=work); thread.start()");
  const CellAnswer answer = context_.run("os.write(write, b'x'); os.read(back, 1); thread.join()");
  EXPECT_EQ(answer.text(), "'late'");
  EXPECT_EQ(context_.run("1").text(), "1");
}

TEST_F(PythonCellsTest, DisplaysComeInTheirOrder) {
  const CellAnswer answer = context_.run(
      "class Both:\n"
      "    def _repr_html_(self): return '<b>'\n"
      "    def __repr__(self): return 'both'\n"
      "display(1, Both())\nBoth()");
  ASSERT_EQ(answer.shown.size(), 5u);
  EXPECT_EQ(answer.shown[0].data, "1");
  EXPECT_NE(answer.shown[0].object, answer.shown[1].object);
  EXPECT_EQ(answer.shown[1].object, answer.shown[2].object);
  EXPECT_EQ(answer.form("text/html"), "<b>");
  EXPECT_EQ(context_.runPlain("display('shown')").out, "'shown'\n");
}

TEST_F(PythonCellsTest, FiguresArePictures) {
  const CellAnswer answer = context_.run(
      "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\n"
      "for n in 1, 2:\n    plt.figure(); plt.plot([1, n]);\n");
  EXPECT_EQ(answer.err, "");
  ASSERT_EQ(answer.shown.size(), 2u);
  for (const auto& one : answer.shown) {
    EXPECT_EQ(one.mime, "image/png");
    EXPECT_EQ(one.data.substr(1, 3), "PNG");
  }
  EXPECT_TRUE(context_.run("1;").shown.empty());
}

TEST_F(PythonCellsTest, TheEndOfTheChannelEndsTheContext) {
  context_.run("x = 1");
  EXPECT_EQ(context_.close(), "exit 0");
}

TEST_F(PythonCellsTest, AProcessThatEndsItselfIsLost) {
  EXPECT_EQ(context_.run("import os; os._exit(3)").exitCode, -1);
  EXPECT_EQ(context_.close(), "exit 3");
}

}  // namespace
}  // namespace brood
