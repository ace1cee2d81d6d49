config = { db: { user: "admin", ports: [1, 2, 3] } }
case config
in { db: { user: String => user, ports: [first, *rest] } } then p user, first, rest
end
r = case [1, [2, 3]]
    in [Integer => a, [b, *]] if a < b then "#{a} < #{b}"
    end
puts r
p(({ a: 1 } in { a: String }))
case 5
in 0..3 then p :low
in 4.. then p :high
end
