printf 'a:b c:d\n' | { IFS=: read -r x y z; echo "$x|$y|$z"; }
read -r -n 3 three <<<abcdef; echo "$three"
read -r -d ';' part <<<'one;two'; echo "$part"
mapfile -t lines < <(printf '1\n2\n3\n'); echo "${#lines[@]} ${lines[2]}"
read -ra words <<<"  split   these words "; echo "${words[1]}"
