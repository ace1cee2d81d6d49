trap 'echo leaving with $?' EXIT
trap 'echo caught' USR1
kill -USR1 $$
true
