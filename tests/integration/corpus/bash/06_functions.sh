fact() { local n=$1; ((n < 2)) && { echo 1; return; }; echo $((n * $(fact $((n - 1))))); }
fact 10
status() { return 42; }
status; echo $?
swap() { local -n left=$1 right=$2; local t=$left; left=$right; right=$t; }
p=1 q=2; swap p q; echo $p $q
