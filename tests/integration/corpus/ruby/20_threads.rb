m = Mutex.new; n = 0
10.times.map { Thread.new { 100.times { m.synchronize { n += 1 } } } }.each(&:join)
p n
q = Queue.new
t = Thread.new { r = []; while (v = q.pop) != :end; r << v; end; r }
3.times { q << _1 }; q << :end
p t.value
t = Thread.new { Thread.current[:x] = 1; raise "in thread" }; t.report_on_exception = false
begin; t.join; rescue => e; p e.message; end
