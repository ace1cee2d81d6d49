require "json"
d = JSON.parse('{"a": [1, 2.5, null, true], "b": {"c": "ž\u00e9"}}')
p d, d["b"]["c"].length
puts JSON.generate(x: 1, "y" => [nil, false]), JSON.pretty_generate(a: { b: [] })
begin; JSON.parse("{"); rescue JSON::ParserError; puts "bad"; end
p JSON.parse('{"a":1}', symbolize_names: true)
