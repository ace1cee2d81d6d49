// The tool for the AI SDK, called by a model of its own for tests.
import assert from "node:assert/strict";
import { test } from "node:test";

import { generateText, stepCountIs } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { codeTool } from "brood/ai";

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

function modelThatCalls(input) {
  return new MockLanguageModelV3({
    doGenerate: async ({ prompt }) => {
      const said = prompt.find(({ role }) => role === "tool");
      const content = said
        ? [{ type: "text", text: JSON.stringify(said.content[0].output.value) }]
        : [{ type: "tool-call", toolCallId: "1", toolName: "run", input: JSON.stringify(input) }];
      const reason = said ? "stop" : "tool-calls";
      return { content, finishReason: { unified: reason, raw: reason }, usage, warnings: [] };
    },
  });
}

async function told(input, options) {
  const { text } = await generateText({
    model: modelThatCalls(input), tools: { run: codeTool(options) }, prompt: "?",
    stopWhen: stepCountIs(3),
  });
  return text;
}

test("a model gets what its program printed", async () => {
  assert.deepEqual(JSON.parse(await told({ code: "print(6 * 7)" })),
    { status: "ok", exitCode: 0, stdout: "42\n", stderr: "" });
});

test("a model chooses among the languages that it was given", async () => {
  const options = { languages: ["bash", "python"], maxCharacters: 10 };
  const said = JSON.parse(await told({ code: "printf 'a%.0s' {1..50}; exit 3" }, options));
  assert.deepEqual([said.status, said.exitCode], ["error", 3]);
  assert.equal(said.stdout, "aaaaa\n[40 characters left out]\naaaaa");
});
