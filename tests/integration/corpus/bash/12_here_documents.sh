name=World
cat <<TEXT
Hello, $name: $((1 + 1))
TEXT
cat <<'TEXT'
$name stays
TEXT
cat <<-TEXT
	indented
	TEXT
tr a-z A-Z <<<"here string"
