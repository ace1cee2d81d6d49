trap("USR1") { puts "caught" }
Process.kill("USR1", Process.pid); sleep 0.01
begin; Process.kill("INT", Process.pid); sleep 1; rescue Interrupt; puts "interrupted"; end
p Signal.list["TERM"], Signal.signame(9)
