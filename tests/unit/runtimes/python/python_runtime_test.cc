// The runtime promises more than Python: a fresh state for every worker, nothing of the harness in
// sight, and a truthful warm-up report.

#include "tests/unit/runtimes/python/warm_python.h"

#include <gtest/gtest.h>

#include <kj/debug.h>

#include <memory>
#include <set>
#include <sstream>
#include <string>

namespace brood {
namespace {

using ::testing::Test;

class PythonRuntimeTest : public Test {
 protected:
  static void SetUpTestSuite() {
    auto modules = commonModules();
    modules.push_back("no_such_module_anywhere");
    python_ = std::make_unique<WarmPython>(modules);
  }
  static void TearDownTestSuite() { python_.reset(); }

  static inline std::unique_ptr<WarmPython> python_;
};

TEST_F(PythonRuntimeTest, ReportsWhatItLoaded) {
  const WarmUpReport& report = python_->report();
  EXPECT_STREQ(report.language.cStr(), "python");
  EXPECT_TRUE(report.version.startsWith("3.")) << report.version.cStr();
  EXPECT_EQ(report.loaded.size(), commonModules().size());
  ASSERT_EQ(report.missing.size(), 1u);
  EXPECT_STREQ(report.missing[0].name.cStr(), "no_such_module_anywhere");
  EXPECT_STREQ(report.missing[0].reason.cStr(),
               "ModuleNotFoundError: No module named 'no_such_module_anywhere'");
}

TEST_F(PythonRuntimeTest, PreloadedModulesAreThere) {
  EXPECT_EQ(python_->run("import sys\nprint('json' in sys.modules)").out, "True\n");
}

TEST_F(PythonRuntimeTest, SiblingsDrawDifferentRandomness) {
  const std::string source =
      "import random, uuid, tempfile, multiprocessing, secrets, ssl\n"
      "from multiprocessing.synchronize import SemLock\n"
      "print(random.random(), uuid.uuid4(), next(tempfile._get_candidate_names()),\n"
      "      multiprocessing.current_process().authkey.hex(), secrets.token_hex(),\n"
      "      next(SemLock._rand), ssl.RAND_bytes(8).hex(), sep='\\n')";
  std::set<std::string> drawn;
  for (int worker = 0; worker < 3; worker++) {
    ChildResult result = python_->run(source);
    ASSERT_EQ(result.ending(), "exit 0") << result.err;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) drawn.insert(line);
  }
  EXPECT_EQ(drawn.size(), 21u);
}

TEST_F(PythonRuntimeTest, WorkersShareNoState) {
  python_->run("import json, sys\njson.residue = sys.residue = 1\nleft = 1");
  ChildResult result = python_->run(
      "import json, sys\n"
      "print(hasattr(json, 'residue'), hasattr(sys, 'residue'), 'left' in globals())");
  EXPECT_EQ(result.out, "False False False\n");
}

TEST_F(PythonRuntimeTest, HarnessIsOutOfSight) {
  ChildResult result = python_->run(
      "import gc, linecache, sys, warnings\n"
      "words = ('<dummy>', 'open_streams', 'renew', 'ForkHandlers', 'brood', 'harness')\n"
      "seen = [m for m in sys.modules if any(w in m for w in words)]\n"
      "known = ('words', 'seen', 'known', 'o', 'm', 'w')\n"
      "gc.unfreeze()\n"
      "for o in gc.get_objects():\n"
      "    if isinstance(o, dict) and o is not globals():\n"
      "        seen += [k for k in o if k in ('ONE_THREAD', 'open_stream', 'modules_before')]\n"
      "    elif callable(o) and getattr(o, '__name__', '') in ('open_stream', 'Account', 'deep'):\n"
      "        seen.append(o)\n"
      "print(seen, linecache.cache, sys._getframe().f_back, hasattr(sys, 'last_value'))");
  EXPECT_EQ(result.out, "[] {} None False\n") << result.err;
}

// Handlers that are skipped at the zygote's forks run at a job's.
TEST_F(PythonRuntimeTest, HandlersOfModulesRunAtTheForksOfAJob) {
  ChildResult result = python_->run(
      "import concurrent.futures.thread as pool, logging, os, random, threading\n"
      "forked = threading.Event()\n"
      "thread = threading.Thread(target=forked.wait)\n"
      "thread.start()\n"
      "state = random.getstate()\n"
      "locks = (logging._lock, pool._global_shutdown_lock)\n"
      "def is_free(l): return l.acquire(blocking=False) and l.release() is None\n"
      "def are_free(): return all(map(is_free, locks))\n"
      "if (child := os.fork()) == 0:\n"
      "    print(threading.enumerate() == [threading.main_thread()], are_free(),\n"
      "          random.getstate() != state, flush=True)\n"
      "    os._exit(0)\n"
      "os.waitpid(child, 0)\n"
      "print(len(threading.enumerate()), are_free(), random.getstate() == state)\n"
      "forked.set(); thread.join()");
  EXPECT_EQ(result.out, "True True True\n2 True True\n") << result.err;
}

TEST_F(PythonRuntimeTest, RegisteringHandlersIsTheInterpretersOwnAgain) {
  ChildResult result = python_->run(
      "import os\n"
      "print(os.register_at_fork)\n"
      "os.register_at_fork(after_in_child=lambda: print('child', flush=True))\n"
      "if (child := os.fork()) == 0: os._exit(0)\n"
      "os.waitpid(child, 0)");
  EXPECT_EQ(result.out, "<built-in function register_at_fork>\nchild\n") << result.err;
}

// Wherever a zygote thought that its workers would be.
TEST_F(PythonRuntimeTest, ExpectedAndOtherPlacesLookTheSame) {
  TemporaryFolder expected, other;
  python_->expectIn(expected.path());
  const Script script{
      "import multiprocessing.process as m, os, sys\n"
      "here = os.getcwd()\n"
      "print([os.environ['PWD'] == here, m.ORIGINAL_DIR == here, sys.path[0] == here,\n"
      "       sys.argv == [here + '/main.py'], __file__ == sys.argv[0],\n"
      "       sys.orig_argv[1:] == ['-u', __file__]], [p for p in sys.path if '/tmp' in p][1:],\n"
      "      len(os.listdir('.')))",
      {},
      {},
      {}};
  for (const auto* folder : {&expected, &other}) {
    EXPECT_EQ(python_->run(script, folder->path()).out,
              "[True, True, True, True, True, True] [] 1\n");
  }
}

TEST_F(PythonRuntimeTest, JobVariablesWinOverTheBase) {
  Script script;
  script.source =
      "import os, subprocess, time\n"
      "print(os.environ['HOME'], os.environ['MINE'], os.environb[b'RAW'], time.tzname[0])\n"
      "print(subprocess.check_output('echo $HOME $MINE', shell=True))";
  script.env = {{"HOME", "/elsewhere"}, {"MINE", "é"}, {"RAW", "\xff"}, {"TZ", "Asia/Tokyo"}};
  ChildResult result = python_->run(script);
  EXPECT_EQ(result.out, "/elsewhere é b'\\xff' JST\nb'/elsewhere \\xc3\\xa9\\n'\n") << result.err;
}

// The zygote makes them anew.
TEST_F(PythonRuntimeTest, TablesOfModulesAndClassesAreWhole) {
  ChildResult result = python_->run(
      "import sys\n"
      "class Mine: pass\n"
      "known = object.__subclasses__()\n"
      "print(Mine in known, type in known, len(known) == len(set(known)) > 100)\n"
      "print(list(sys.modules)[:2], '__main__' in sys.modules, len(sys.modules) > 100)\n"
      "loop = []\n"
      "loop.append(loop)\n"
      "print(loop, [1, 2, 3, 4][1:3:1])");
  EXPECT_EQ(result.out, "True True True\n['sys', 'builtins'] True True\n[[...]] [2, 3]\n")
      << result.err;
}

TEST_F(PythonRuntimeTest, OnlyStandardDescriptorsAreOpen) {
  // 3 is the listing's own.
  ChildResult result =
      python_->run("import os\nprint(sorted(map(int, os.listdir('/proc/self/fd')))[:4])");
  EXPECT_EQ(result.out, "[0, 1, 2, 3]\n") << result.err;
}

TEST_F(PythonRuntimeTest, MissingFolderIsAHarnessFailure) {
  ChildResult result = python_->run(Script{"print(1)", {}, {}, {}}, "/nonexistent-folder");
  EXPECT_EQ(result.ending(), "exit 125");
  EXPECT_EQ(result.out, "");
}

}  // namespace
}  // namespace brood
