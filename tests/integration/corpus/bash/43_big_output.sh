for i in {1..2000}; do echo "line $i of many"; done | md5sum
yes | head -c 100000 | wc -c
