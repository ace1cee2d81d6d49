{ echo out; echo err >&2; } >both 2>&1; sort both
exec 5>fifth; echo five >&5; exec 5>&-; cat fifth
echo more >>fifth; wc -l <fifth | tr -d ' '
ls /nonexistent 2>/dev/null || echo quiet
