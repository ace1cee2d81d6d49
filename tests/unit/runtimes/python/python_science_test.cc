// numpy, pandas and matplotlib survive the fork: preloaded, single-threaded, correct.

#include "tests/unit/runtimes/python/warm_python.h"

#include <gtest/gtest.h>

#include <memory>

namespace brood {
namespace {

class PythonScienceTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto modules = commonModules();
    for (const char* name : {"numpy", "pandas", "matplotlib", "matplotlib.pyplot"}) {
      modules.push_back(name);
    }
    python_ = std::make_unique<WarmPython>(modules);
  }
  static void TearDownTestSuite() { python_.reset(); }

  static inline std::unique_ptr<WarmPython> python_;
};

TEST_F(PythonScienceTest, AllAreLoaded) { EXPECT_EQ(python_->report().missing.size(), 0u); }

TEST_F(PythonScienceTest, NumpyComputesAndIsReseeded) {
  const std::string source =
      "import numpy as np\n"
      "a = np.random.rand(200, 200)\n"
      "u, s, v = np.linalg.svd(a)\n"
      "print(np.allclose(a, u @ np.diag(s) @ v))\n"
      "print(a[0, 0])";
  ChildResult first = python_->run(source);
  ChildResult second = python_->run(source);
  EXPECT_TRUE(first.out.starts_with("True\n")) << first.err;
  EXPECT_TRUE(second.out.starts_with("True\n")) << second.err;
  EXPECT_NE(first.out, second.out);
}

TEST_F(PythonScienceTest, PandasReadsStandardInput) {
  Script script;
  script.source =
      "import pandas as pd, sys\n"
      "frame = pd.read_csv(sys.stdin)\n"
      "print(frame.groupby('k')['v'].agg(['sum', 'mean']))";
  script.input = "k,v\na,1\nb,2\na,4\n";
  ChildResult result = python_->run(script);
  EXPECT_EQ(result.out, "   sum  mean\nk           \na    5   2.5\nb    2   2.0\n") << result.err;
}

TEST_F(PythonScienceTest, MatplotlibDrawsWithoutADisplay) {
  ChildResult result = python_->run(
      "import matplotlib, matplotlib.pyplot as plt, os\n"
      "plt.plot([1, 2, 3])\n"
      "plt.title('a title')\n"
      "plt.savefig('plot.png')\n"
      "print(matplotlib.get_backend(), os.path.getsize('plot.png') > 1000)");
  EXPECT_EQ(result.out, "agg True\n") << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.ending(), "exit 0");
}

// Which other programs of a job's must not share: the zygote's are forgotten once, a job's own at
// each of its forks, as if nobody had spared anything.
TEST_F(PythonScienceTest, FontsThatAreOpenAreForgottenByForks) {
  ChildResult result = python_->run(
      "import os\n"
      "from matplotlib import font_manager as fonts\n"
      "print(fonts._get_font.cache_info().currsize, flush=True)\n"
      "fonts.get_font(fonts.findfont('DejaVu Sans'))\n"
      "print(fonts._get_font.cache_info().currsize, flush=True)\n"
      "if os.fork() == 0:\n"
      "    print(fonts._get_font.cache_info().currsize, flush=True)\n"
      "    os._exit(0)\n"
      "os.wait()");
  EXPECT_EQ(result.out, "0\n1\n0\n") << result.err;
}

TEST_F(PythonScienceTest, ThreadVariablesOfTheWarmUpAreGone) {
  ChildResult result =
      python_->run("import os\nprint([name for name in os.environ if 'THREADS' in name])");
  EXPECT_EQ(result.out, "[]\n");
}

}  // namespace
}  // namespace brood
