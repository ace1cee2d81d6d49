PS3='? '
select choice in red green; do echo "chose $choice ($REPLY)"; break; done <<<2 2>/dev/null
