// Cells of a parked Node, in JavaScript and in TypeScript.

#include <gtest/gtest.h>

#include "tests/unit/runtimes/cell_context.h"

namespace brood {
namespace {

const std::string kRuntimes = BROOD_RUNTIMES;
const std::vector<std::string> kJavascript = {"/usr/bin/node", "--max-old-space-size=144",
                                              kRuntimes + "/javascript/loader.js"};
const std::vector<std::string> kTypescript = {"/usr/bin/node", "--max-old-space-size=144",
                                              kRuntimes + "/javascript/loader.js",
                                              kRuntimes + "/typescript/typescript.js"};

class NodeSessionTest : public ::testing::Test {
 protected:
  CellContext context_{kJavascript};
};

TEST_F(NodeSessionTest, KeepsWhatIsDeclaredAndLetsItBeDeclaredAnew) {
  CellAnswer answer = context_.run("const x = 20; let y = 1; function twice(n) { return 2 * n; }");
  EXPECT_EQ(answer.exitCode, 0) << answer.err;
  EXPECT_TRUE(answer.shown.empty());
  answer = context_.run("console.log('printed'); const x = 21; twice(x)");
  EXPECT_EQ(answer.out, "printed\n");
  EXPECT_EQ(answer.text(), "42");
  EXPECT_EQ(answer.err, "");
  EXPECT_EQ(context_.run("_ + 1").text(), "43");
  EXPECT_EQ(context_.run("class A {}; class A { b = 1 }; new A()").exitCode, 1);
  EXPECT_EQ(context_.run("process.env.OPENED").text(), "'yes'");
}

TEST_F(NodeSessionTest, TheValueIsPrintedWhereNoResultsAreAskedFor) {
  const CellAnswer answer = context_.runPlain("({ a: [1, 'b'] })");
  EXPECT_EQ(answer.out, "{ a: [ 1, 'b' ] }\n");
  EXPECT_TRUE(answer.shown.empty());
  EXPECT_EQ(context_.runPlain("undefined").out, "");
}

TEST_F(NodeSessionTest, AwaitsAnywhere) {
  EXPECT_EQ(context_.run("const v = await new Promise((r) => setTimeout(r, 1, 7)); v").text(), "7");
  EXPECT_EQ(context_.run("Promise.resolve(v)").text(), "Promise { 7 }");
}

TEST_F(NodeSessionTest, AnErrorIsToldTwiceAndHasTheUsersLines) {
  context_.run("function fail() {\n  throw new RangeError('too much');\n}");
  CellAnswer answer = context_.run("\nfail()");
  EXPECT_EQ(answer.exitCode, 1);
  EXPECT_EQ(answer.err, "RangeError: too much\n    at fail (cell1.js:2:9)\n    at cell2.js:2:1\n");
  EXPECT_NE(answer.error.find("{\"name\":\"RangeError\",\"value\":\"too much\",\"traceback\":["),
            std::string::npos)
      << answer.error;
  answer = context_.run("let a = (");
  EXPECT_NE(answer.error.find("\"SyntaxError\""), std::string::npos) << answer.error;
  EXPECT_NE(answer.err.find("cell3.js:1\n"), std::string::npos) << answer.err;
  answer = context_.run("throw { odd: 1 }");
  EXPECT_EQ(answer.err, "Uncaught { odd: 1 }\n");
  answer = context_.run("await Promise.reject(new TypeError('late'))");
  EXPECT_NE(answer.error.find("\"TypeError\""), std::string::npos) << answer.error;
}

TEST_F(NodeSessionTest, RequiresAndImports) {
  context_.run(
      "require('fs').writeFileSync('own.mjs', 'export default 1; export const b = 2;');\n"
      "require('fs').writeFileSync('own.js', 'module.exports = 3;'); undefined");
  EXPECT_EQ(context_.run("require('./own.js') + path.sep").text(), "'3/'");
  EXPECT_EQ(context_
                .run("import a, { b as c } from './own.mjs';\nimport { join } from 'path'\n"
                     "[a, c, join('x', 'y'), (await import('./own.mjs')).b]")
                .text(),
            "[ 1, 2, 'x/y', 2 ]");
  EXPECT_EQ(context_.run("const fs = require('fs'); join('kept', 'z')").text(), "'kept/z'");
}

TEST_F(NodeSessionTest, StandardInputIsTheCellsOwn) {
  EXPECT_EQ(context_.run(CellText{"fs.readFileSync(0, 'utf8')", "some text", {}}).text(),
            "'some text'");
  EXPECT_EQ(context_.run("fs.readFileSync(0, 'utf8')").text(), "''");
  const std::string read = "let all = ''; for await (const part of process.stdin) all += part; all";
  EXPECT_EQ(context_.run(CellText{read, "streamed", {}}).text(), "'streamed'");
  EXPECT_EQ(context_.run(CellText{read, "again", {{"A", "b"}}}).text(), "'again'");
  EXPECT_EQ(
      context_
          .run(CellText{
              "process.env.A + child_process.execSync('cat', { stdio: [0, 'pipe'] })", "x", {}})
          .text(),
      "'bx'");
}

TEST_F(NodeSessionTest, TimersAndServersGoOnBetweenCells) {
  context_.run(
      "let told; const server = http.createServer((q, r) => r.end('served'));\n"
      "await new Promise((r) => server.listen(0, '127.0.0.1', r)); undefined");
  EXPECT_EQ(context_.run("await (await fetch(`http://127.0.0.1:${server.address().port}`)).text()")
                .text(),
            "'served'");
  // A timer's error is told, and ends nothing.
  const std::string before =
      context_.run("setTimeout(() => { throw new Error('in a timer'); }, 0); undefined").err;
  const CellAnswer answer = context_.run("await new Promise((r) => setTimeout(r, 20)); 1");
  EXPECT_EQ(answer.text(), "1");
  const std::string told = before + answer.err;
  EXPECT_NE(told.find("Uncaught Error: in a timer"), std::string::npos) << told;
}

TEST_F(NodeSessionTest, AnInterruptEndsTheCell) {
  context_.run("const x = 1; let after = 0");
  for (const char* waiting :
       {"while (true) {}", "await new Promise((r) => setTimeout(r, 1e6))",
        "child_process.execSync('echo started; exec sleep 1000', { stdio: 'inherit' })",
        "for (;;) { try { for (;;) {} } catch {} }"}) {
    context_.begin(
        CellText{std::string("console.log('waiting');\n") + waiting + "\nafter = 1", {}, {}});
    const bool startsProgram = std::string(waiting).find("started") != std::string::npos;
    context_.awaitOutput(startsProgram ? "started\n" : "waiting\n");
    context_.interrupt();
    const CellAnswer answer = context_.finish();
    EXPECT_EQ(answer.exitCode, 1) << waiting;
    EXPECT_NE(answer.error, "") << waiting;
    EXPECT_EQ(context_.run("x + after").text(), "1") << waiting;
  }
}

TEST_F(NodeSessionTest, AnInterruptBetweenCellsIsHarmless) {
  context_.run("const x = 1");
  for (int i = 0; i < 5; ++i) {
    context_.interrupt();
    EXPECT_NE(context_.run("x").exitCode, -1);
  }
  EXPECT_EQ(context_.run("x").text(), "1");
}

TEST_F(NodeSessionTest, TheNamespaceIsClean) {
  EXPECT_EQ(
      context_.run("Object.keys(globalThis).filter((n) => n.includes('Taker') || n === 'job')")
          .text(),
      "[]");
  EXPECT_EQ(context_.run("[process.argv.length, require('fs').readdirSync('.')]").text(),
            "[ 1, [] ]");
}

TEST_F(NodeSessionTest, ExitEndsTheContext) {
  EXPECT_EQ(context_.run("process.on('exit', () => console.log('bye')); process.exit(4)").out,
            "bye\n");
  EXPECT_EQ(context_.close(), "exit 4");
}

TEST_F(NodeSessionTest, TheEndOfTheChannelEndsTheContext) {
  context_.run("setInterval(() => {}, 1000); undefined");
  EXPECT_EQ(context_.close(), "exit 0");
}

TEST(NodeSessionTypescriptTest, TypesAreTakenAway) {
  CellContext context(kTypescript);
  CellAnswer answer = context.run(
      "import * as path from 'path';\n"
      "interface Point { x: number }\nenum Colour { Red, Blue }\n"
      "const move = (p: Point, by: number = 1): Point => ({ x: p.x + by });");
  EXPECT_EQ(answer.exitCode, 0) << answer.err;
  answer = context.run("const p: Point = move({ x: 1 }); [p.x, Colour.Blue, path.sep]");
  EXPECT_EQ(answer.text(), "[ 2, 1, '/' ]") << answer.err;
  answer = context.run("const q: number = (await Promise.resolve(3)) as number; q");
  EXPECT_EQ(answer.text(), "3") << answer.err;
  answer = context.run("let a: = 1");
  EXPECT_NE(answer.error.find("\"SyntaxError\""), std::string::npos) << answer.error;
}

}  // namespace
}  // namespace brood
