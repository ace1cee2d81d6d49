require "yaml"; require "csv"
p YAML.load("a: 1\nb: [x, y]\nc: {d: true}\n")
puts({ "k" => [1, "two"] }.to_yaml)
rows = CSV.parse("name,age\nann,31\n\"b, c\",2\n", headers: true)
p rows.map(&:to_h), CSV.generate { |c| c << [1, "a,b", nil] }
