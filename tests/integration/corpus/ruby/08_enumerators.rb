fib = Enumerator.new { |y| a, b = 0, 1; loop { y << a; a, b = b, a + b } }
p fib.lazy.select(&:even?).map { _1 * 2 }.first(5)
e = [1, 2].each
p e.next, e.next
begin; e.next; rescue StopIteration; puts "stop"; end
p %w[a b].each_with_index.map { |x, i| x * (i + 1) }, [4, 5].each.with_index(1).to_a
