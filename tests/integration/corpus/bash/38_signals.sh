(trap '' TERM; kill -TERM $BASHPID; echo survived)
sleep 100 & pid=$!; kill $pid; wait $pid 2>/dev/null; echo $?
bash -c 'kill -KILL $$'; echo $?
timeout 0.1 sleep 5; echo $?
