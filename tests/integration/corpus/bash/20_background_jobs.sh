sleep 0 & first=$!
(exit 5) & second=$!
wait $first; echo $?
wait $second; echo $?
for n in 3 1 2; do (echo "job $n" >out.$n) & done; wait; cat out.*
