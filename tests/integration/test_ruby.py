"""Ruby's own semantics, in a process that was parked before its job came: each program does what
it does under the host's `ruby main.rb`."""

import os
import subprocess

import procs
import pytest
from eventually import eventually
from system import System


@pytest.fixture(scope="module")
def ruby_system():
    with System({"profiles": {"rb": {"language": "ruby", "min_idle": 2, "target_idle": 3,
                                     "max_workers": 12}}}) as system:
        yield system


@pytest.fixture
def run(ruby_system):
    return lambda code, **fields: ruby_system.client.execute(code, language="ruby", **fields)


ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/workspace", "USER": "sandbox",
               "LANG": "C.UTF-8", "TMPDIR": "/tmp", "PWD": "/workspace"}


def stock(code, directory, args=(), stdin="", env=None):
    """Runs `ruby main.rb` outside, as if it had been in /workspace."""
    main = directory / "main.rb"
    main.write_text(code, encoding="utf-8")
    done = subprocess.run(["/usr/bin/ruby", str(main), *args], cwd=directory, check=False,
                          capture_output=True, text=True, input=stdin, env=ENVIRONMENT | (env or {}))
    return (done.returncode, done.stdout.replace(str(directory), "/workspace"),
            done.stderr.replace(str(directory), "/workspace"))


