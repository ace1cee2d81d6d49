printf 'c\na\nb\n' >f
sort f; sort -r f | head -1; tail -1 f; cut -c1 f | tr '\n' ' '; echo
printf 'b\nd\n' >g; sort f -o f; comm -12 f g; join f g
rev <<<drawer; tac f | nl | tr -s ' \t' ' '
wc -c <f | tr -d ' '
