// A tool for the AI SDK (`ai`).
import { jsonSchema, tool } from "ai";

import { Brood } from "./client.js";
import type { JobOptions } from "./request.js";
import type { Result } from "./results.js";

export interface CodeToolOptions extends Omit<JobOptions, "language"> {
  client?: Brood;
  /** The only languages that the model may choose; Python alone unless said otherwise. */
  languages?: readonly [string, ...string[]];
  /** Characters of output that a model is shown; the middle of more is left out. */
  maxCharacters?: number;
}

/** A result, as the model is told of it. */
export interface CodeToolResult {
  status: string;
  exitCode: number | null;
  stdout: string;
  stderr: string;
  message?: string;
}

/** A tool that runs a program in a sandbox of its own; each call starts anew. */
export function codeTool(options: CodeToolOptions = {}) {
  const { client = new Brood(), languages = ["python"], maxCharacters = 20_000, ...job } = options;
  return tool({
    description: "Runs a program in a fresh sandbox without network and returns what it printed. "
      + "Nothing is kept from one call to the next: variables, files and imports are gone.",
    inputSchema: jsonSchema<{ code: string; language?: string }>({
      type: "object",
      properties: {
        code: { type: "string", description: "The whole program. Print what you want to see." },
        language: {
          type: "string", enum: [...languages], description: `Default: ${languages[0]}.`,
        },
      },
      required: ["code"],
      additionalProperties: false,
    }),
    execute: async ({ code, language = languages[0] }, call): Promise<CodeToolResult> => {
      const signal = call.abortSignal ? { signal: call.abortSignal } : {};
      return told(await client.execute(code, { ...job, language, ...signal }), maxCharacters);
    },
  });
}

function told(result: Result, maxCharacters: number): CodeToolResult {
  return {
    status: result.status,
    exitCode: result.exitCode,
    stdout: shortened(result.stdout, maxCharacters),
    stderr: shortened(result.stderr, maxCharacters),
    ...(result.message ? { message: result.message } : {}),
  };
}

function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  const left = text.length - 2 * half;
  return `${text.slice(0, half)}\n[${left} characters left out]\n${text.slice(-half)}`;
}
