"""Programs for languages.py: of number n, with the number that must be printed; and those that end
otherwise, with limits and how they must end, whatever runs beside them.
"""

import collections

Bad = collections.namedtuple("Bad", "code limits status exit_code")

NODE = {
    "sync": ("let s = 0; for (let i = 0; i < {n}; i++) s += i; console.log(s)",
             lambda n: n * (n - 1) // 2),
    "async": ("(async () => {{ let s = 0; for (let i = 0; i < {n} % 20; i++) s += await new Promise("
              "(r) => setTimeout(r, 1, i)); console.log(s) }})()",
              lambda n: (n % 20) * (n % 20 - 1) // 2),
    "garbage": ("let s = 0; for (let i = 0; i < 200; i++) {{ const a = Array.from({{ length: 500 }}, "
                "(_, k) => ({{ k, t: `${{k}}` }})); s += a.length; }} console.log(s + {n})",
                lambda n: 100_000 + n),
    "worker": ("const {{ Worker }} = require('worker_threads'); new Worker('require(\"worker_threads\")"
               ".parentPort.postMessage({n} * 2)', {{ eval: true }}).on('message', console.log)",
               lambda n: n * 2),
    "module": ("import {{ setTimeout as sleep }} from 'node:timers/promises'; import fs from 'fs';"
               "fs.writeFileSync('/workspace/m.mjs', 'export const n = {n};');"
               "console.log((await import('/workspace/m.mjs')).n + await sleep(1, 1))", lambda n: n + 1),
}

RUBY = {
    "sync": ("puts (0...{n}).sum", lambda n: n * (n - 1) // 2),
    "threads": ("puts Array.new({n} % 20) {{ |i| Thread.new {{ sleep 0.001; i }} }}.sum(&:value)",
                lambda n: (n % 20) * (n % 20 - 1) // 2),
    "garbage": ("s = 0; 200.times {{ s += Array.new(500) {{ |k| {{ k => k.to_s }} }}.size }}; puts s + {n}",
                lambda n: 100_000 + n),
    "fork": ("r, w = IO.pipe; pid = fork {{ w.puts {n} * 2; exit 3 }}; Process.wait(pid)\n"
             "abort unless $?.exitstatus == 3\nputs r.gets", lambda n: n * 2),
    "libraries": ("require 'json'; require 'set'; File.write('m.rb', 'N = {n}'); require_relative 'm'\n"
                  "puts JSON.parse(JSON.generate([N])).to_set.first + DATA.read.to_i\n__END__\n1\n",
                  lambda n: n + 1),
}

NODE_BAD = {
    "exit 3": Bad("process.exit(3)", {}, "error", 3),
    "uncaught": Bad("throw new Error('of the job')", {}, "error", 1),
    "busy": Bad("for (;;);", {"wall_time_ms": 300}, "timeout", None),
    "endless": Bad("setInterval(() => {}, 1000)", {"wall_time_ms": 300}, "timeout", None),
    "memory": Bad("const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1))",
                  {"memory_bytes": 128 << 20, "wall_time_ms": 20_000}, "memory_limit", None),
    "kills itself": Bad("process.kill(process.pid, 'SIGKILL')", {}, "killed", None),
    "kills all": Bad("try { process.kill(-1, 9) } catch {} process.exit(4)", {}, "error", 4),
    # A message that is no frame ends the channel: then nobody hears how it exits.
    "forged end": Bad("const fs = require('fs'); for (let f = 3; f < 64; f++) "
                      "try { if (fs.fstatSync(f).isSocket()) fs.writeSync(f, Buffer.alloc(64, 7)) } "
                      "catch {} process.exit(5)",
                      {"wall_time_ms": 500}, "timeout", None),
}

RUBY_BAD = {
    "exit 3": Bad("exit 3", {}, "error", 3),
    "uncaught": Bad("raise 'of the job'", {}, "error", 1),
    "busy": Bad("loop {}", {"wall_time_ms": 300}, "timeout", None),
    "endless": Bad("sleep", {"wall_time_ms": 300}, "timeout", None),
    "memory": Bad("a = []; loop { a << 'x' * (1 << 20) }",
                  {"memory_bytes": 64 << 20, "wall_time_ms": 20_000}, "memory_limit", None),
    "kills itself": Bad("Process.kill(:KILL, $$)", {}, "killed", None),
    "daemon": Bad("fork { Process.setsid; trap(:TERM, 'IGNORE'); $stdout.close; $stderr.close; sleep }\n"
                  "exit! 4", {}, "error", 4),
    "forged end": Bad("(3..63).each { |f| IO.for_fd(f, 'w', autoclose: false).syswrite(7.chr * 64) "
                      "rescue nil }\nexit! 5", {}, "error", 5),
}