PROGRAMS = {
    "nothing": "",
    "a line": "puts 1",
    "self and names": "p self, self.to_s, __FILE__, $0, __method__, __dir__, __LINE__\np $PROGRAM_NAME, caller",
    "DATA": "puts DATA.read, DATA.lineno\nDATA.rewind\nputs DATA.gets, DATA.path, DATA.pos\n__END__\nžluť\nlast",
    "no DATA": "p defined?(DATA)",
    "end on the first line": "__END__\nputs 1",
    "comment on the first line": "=begin\nputs 1\n=end\nputs __LINE__",
    "magic comment": "# frozen_string_literal: true\np 'a'.frozen?, __ENCODING__",
    "encoding": "# encoding: iso-8859-1\np __ENCODING__, 'ž'.length",
    "byte order mark": "\ufeffputs __LINE__",
    "carriage returns": "puts 1\r\nputs 2\r\n",
    "top-level return": "puts 1\nat_exit { puts 2 }\nreturn\nputs 3",
    "arguments": "p ARGV, $*, ARGF.class\n",
    "standard input": "puts STDIN.gets, $stdin.read.length\np gets",
    "gets": "ARGV.clear\nwhile line = gets\n  print $., line\nend",
    "environment": "puts ENV.to_h.sort.inspect, Dir.pwd\n",
    "time zone": "puts Time.at(0).hour",
    "what is loaded": "p defined?(JSON), defined?(Set), defined?(Date), defined?(StringIO), require('json'), $LOADED_FEATURES.grep(/park|brood/), $LOAD_PATH",
    "features": "puts $LOADED_FEATURES.sort",
    "constants": "puts Object.constants.sort - [:DATA], Object.private_instance_methods(false).sort",
    "globals": "p $!, $@, $~, $_, $., $;, $,, $/, $VERBOSE, $DEBUG, $-i, $-l, $-p, $-a, $SAFE",
    "local variables": "p local_variables, binding.local_variables, TOPLEVEL_BINDING.local_variables\na = 1",
    "methods": "def f = 1\np self.class.private_method_defined?(:f), method(:f).source_location",
    "threads": "p Thread.list.size, Thread.main == Thread.current\np 4.times.map { |n| Thread.new { n * n } }.map(&:value)",
    "ractor": "r = Ractor.new { 6 * 7 }\nputs r.take",
    "fibers": "f = Fiber.new { Fiber.yield 1; 2 }\np f.resume, f.resume",
    "fork": "pid = fork { puts 'child'; exit 3 }\nProcess.wait(pid)\np $?.exitstatus\nputs 'parent'",
    "fork with handlers": "at_exit { puts \"end #{Process.pid == $me}\" }\n$me = Process.pid\n$stdout.sync = true\nProcess.wait(fork { })",
    "programs": "puts `echo from a shell`, $?.success?, system('exit 4'), $?.exitstatus",
    "exec": "$stdout.sync = true\nputs 1\nexec 'echo', '2'",
    "exec fails": "exec '/nonexistent'",
    "open files": "puts Dir.children('/proc/self/fd').map(&:to_i).sort.first(3).inspect, ObjectSpace.each_object(IO).count { |io| !io.closed? && io.fileno < 3 }",
    "output unflushed": "$stdout.write('x' * 100_000); $stderr.write('y' * 50_000)",
    "exit": "at_exit { puts 'handled' }\nexit 3",
    "exit true": "exit true",
    "exit false": "exit false",
    "exit large": "exit 256 + 8",
    "exit!": "at_exit { puts 'never' }\n$stdout.sync = true\nputs 1\nexit! 9",
    "abort": "abort 'words'",
    "abort in a handler": "at_exit { exit 7 }\nputs 1",
    "handler raises": "at_exit { raise 'late' }\nputs 1",
    "handlers in order": "at_exit { puts 1 }\nat_exit { puts 2 }\nEND { puts 3 }\nBEGIN { puts 0 }",
    "exit in a thread": "Thread.new { exit 5 }.join",
    "thread raises": "t = Thread.new { raise 'in a thread' }\nt.report_on_exception = false\nt.join",
    "uncaught": "def f(x)\n  raise ArgumentError, 'bad'\nend\n\nf(1)",
    "uncaught with a cause": "begin\n  raise 'one'\nrescue\n  raise TypeError, \"two\\nlines\"\nend",
    "uncaught of its own": "class E < StandardError\n  def message = 'mine'\nend\nraise E",
    "name error": "value = 1\nputs valeu",
    "no method": "nil.upcase",
    "error highlighted": "[1, 2].first.foo.bar",
    "frozen": "'a'.freeze << 'b'",
    "zero division": "puts 1\n1 / 0",
    "stack overflow": "def f = f()\nbegin\n  f\nrescue SystemStackError => e\n  puts e.message\nend",
    "syntax error": "puts 1\ndef f(\n  end end",
    "syntax warning": "# -*- warn_indent: true -*-\nif true\n  puts 1\n end",
    "invalid bytes": "puts \"\\xff\".valid_encoding?",
    "no such file": "require 'no_such_lib'",
    "require_relative": "File.write('other.rb', 'X = __FILE__')\nrequire_relative 'other'\nputs X\nload './other.rb'",
    "main is not loaded": "puts $LOADED_FEATURES.grep(/main/).inspect\nputs require('./main') unless $again\n$again = true",
    "throw": "throw :none",
    "break": "[1].each { |x| break }\nputs catch(:a) { throw :a, 2 }",
    "warn": "warn 'one', 'two'\n$VERBOSE = true\nwarn 'three', uplevel: 0",
    "encodings": "p Encoding.default_external, Encoding.default_internal, Encoding.find('locale'), STDIN.external_encoding, STDOUT.sync, STDERR.sync",
    "gems": "p Gem.loaded_specs.keys.sort, Gem::VERSION\nrequire 'bigdecimal'\np BigDecimal('1.5').to_s",
    "refinement": "module R\n  refine(String) { def twice = self * 2 }\nend\nusing R\nputs 'ab'.twice",
    "eval": "eval 'puts __FILE__, __LINE__'\neval 'raise \"x\"', binding, 'named', 7",
    "traces": "TracePoint.new(:line) { |t| puts t.lineno }.enable { 1\n2 }",
    "script lines": "p defined?(SCRIPT_LINES__), RubyVM::InstructionSequence.of(method(:puts).unbind.bind(self)).inspect",
    "signals": "trap('TERM') { puts 'caught'; exit 2 }\nProcess.kill('TERM', $$)\nsleep",
    "random": "srand 7\np rand(1000), [1, 2, 3].shuffle(random: Random.new(1))",
    "first line": "#!/usr/bin/ruby -w\np $VERBOSE",
    "first line with -s": "#!/usr/bin/env ruby -s\np ARGV",
    "first line of a shell": "#!/bin/cat\nputs 1",
    "first line, then what to run": "#!/bin/sh\necho no\n#!ruby\nputs __LINE__",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_as_under_plain_ruby(run, tmp_path, name):
    fields = {"args": ["a", "b c", "-x"], "stdin": "one\ntwo\n",
              "env": {"COLOUR": "blue", "TZ": "Asia/Tokyo"}}
    reply = run(PROGRAMS[name], **fields)
    wanted = stock(PROGRAMS[name], tmp_path, **fields)
    assert (reply.exit_code, reply.stdout, reply.stderr) == wanted
    assert reply.timing.warm_by == "parked"


VARIABLES = {
    "RUBYOPT": ("-w -rset", "p $VERBOSE, $LOADED_FEATURES.grep(/set.rb/).size"),
    "RUBYLIB": ("/tmp/lib", "p $LOAD_PATH.first"),
    "LANG": ("C", "p Encoding.default_external, STDIN.external_encoding"),
    "GEM_HOME": ("/tmp/gems", "p Gem.dir"),
    "HOME": ("/tmp", "p Gem.user_home, Dir.home"),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variables_that_are_read_at_the_start(run, tmp_path, name):
    value, code = VARIABLES[name]
    reply = run(code, env={name: value})
    assert (reply.exit_code, reply.stdout, reply.stderr) == stock(code, tmp_path, env={name: value})


def test_a_parked_ruby_takes_the_job(ruby_system, run):
    ruby_system.settle()
    reply = run("puts 1")
    assert (reply.status, reply.stdout, reply.stderr) == ("ok", "1\n", "")
    assert (reply.timing.start, reply.timing.warm_by) == ("hot", "parked")
    version = subprocess.check_output(["/usr/bin/ruby", "-e", "print RUBY_VERSION"], text=True)
    assert reply.version.startswith(version)


def test_it_runs_in_the_process_that_was_parked(ruby_system, run):
    """Nothing is started anew: a `ruby main.rb` is executed only where a start reads something."""
    shown = "puts File.read('/proc/self/cmdline').include?('park.rb')"
    assert run(shown).stdout == "true\n"
    assert run("#!/usr/bin/ruby\n" + shown).stdout == "false\n"


def test_without_a_profile_it_is_executed(start_system):
    reply = start_system().client.execute("puts $0", language="ruby")
    assert (reply.stdout, reply.timing.warm_by) == ("/workspace/main.rb\n", "exec")


def test_files_of_the_job_lie_beside_its_program(run):
    reply = run("require_relative 'lib/answer'\nputs ANSWER, File.size('big'), DATA.read\n__END__\nend",
                files=[{"path": "lib/answer.rb", "content": "ANSWER = 42"},
                       {"path": "big", "content": "x" * 900_000}])
    assert (reply.stdout, reply.stderr) == ("42\n900000\nend\n", "")


def test_a_long_program(run):
    """Much more than what Ruby reads at once."""
    reply = run("a = 0\n" + "a += 1 # žluť\n" * 30_000 + "puts a, __LINE__, DATA.read\n__END__\nend\n")
    assert (reply.status, reply.stdout) == ("ok", "30000\n30002\nend\n")


VERDICTS = {
    "timeout": ("sleep", {"wall_time_ms": 300}, "timeout", "SIGKILL"),
    "CPU": ("loop {}", {"cpu_time_ms": 200}, "cpu_limit", "SIGKILL"),
    "memory": ("a = []; loop { a << 'x' * 100_000 }", {"memory_bytes": 64 << 20}, "memory_limit",
               "SIGKILL"),
    "output": ("loop { puts 'x' * 10_000 }", {"output_bytes": 100_000}, "output_limit", "SIGKILL"),
    "a signal": ("Process.kill('TERM', $$); sleep", {}, "killed", "SIGTERM"),
    "an uncaught interrupt": ("raise Interrupt", {}, "killed", "SIGINT"),
    "kill": ("Process.kill('KILL', $$); sleep", {}, "killed", "SIGKILL"),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_verdicts(run, name):
    code, limits, status, signal = VERDICTS[name]
    reply = run(code, limits=limits)
    assert (reply.status, reply.signal) == (status, signal), reply


def test_limits_of_the_job_are_the_jobs(run):
    reply = run("""
        Signal.trap('XFSZ', 'IGNORE')
        begin; File.write('f', 'x' * 200_000); rescue => e; puts e.class; end
        begin; files = []; loop { files << File.open('/dev/null') }; rescue => e; puts e.class; end
        """, limits={"file_bytes": 100_000, "open_files": 40})
    assert reply.stdout == "Errno::EFBIG\nErrno::EMFILE\n", reply


def test_the_next_job_has_nothing_that_one_poisoned(ruby_system, run):
    poison = ("class Integer; def +(o) = 0; end\nmodule Kernel; def puts(*) = nil; end\n"
              "$left = 1; ENV['LEFT'] = '1'; File.write('/tmp/left', 'x'); File.write('other', 'x')")
    look = "puts 1 + 1, $left.inspect, ENV['LEFT'].inspect, File.exist?('/tmp/left'), Dir.children('.').inspect"
    for _ in range(4):
        assert run(poison).status == "ok"
    for _ in range(4):
        assert run(look).stdout == '2\nnil\nnil\nfalse\n["main.rb"]\n'


def test_two_processes_have_different_randomness(run):
    code = "puts rand(1 << 62), Random.bytes(8).inspect, {}.hash, 'a'.hash"
    seen = [set(run(code).stdout.split()) for _ in range(2)]
    assert len(seen[0] & seen[1]) <= 1


def test_a_parked_ruby_that_dies_is_replaced(ruby_system):
    ruby_system.settle()
    own = [pid for pid in ruby_system.pids() if procs.executable(pid).startswith("ruby")]
    assert own
    os.kill(own[0], 9)
    eventually(lambda: own[0] not in ruby_system.pids(), "the killed process is gone")
    ruby_system.settle()
    assert ruby_system.client.execute("puts 2", language="rb").stdout == "2\n"
