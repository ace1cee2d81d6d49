pid = fork { exit 7 }
Process.wait(pid); p $?.exitstatus
p system("exit 3"), $?.exitstatus, system("true")
pid = spawn("echo spawned"); Process.wait pid
pid = fork { Process.kill(:KILL, Process.pid) }; Process.wait pid; p $?.termsig, $?.signaled?
require "open3"
o, e, s = Open3.capture3("cat; echo err >&2; exit 2", stdin_data: "in"); p o, e, s.exitstatus
