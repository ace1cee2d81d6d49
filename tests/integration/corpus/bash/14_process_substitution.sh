diff <(printf '1\n2\n3\n') <(printf '1\n3\n') | grep '^[<>]'
while read -r a b; do echo "$b-$a"; done < <(printf 'x y\nu v\n')
paste <(seq 3) <(seq 4 6)
