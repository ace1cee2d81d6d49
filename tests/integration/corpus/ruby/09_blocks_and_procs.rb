def twice; yield 1; yield 2; end
twice { |x| puts x }
add = ->(a, b = 10) { a + b }
p add.(1), add.curry.arity, add.lambda?, proc { |a, b| [a, b] }.call([1, 2]), (add >> ->(x) { x * 2 }).call(1, 2)
counter = 0; inc = -> { counter += 1 }; 3.times(&inc) rescue 3.times { inc.call }
p counter
