m = Mutex.new; c = ConditionVariable.new; ready = false
t = Thread.new { m.synchronize { c.wait(m) until ready; :woken } }
m.synchronize { ready = true; c.signal }
p t.value
th = Thread.new { sleep }; th.kill; th.join; p th.alive?
require "timeout"
begin; Timeout.timeout(0.05) { sleep }; rescue Timeout::Error => e; p e.class; end
require "monitor"; p Monitor.new.synchronize { :reentrant }
