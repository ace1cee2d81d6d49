memo = Hash.new { |h, n| h[n] = n < 2 ? n : h[n - 1] + h[n - 2] }
p memo[90]
def ack(m, n) = m.zero? ? n + 1 : n.zero? ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1))
p ack(2, 3)
def deep(n) = deep(n + 1)
begin; deep(0); rescue SystemStackError => e; p e.message; end
